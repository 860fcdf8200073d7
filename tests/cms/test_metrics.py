"""What a monitor reads: complete, bounded, without personal data, and not for everybody."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from cms.ticking import tick
from newsletter import announcing
from newsletter.heartbeats import Heart
from tests.fakes import Outside
from tests.newsletter.factories import ANA, BARTEK, make_subscription, sign_up
from tests.newsletter.stories import facts, opened

pytestmark = pytest.mark.django_db
TOKEN = "do-odczytu-metryk"


@pytest.fixture(autouse=True)
def _token(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN


def read(client: Client) -> str:
    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    return answer.content.decode()


def value(text: str, name: str, **labels: str) -> float | None:
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == f"dobre_praktyki_{name}" and labels.items() <= sample.labels.items():
                return sample.value
    return None


def test_metrics_are_not_there_for_whoever_is_no_monitor(client: Client, settings: Any) -> None:
    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


def test_a_monitor_sees_what_waits_and_what_became_of_the_rest(
    client: Client, esp: Outside
) -> None:
    for address in (ANA, BARTEK):
        make_subscription(address)
    sign_up("ewa@gmina.example")
    opened()
    esp.lose_the_answer(ANA)
    announcing.deliver_due()
    opened(facts("Drugi autobus", kind="event"))
    Heart(is_lasting=True).beat()
    tick()
    text = read(client)
    assert value(text, "deliveries_unfinished", state="queued") == 2
    assert value(text, "deliveries", state="unknown") == 1
    assert value(text, "deliveries", state="accepted") == 1
    assert value(text, "sign_ups_pending") == 1
    assert value(text, "announcements", state="open") == 1
    assert value(text, "workers_alive") == 1
    for age in ("worker_beat_age_seconds", "oldest_due_seconds"):
        assert 0 <= (value(text, age) or 0) < 600
    assert value(text, "tick_failing", step="publishing") == 0
    assert value(text, "pages", state="live") is not None


def test_requests_are_counted_by_view_and_never_by_path(client: Client) -> None:
    labels = {"method": "GET", "route": "cms.probes.metrics", "status": "404"}
    before = value(read(client), "http_requests_total", **labels) or 0
    client.get("/metrics")
    client.get("/newsletter/confirm/ana.lis@wzorowice.example/")
    client.generic("BREW", "/newsletter/")
    text = read(client)
    assert (value(text, "http_requests_total", **labels) or 0) > before
    assert value(text, "http_request_seconds_count", route="newsletter:sign-up", method="other")
    assert "wzorowice" not in text
    assert "BREW" not in text


def test_metrics_hold_no_personal_data(client: Client) -> None:
    make_subscription(ANA)
    opened(facts("Tytuł, którego nikt nie zna"))
    tick()
    text = read(client)
    assert ANA not in text
    assert "Tytuł" not in text
    assert not re.search(r"[0-9a-f]{32}", text)


def test_metrics_cost_the_same_however_much_there_is(client: Client) -> None:
    tick()
    read(client)
    with CaptureQueriesContext(connection) as few:
        read(client)
    for _ in range(20):
        make_subscription()
    opened()
    opened(facts("Drugi autobus", kind="event"))
    with CaptureQueriesContext(connection) as many:
        read(client)
    assert len(many) == len(few) <= 10
