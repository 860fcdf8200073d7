"""The demo's mailbox: what would have been mailed, read in the browser."""

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import clear_url_caches, set_urlconf

import cms.urls
from cms.demo_mail import CapturingBackend, captured_names


@pytest.fixture
def mailbox(request: pytest.FixtureRequest, settings: object, tmp_path: Path) -> Iterator[Path]:
    settings.DEMO_MAIL_DIR = tmp_path / "mail"  # type: ignore[attr-defined]
    settings.DEBUG = True  # type: ignore[attr-defined]
    settings.NEWSLETTER_EMAIL_BACKEND = getattr(  # type: ignore[attr-defined]
        request, "param", "cms.demo_mail.CapturingBackend"
    )
    importlib.reload(cms.urls)
    clear_url_caches()
    set_urlconf(None)
    yield tmp_path / "mail"
    settings.DEBUG = False  # type: ignore[attr-defined]
    importlib.reload(cms.urls)
    clear_url_caches()


def capture(subject: str, text: str = "Treść", html: str = "") -> None:
    message = EmailMultiAlternatives(subject, text, "a@b.example", ["ewa@urzad.example"])
    if html:
        message.attach_alternative(html, "text/html")
    CapturingBackend().send_messages([message])


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_captured_mail_is_listed_and_read(client: Client) -> None:
    capture("Zażółć gęślą jaźń")
    listing = client.get("/demo/mail/").content.decode()
    assert "Zażółć gęślą jaźń" in listing
    page = client.get(f"/demo/mail/{captured_names()[0]}/").content.decode()
    assert "ewa@urzad.example" in page
    assert "Treść" in page
    assert "<iframe" not in page


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_an_empty_mailbox_says_what_to_do(client: Client) -> None:
    assert "wrócić tu za chwilę" in client.get("/demo/mail/").content.decode()


@pytest.mark.django_db
@pytest.mark.usefixtures("mailbox")
def test_nothing_in_a_captured_mail_can_run(client: Client) -> None:
    capture("<script>alert(1)</script>", html="<head></head><script>alert(1)</script>")
    assert b"<script>alert" not in client.get("/demo/mail/").content
    assert b"<iframe" in client.get(f"/demo/mail/{captured_names()[0]}/").content
    html = client.get(f"/demo/mail/{captured_names()[0]}/html/")
    assert html["Content-Security-Policy"].startswith("sandbox ")
    assert "default-src 'none'" in html["Content-Security-Policy"]
    assert html["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["nothing", "..%2F..%2Fdb", "1234567890123456-abcdef12"])
@pytest.mark.usefixtures("mailbox")
def test_a_name_that_is_no_mail_is_not_found(client: Client, name: str) -> None:
    assert client.get(f"/demo/mail/{name}/").status_code == 404


@pytest.mark.django_db
def test_without_debug_there_is_no_mailbox(client: Client) -> None:
    assert client.get("/demo/mail/").status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("mailbox", ["newsletter.esp.SMTPBackend"], indirect=True)
def test_where_mail_really_leaves_nobody_reads_what_was_captured_before(
    client: Client, mailbox: Path
) -> None:
    capture("Odnośnik do potwierdzenia")
    assert client.get("/demo/mail/").status_code == 404
    assert client.get(f"/demo/mail/{captured_names()[0]}/").status_code == 404
