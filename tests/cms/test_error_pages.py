"""Error pages: each in the site's design, helpful, and standing when little else does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory, override_settings
from django.utils import timezone
from django.views import defaults

from cms import maintenance
from tests.factories import make_site_tree

pytestmark = pytest.mark.django_db


@pytest.fixture
def flag(tmp_path: Path):
    with override_settings(MAINTENANCE_FILE=tmp_path / "maintenance"):
        yield tmp_path / "maintenance"


def asked(path: str = "/nie-ma/") -> HttpRequest:
    return RequestFactory().get(path, headers={"host": "testserver"})


def test_a_wrong_address_offers_the_search_and_the_sections(client: Client) -> None:
    index = make_site_tree()
    index.show_in_menus = True
    index.save_revision().publish()

    response = client.get("/nie-ma/")

    html = response.content.decode()
    assert response.status_code == 404
    assert f'action="{index.url}"' in html
    assert f'<li><a href="{index.url}" lang="pl">{index.title}</a></li>' in html
    assert '<meta name="robots" content="noindex">' in html
    assert html.count("<h1>") == 1
    assert 'rel="canonical"' not in html


def test_a_refusal_is_told_in_the_same_design() -> None:
    make_site_tree()

    html = defaults.permission_denied(asked(), PermissionDenied()).content.decode()

    assert "Brak dostępu do tej strony</h1>" in html
    assert 'class="wrap error-page"' in html


@pytest.mark.parametrize("template", ["500.html", "503.html", "maintenance.html"])
def test_pages_for_broken_days_need_no_database_and_no_request(
    template: str, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        html = render_to_string(template)

    assert "<h1>" in html
    assert "site.css" in html
    assert not re.search(r"<script|\sstyle=", html)


def test_an_error_of_ours_is_answered_with_that_page() -> None:
    response = defaults.server_error(asked())

    assert response.status_code == 500
    assert b'class="wrap error-page"' in response.content


def test_maintenance_closes_everything_but_probes_and_says_until_when(
    client: Client, flag: Path
) -> None:
    make_site_tree()
    until = timezone.now() + timedelta(minutes=20)
    maintenance.switch_on(until)

    for url in ("/", "/en/", "/panel/", "/newsletter/", "/nie-ma/"):
        response = client.get(url)
        assert response.status_code == 503, url
        assert 1100 < int(response["Retry-After"]) <= 1200
        assert "no-cache" in response["Cache-Control"]
        assert response["Content-Security-Policy"].startswith("default-src 'none'")
        assert not response.cookies
    assert f"{timezone.localtime(until):%H:%M}" in client.get("/").content.decode()
    assert "We are working on the site" in client.get("/en/").content.decode()
    assert client.post("/newsletter/", {}).status_code == 503
    assert client.get("/health/live").status_code == 200

    api = client.get("/api/v1/practices")
    assert api.status_code == 503
    assert api["Content-Type"] == "application/problem+json"

    assert maintenance.switch_off()
    assert client.get("/").status_code == 200


def test_maintenance_that_takes_longer_promises_nothing_in_the_past(
    client: Client, flag: Path
) -> None:
    maintenance.switch_on(timezone.now() - timedelta(minutes=1))
    response = client.get("/en/")
    assert response["Retry-After"] == "600"
    assert "It should be back soon." in response.content.decode()


@pytest.mark.parametrize("minutes", ["0", "-5", "10081", "x"])
def test_maintenance_is_announced_for_a_minute_at_least(minutes: str, flag: Path) -> None:
    with pytest.raises(CommandError, match="between 1 and"):
        call_command("maintenance", "on", f"--minutes={minutes}")
    assert not flag.exists()


def test_maintenance_asks_nothing_of_the_database(client: Client, flag: Path) -> None:
    maintenance.switch_on(None)

    with connection.execute_wrapper(_refuse):
        response = client.get("/")

    assert response.status_code == 503
    assert response["Retry-After"] == "600"


def _refuse(execute, sql, params, many, context):
    raise AssertionError(sql)


def test_the_environment_can_switch_maintenance_on(client: Client, flag: Path) -> None:
    with override_settings(MAINTENANCE=True):
        assert client.get("/").status_code == 503


def test_an_operator_switches_maintenance_with_one_command(
    client: Client, flag: Path, capsys
) -> None:
    call_command("maintenance", "on", minutes=30)
    assert client.get("/").status_code == 503
    assert 1700 < int(client.get("/")["Retry-After"]) <= 1800

    call_command("maintenance", "status")
    call_command("maintenance", "off")
    call_command("maintenance", "off")

    assert capsys.readouterr().out.splitlines() == [
        "Maintenance is on.",
        "Maintenance is on.",
        "Maintenance is off.",
        "Maintenance is off.",
    ]


def test_a_file_that_somebody_merely_touched_switches_it_on_as_well(
    client: Client, flag: Path
) -> None:
    flag.write_text("jutro rano\n", encoding="utf-8")

    assert client.get("/")["Retry-After"] == "600"
