import pytest
from django.core.checks import run_checks

pytestmark = pytest.mark.filterwarnings("error")


def found(*, deploy=False):
    checks = run_checks(tags=["newsletter"], include_deployment_checks=deploy)
    return sorted(check.id for check in checks)


def test_the_settings_of_the_tests_are_in_order():
    assert found() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("NEWSLETTER_SUPPRESSION_KEY", "", ["newsletter.E001"]),
        ("NEWSLETTER_BASE_URL", "https://www.example.org/", ["newsletter.E002"]),
        ("NEWSLETTER_BASE_URL", "www.example.org", ["newsletter.E002"]),
        ("NEWSLETTER_BASE_URL", "ftp://example.org", ["newsletter.E002"]),
        ("NEWSLETTER_BASE_URL", "", ["newsletter.E002"]),
        ("NEWSLETTER_TOPICS", "newsletter.topics.missing", ["newsletter.E003"]),
        ("NEWSLETTER_TOPICS", "nowhere.at.all", ["newsletter.E003"]),
        ("NEWSLETTER_TOPICS", "nodots", ["newsletter.E003"]),
        ("NEWSLETTER_TOPICS", "newsletter.topics.ALL", ["newsletter.E003"]),
        ("NEWSLETTER_LEASE_SECONDS", 60, ["newsletter.E004"]),
        ("NEWSLETTER_LEASE_SECONDS", 121, []),
        ("EMAIL_TIMEOUT", 2, []),
        ("EMAIL_TIMEOUT", 90, ["newsletter.E004"]),
        ("EMAIL_TIMEOUT", None, ["newsletter.W003"]),
    ],
)
def test_a_setting_that_cannot_work_is_named(settings, name, value, expected):
    setattr(settings, name, value)
    assert found() == expected


def test_what_matters_for_real_mail_is_checked_before_deployment(settings):
    settings.NEWSLETTER_BASE_URL = "https://www.example.org"
    assert found(deploy=True) == []
    settings.NEWSLETTER_SUPPRESSION_KEY = settings.SECRET_KEY
    settings.NEWSLETTER_CONTROLLER_NAME = ""
    settings.NEWSLETTER_BASE_URL = "http://www.example.org"
    assert found() == []
    assert found(deploy=True) == ["newsletter.E005", "newsletter.W001", "newsletter.W002"]
