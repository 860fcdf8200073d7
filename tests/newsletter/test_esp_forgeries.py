"""Whoever is not the ESP, or tells it twice, or too late, or too much, changes nothing."""

import json
import time
import uuid
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from newsletter import retention
from newsletter.announcing import deliver_due
from newsletter.checks import check_deployment
from newsletter.models import (
    ConsentEvent,
    Delivery,
    DeliveryState,
    Letter,
    SeenWebhook,
    Subscription,
    Suppression,
)
from tests.newsletter import mailgun
from tests.newsletter.factories import ANA, BARTEK, make_subscription
from tests.newsletter.stories import opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailgun_webhooks(settings):
    settings.ANYMAIL = mailgun.SETTINGS
    settings.NEWSLETTER_WEBHOOK_ESPS = "mailgun"


@pytest.fixture
def accepted():
    make_subscription(ANA)
    make_subscription(BARTEK)
    opened()
    deliver_due()
    return Delivery.objects.get(subscription__address=ANA)


def rows():
    """Every row that an event can change."""
    kinds = (ConsentEvent, Delivery, Letter, Subscription, Suppression)
    return [list(kind._default_manager.order_by("pk").values()) for kind in kinds]


def genuine(delivery, event="complained", **signature):
    data = mailgun.event_data(event, ANA, delivery)
    return {"signature": mailgun.signature(**signature), "event-data": data}


def changed(body, **parts):
    return body | parts


FORGERIES = {
    "no secret": lambda body: (body, {}),
    "wrong secret": lambda body: (body, mailgun.basic("mailgun:guess")),
    "empty secret": lambda body: (body, mailgun.basic("")),
    "broken authorisation": lambda body: (body, {"authorization": "Basic ==="}),
    "another scheme": lambda body: (body, {"authorization": "Bearer webhook-secret"}),
    "another key": lambda body: changed(body, signature=mailgun.signature("guess")),
    "no signature": lambda body: {"event-data": body["event-data"]},
    "empty signature": lambda body: changed(body, signature={}),
    "signature is a list": lambda body: changed(body, signature=[]),
    "signature is text": lambda body: changed(body, signature="x"),
    "signature is null": lambda body: changed(body, signature=None),
    "another token": lambda body: changed(body, signature=body["signature"] | {"token": "a" * 50}),
    "token not ascii": lambda body: changed(body, signature=body["signature"] | {"token": "ż"}),
    "token is a list": lambda body: changed(body, signature=body["signature"] | {"token": []}),
    "another time": lambda body: changed(
        body, signature=body["signature"] | {"timestamp": str(int(time.time()) + 1)}
    ),
    "too old": lambda body: changed(
        body, signature=mailgun.signature(timestamp=int(time.time()) - 310)
    ),
    "from the future": lambda body: changed(
        body, signature=mailgun.signature(timestamp=int(time.time()) + 310)
    ),
    "time is no number": lambda body: changed(body, signature=mailgun.signature(timestamp="now")),
    "time is infinite": lambda body: changed(body, signature=mailgun.signature(timestamp="inf")),
    "time is endless": lambda body: changed(
        body, signature=mailgun.signature(timestamp="9" * 5_000)
    ),
    "not json": lambda body: "{",
    "empty": lambda body: "",
    "json of another shape": lambda body: "[]",
    "a number": lambda body: "7",
    "null": lambda body: "null",
    "not utf-8": lambda body: b"\xff\xfe",
    "deep json": lambda body: "[" * 100_000,
    "too large": lambda body: changed(body, padding="x" * 1_100_000),
    "far too large": lambda body: changed(body, padding="x" * 3_000_000),
    "event data is text": lambda body: changed(body, **{"event-data": "x"}),
    "event data is null": lambda body: changed(body, **{"event-data": None}),
    "no event data": lambda body: {"signature": body["signature"]},
    "no time of the event": lambda body: changed(
        body, **{"event-data": body["event-data"] | {"timestamp": "x"}}
    ),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_refused_and_changes_nothing(client, accepted, name):
    before = rows()
    forged = FORGERIES[name](genuine(accepted))
    body, headers = forged if isinstance(forged, tuple) else (forged, None)
    answer = mailgun.post(client, body, headers)
    assert 400 <= answer.status_code < 500
    assert rows() == before
    assert not SeenWebhook.objects.exists()


def test_the_same_webhook_ten_times_is_one_change(client, accepted):
    body = json.dumps(genuine(accepted))
    assert mailgun.post(client, body).status_code == 200
    once = rows()
    for _ in range(9):
        assert mailgun.post(client, body).status_code == 200
    assert rows() == once
    assert Delivery.objects.get(pk=accepted.pk).state == DeliveryState.COMPLAINED


def test_a_token_of_the_past_cannot_carry_another_body(client, accepted):
    first = genuine(accepted, "delivered")
    mailgun.post(client, first)
    before = rows()
    other = Delivery.objects.get(subscription__address=BARTEK)
    forged = first | {"event-data": mailgun.event_data("complained", BARTEK, other)}
    assert mailgun.post(client, forged).status_code == 200
    assert rows() == before


def test_an_event_told_again_under_a_new_signature_is_known(client, accepted):
    body = genuine(accepted, "failed")
    mailgun.post(client, body)
    Suppression.objects.all().delete()
    before = rows()
    assert mailgun.post(client, body | {"signature": mailgun.signature()}).status_code == 200
    assert rows() == before


def test_a_complaint_that_comes_back_does_not_end_a_new_consent(client, accepted):
    mailgun.post(client, genuine(accepted))
    Suppression.objects.all().delete()
    before = rows()
    mailgun.post(client, genuine(accepted))
    assert rows() == before


def test_an_event_from_before_what_is_remembered_changes_nothing(client, accepted):
    body = genuine(accepted)
    body["event-data"]["timestamp"] = time.time() - 31 * 86_400
    before = rows()
    assert mailgun.post(client, body).status_code == 200
    assert rows() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"recipient": {"x": 1}},
        {"recipient": None},
        {"user-variables": []},
        {"user-variables": {"delivery": "\x00"}},
        {"user-variables": {"delivery": {"x": 1}}},
        {"id": "\x00" * 10, "message": {"headers": {"message-id": "\x00"}}},
        {"message": None},
        {"tags": {"x": 1}},
        {"event": "unsubscribed"},
        {"event": ["complained"]},
    ],
    ids=str,
)
def test_what_is_signed_and_still_nonsense_is_no_error(client, accepted, fields):
    body = genuine(accepted)
    body["event-data"] = mailgun.event_data("complained") | fields
    before = rows()
    assert mailgun.post(client, body).status_code < 500
    assert rows() == before


def test_only_the_esp_of_this_site_has_a_door(client, settings):
    assert client.post("/anymail/postmark/tracking/").status_code == 404
    assert client.post("/anymail/mailgun/inbound/").status_code == 404
    assert client.get(mailgun.ADDRESS).status_code == 405
    assert client.head(mailgun.ADDRESS).status_code == 200
    settings.NEWSLETTER_WEBHOOK_ESPS = ""
    assert client.head(mailgun.ADDRESS).status_code == 404
    settings.NEWSLETTER_EMAIL_BACKEND = "anymail.backends.mailgun.EmailBackend"
    assert client.head(mailgun.ADDRESS).status_code == 200


@pytest.mark.parametrize("missing", ["WEBHOOK_SECRET", "MAILGUN_WEBHOOK_SIGNING_KEY"])
def test_without_secret_and_signing_key_the_door_is_shut_and_the_check_says_so(
    client, accepted, settings, missing
):
    body = genuine(accepted)
    settings.ANYMAIL = {k: v for k, v in mailgun.SETTINGS.items() if k != missing}
    assert mailgun.post(client, body).status_code == 403
    found = [message for message in check_deployment() if message.id == "newsletter.E010"]
    assert f"ANYMAIL_{missing}" in found[0].msg


class TestPostmark:
    """It signs nothing, and only its bounces have an id."""

    @pytest.fixture(autouse=True)
    def _postmark(self, settings):
        settings.ANYMAIL = {"WEBHOOK_SECRET": mailgun.SECRET}
        settings.NEWSLETTER_WEBHOOK_ESPS = "postmark"

    def post(self, client, delivery, kind, **fields):
        body = {
            "RecordType": kind,
            "MessageID": str(uuid.uuid4()),
            "Recipient": ANA,
            "Email": ANA,
            "Metadata": {"delivery": str(delivery.pk)},
        } | fields
        return client.post(
            "/anymail/postmark/tracking/",
            json.dumps(body),
            content_type="application/json",
            headers=mailgun.basic(),
        )

    def test_an_event_without_time_or_id_counts_once(self, client, accepted):
        fields = {"MessageID": "1"}
        assert self.post(client, accepted, "Delivery", **fields).status_code == 200
        once = rows()
        for padding in range(10):
            self.post(client, accepted, "Delivery", **fields, padding=padding)
        assert rows() == once
        assert Delivery.objects.get(pk=accepted.pk).state == DeliveryState.DELIVERED

    def test_an_event_with_a_time_without_a_zone_is_heard(self, client, accepted):
        now = timezone.now().replace(tzinfo=None).isoformat()
        answer = self.post(client, accepted, "Delivery", DeliveredAt=now)
        assert answer.status_code == 200
        assert Delivery.objects.get(pk=accepted.pk).state == DeliveryState.DELIVERED


def test_more_events_than_the_cap_are_refused_as_a_whole(client, accepted, settings):
    settings.NEWSLETTER_WEBHOOK_MAX_EVENTS = 0
    before = rows()
    assert mailgun.post(client, genuine(accepted)).status_code == 413
    assert rows() == before


def test_what_was_seen_is_forgotten_a_day_after_it_is_too_old_to_be_heard(client, accepted):
    mailgun.post(client, genuine(accepted))
    seen = SeenWebhook.objects.count()
    assert seen == 2
    assert retention.forget_webhooks(1000) == 0
    SeenWebhook.objects.update(seen_at=timezone.now() - timedelta(days=31, minutes=1))
    call_command("tick")
    assert not SeenWebhook.objects.exists()
