"""The logs and the task rows of the whole journey, its failures included, name nobody."""

import io
import json
import logging
import re
import uuid
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests
from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings
from django_tasks_db.models import DBTaskResult
from pythonjsonlogger.json import JsonFormatter

from cms.demo_journey import PEOPLE, TITLE, Journey
from cms.logs import RedactPersonalData, redact
from newsletter import announcing
from newsletter.models import Announcement, Delivery, DeliveryState, Letter, Subscription
from practices_pages import previews
from practices_pages.models import PracticePage
from tests.factories import make_user
from tests.journeys.mail_server import Mailbox

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]
OURS = ("cms", "newsletter", "practices_pages")
NAMES = ("Anna Nowak", "anna.nowak", "john.smith", "sekretariat@")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Everything that is logged, as production's handler would write it: ours from DEBUG on, all
    others from INFO on."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter(settings.LOGGING["formatters"]["json"]["format"]))
    handler.addFilter(RedactPersonalData())
    loggers = [logging.getLogger(), *map(logging.getLogger, settings.LOGGING["loggers"])]
    before = [(logger, logger.level) for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.DEBUG if logger.name in OURS else logging.INFO)
    yield stream
    for logger, level in before:
        logger.removeHandler(handler)
        logger.setLevel(level)


@pytest.fixture
def journey(demo_site: str, mailbox: Mailbox) -> Journey:
    return Journey(
        demo_site,
        work=lambda: call_command("deliver_announcements", "--until-empty"),
        arrived=lambda: mailbox.messages,
    )


def links(mailbox: Mailbox) -> set[str]:
    """Every address in every mail that only its reader may know, and the secret part of it."""
    found = set()
    for mail in mailbox.messages:
        texts = [str(value) for value in mail.values()]
        texts += [
            part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
        ]
        found |= {
            link.rstrip("/") for text in texts for link in re.findall(r"https?://[^\s<>\"']+", text)
        }
    return {
        link.rpartition("/")[2] for link in found if re.search(r"/newsletter/\w+/[^/]{20,}$", link)
    }


def leaks(text: str, secrets: set[str]) -> list[str]:
    return sorted(secret for secret in secrets if secret and secret in text)


def task_rows() -> str:
    fields = ("args_kwargs", "exception_class_path", "traceback", "return_value", "task_path")
    rows = DBTaskResult.objects.values(
        *[name for name in fields if name in {field.name for field in DBTaskResult._meta.fields}]
    )
    return json.dumps(list(rows), default=str)


def people() -> set[str]:
    """Addresses, and the names and references that stand for people."""
    known = set(Subscription.objects.values_list("address", flat=True)) | set(PEOPLE) | set(NAMES)
    return known | {address.replace("@", "%40") for address in known}


@override_settings(TASKS={"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}})
def test_the_whole_journey_leaves_no_address_name_or_link_in_logs_and_task_rows(
    journey: Journey, mailbox: Mailbox, lines: io.StringIO
) -> None:
    for _name, step in journey.steps():
        step()
    call_command("tick")
    secrets = people() | links(mailbox)
    assert len(links(mailbox)) >= len(PEOPLE), "no link was found: this test would see nothing"
    assert DBTaskResult.objects.exists()
    assert lines.getvalue().count("\n") > 20
    assert leaks(lines.getvalue(), secrets) == []
    assert leaks(task_rows(), secrets) == []


def test_failures_leave_none_either(
    journey: Journey, mailbox: Mailbox, lines: io.StringIO, demo_site: str
) -> None:
    journey.subscribe()
    secrets = people() | links(mailbox)
    page = PracticePage.objects.filter(live=True).first()
    assert page
    _grant, preview = previews.create_grant(page, by=make_user("editor"), label="Ewa", days=5)
    secrets.add(preview)
    for secret in (*links(mailbox), preview):
        ask_for(demo_site, secret)
    for address in PEOPLE:
        requests.get(f"{demo_site}/nothing/{address}/{quote(address)}", timeout=30)
        for name in (address, address.partition("@")[0]):
            sign_in = {"username": name, "password": "zgadywane"}
            Client(HTTP_HOST="localhost").post("/panel/login/", sign_in)
        logging.getLogger("newsletter").error("it failed: %s", address, extra={"to": address})
        fail(address)
        mailbox.refuse(address, f"550 5.1.1 <{address}>: {address} user unknown")
    journey.write_and_submit()
    journey.approve()
    announcement = Announcement.objects.get(stories__title=TITLE)
    announcing.release(announcement, by=make_user("administrator"), reason="próba")
    journey.work()
    assert Delivery.objects.filter(state=DeliveryState.REFUSED).count() == len(PEOPLE)
    answers = json.dumps([*Delivery.objects.values("answer"), *Letter.objects.values("answer")])
    assert leaks(lines.getvalue(), secrets) == []
    assert leaks(answers, people()) == []


def ask_for(site: str, secret: str) -> None:
    """Wrong pages with a real secret in their address, as a person who cuts a link would ask."""
    for kind in ("newsletter/confirm", "newsletter/u", "nothing", "preview", "panel/nothing"):
        requests.get(f"{site}/{kind}/{secret}/x/", timeout=30)
        requests.get(f"{site}/{kind}/{quote(secret, safe='')}/x/", timeout=30)
        requests.post(f"{site}/{kind}/{secret}/", timeout=30)


def fail(address: str) -> None:
    try:
        raise ValueError(f"550 5.1.1 <{address}> unknown, see http://testserver/{address}")
    except ValueError as error:
        logging.getLogger("django.request").exception("Internal Server Error: /%s", address)
        logging.getLogger("cms").error("%r", error)


@pytest.mark.parametrize("separator", [":", "%3A", "%3a"])
def test_a_token_is_recognised_also_when_it_is_encoded(separator: str) -> None:
    token = separator.join(["eyJzdWJqZWN0", "1vXyZa", "k" * 43])
    assert redact(f"/newsletter/u/{token}/") == "/newsletter/u/[token]/"
    assert "praca" not in redact("/x/ewa.praca%40urzad.example/")
    assert str(number := uuid.uuid4()) in redact(f"delivery={number}")
