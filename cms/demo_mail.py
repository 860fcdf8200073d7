"""The demo's mailbox: what would have been mailed, kept as files and read in the browser.

Only reachable with DEBUG and this back end; never a way to send mail.
"""

import re
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMessage
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.clickjacking import xframe_options_sameorigin

NAME = re.compile(r"\d{16}-[0-9a-f]{8}")
PER_PAGE = 50


class CapturingBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = mail_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{time.time_ns() // 1000:016d}-{secrets.token_hex(4)}"
            half_written = folder / f"{name}.part"
            half_written.write_bytes(message.message().as_bytes())
            half_written.rename(folder / f"{name}.eml")
        return len(email_messages)


@dataclass(frozen=True)
class CapturedMail:
    name: str
    message: ParsedMessage

    @property
    def captured_at(self) -> datetime:
        return datetime.fromtimestamp(int(self.name[:16]) / 1_000_000, tz=UTC)

    @property
    def sender(self) -> str:
        return str(self.message["From"])

    @property
    def to(self) -> str:
        return str(self.message["To"])

    @property
    def subject(self) -> str:
        # A long subject is folded right after the colon.
        return str(self.message["Subject"]).strip()

    @property
    def headers(self) -> list[tuple[str, str]]:
        return [(name, str(value)) for name, value in self.message.items()]

    @property
    def text(self) -> str:
        return part_of(self.message, "plain")

    @property
    def is_page(self) -> bool:
        return bool(part_of(self.message, "html"))


def part_of(message: ParsedMessage, kind: str) -> str:
    """The text (`plain`) or the page (`html`) of a mail; empty when it has none."""
    body = message.get_body(preferencelist=(kind,))
    return str(body.get_content()) if body else ""


def mail_folder() -> Path:
    return Path(settings.DEMO_MAIL_DIR)


def captured_mail(name: str) -> CapturedMail:
    """Raise FileNotFoundError when there is no such mail."""
    if not NAME.fullmatch(name):
        raise FileNotFoundError(name)
    content = (mail_folder() / f"{name}.eml").read_bytes()
    return CapturedMail(name, message_from_bytes(content, policy=policy.default))


def captured_names() -> list[str]:
    """Newest first."""
    return sorted((path.stem for path in mail_folder().glob("*.eml")), reverse=True)


def mail_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(captured_names(), PER_PAGE).get_page(request.GET.get("page"))
    mails = [captured_mail(name) for name in page]
    return render(request, "demo/mail_list.html", {"page_obj": page, "mails": mails})


def mail_detail(request: HttpRequest, name: str) -> HttpResponse:
    return render(request, "demo/mail_detail.html", {"mail": _mail_or_404(name)})


@xframe_options_sameorigin
def mail_html(request: HttpRequest, name: str) -> HttpResponse:
    """The HTML part alone, for a sandboxed frame: nothing in it runs, links open outside it."""
    page = part_of(_mail_or_404(name).message, "html")
    response = HttpResponse(page.replace("<head>", '<head><base target="_blank">', 1))
    response["Content-Security-Policy"] = (
        "sandbox allow-popups allow-popups-to-escape-sandbox; "
        "default-src 'none'; img-src *; style-src 'unsafe-inline'"
    )
    return response


def _mail_or_404(name: str) -> CapturedMail:
    try:
        return captured_mail(name)
    except FileNotFoundError as missing:
        raise Http404(name) from missing
