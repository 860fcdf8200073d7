"""Notices are letters: rows of the request, mail of the worker."""

import pytest
from django.core.mail import EmailMultiAlternatives, send_mail
from django.db import transaction
from django.test import override_settings

from newsletter import announcing
from newsletter.models import Letter
from tests.fakes import outside

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("_letters"),
]


@pytest.fixture
def _letters():
    """The back end of the site; pytest-django puts one of its own into every test."""
    with override_settings(EMAIL_BACKEND="cms.mail.LetterBackend"):
        yield


def test_a_notice_waits_as_a_letter_and_the_worker_sends_it() -> None:
    send_mail("Temat", "Treść", None, ["ewa@urzad.example", "jan@urzad.example"])
    assert outside.messages == []
    assert Letter.objects.count() == 2
    announcing.deliver_due()
    assert {mail.to[0] for mail in outside.messages} == {"ewa@urzad.example", "jan@urzad.example"}


def test_a_notice_of_a_request_that_fails_is_never_sent() -> None:
    with transaction.atomic():
        send_mail("Temat", "Treść", None, ["ewa@urzad.example"])
        transaction.set_rollback(True)
    assert not Letter.objects.exists()


def test_the_html_of_a_notice_arrives() -> None:
    message = EmailMultiAlternatives("Temat", "Treść", None, ["ewa@urzad.example"])
    message.attach_alternative("<p>Treść</p>", "text/html")
    message.send()
    announcing.deliver_due()
    assert outside.messages[0].alternatives[0][0].strip().startswith("<")


def test_a_line_break_in_a_subject_adds_no_header() -> None:
    message = EmailMultiAlternatives(
        "Temat\nBcc: all@victim.example", "x", None, ["e@urzad.example"]
    )
    message.send()
    announcing.deliver_due()
    mail = outside.messages[0]
    assert mail.subject == "Temat Bcc: all@victim.example"
    assert mail.recipients() == ["e@urzad.example"]
