"""Webhooks as Mailgun posts them: duplicated, out of order, early, forged."""

import itertools
import uuid

import pytest

from newsletter import claiming
from newsletter.announcing import deliver_due, delivery_counts
from newsletter.letters import write_notice
from newsletter.models import (
    Delivery,
    DeliveryState,
    Letter,
    LetterKind,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from tests.newsletter import mailgun
from tests.newsletter.factories import ANA, BARTEK, make_subscription, sign_up
from tests.newsletter.stories import opened

State = DeliveryState
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mailgun_webhooks(settings):
    settings.ANYMAIL = mailgun.SETTINGS
    settings.NEWSLETTER_WEBHOOK_ESPS = "mailgun"


@pytest.fixture
def tell(client):
    def post(event, delivery=None, *, address=ANA, key=mailgun.KEY, **fields):
        data = mailgun.event_data(event, address, delivery) | fields
        return mailgun.post(client, {"signature": mailgun.signature(key), "event-data": data})

    return post


@pytest.fixture
def accepted():
    make_subscription(ANA)
    opened()
    deliver_due()
    return Delivery.objects.get()


def test_delivered_is_recorded_once_however_often_it_is_told(tell, accepted):
    for _ in range(3):
        assert tell("delivered", accepted).status_code == 200
    accepted.refresh_from_db()
    assert accepted.state == State.DELIVERED
    counts = delivery_counts(accepted.announcement)
    assert (counts.accepted, counts.delivered) == (1, 1)
    assert counts.closes


def test_a_permanent_bounce_ends_the_subscription_and_names_nobody(tell, accepted):
    tell("failed", accepted)
    accepted.refresh_from_db()
    assert accepted.state == State.BOUNCED
    assert ANA not in accepted.answer
    assert "5.1.1" in accepted.answer
    assert Subscription.objects.get().state == SubscriptionState.WITHDRAWN
    assert Suppression.objects.get().reason == SuppressionReason.BOUNCE


def test_a_temporary_failure_changes_nothing(tell, accepted):
    tell("failed", accepted, severity="temporary")
    accepted.refresh_from_db()
    assert accepted.state == State.ACCEPTED
    assert not Suppression.objects.exists()


def test_a_complaint_outranks_everything(tell, accepted):
    tell("complained", accepted)
    accepted.refresh_from_db()
    assert accepted.state == State.COMPLAINED
    assert Suppression.objects.get().reason == SuppressionReason.COMPLAINT
    assert not Subscription.objects.mailable().exists()


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["accepted", "delivered", "failed", "complained"]))
)
def test_events_in_any_order_end_the_same(tell, accepted, order):
    for event in order:
        tell(event, accepted)
    accepted.refresh_from_db()
    assert accepted.state == State.COMPLAINED
    assert delivery_counts(accepted.announcement).closes


def test_an_event_that_overtakes_the_answer_is_not_undone_by_it(tell, esp):
    make_subscription(ANA)
    opened()
    esp.meanwhile = lambda message: tell("delivered", Delivery.objects.get())
    assert deliver_due().accepted == 1
    assert Delivery.objects.get().state == State.DELIVERED


def test_an_event_settles_an_unknown_outcome(tell, esp):
    make_subscription(ANA)
    esp.lose_the_answer(ANA)
    announcement = opened()
    deliver_due()
    assert Delivery.objects.get().state == State.UNKNOWN
    tell("accepted", Delivery.objects.get())
    assert Delivery.objects.get().state == State.ACCEPTED
    assert delivery_counts(announcement).unknown == 0


def test_an_event_for_a_deferred_delivery_keeps_it_from_being_sent_again(tell, esp):
    make_subscription(ANA)
    esp.defer(ANA)
    opened()
    deliver_due()
    tell("delivered", Delivery.objects.get())
    Delivery.objects.update(next_attempt_at=None)
    esp.accept(ANA)
    assert deliver_due().total == 0


def test_without_metadata_the_esps_own_id_finds_the_delivery(tell, accepted):
    Delivery.objects.update(esp_message_id="<20260101.1@mg.testowo.example>")
    tell("delivered")
    accepted.refresh_from_db()
    assert accepted.state == State.DELIVERED


def test_a_forged_signature_changes_nothing(tell, accepted):
    assert tell("complained", accepted, key="guessed").status_code == 400
    accepted.refresh_from_db()
    assert accepted.state == State.ACCEPTED
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("ref", [uuid.uuid4(), "no-uuid", "", None, ["x"], "0" * 10_000])
def test_an_id_that_is_not_ours_changes_nothing(tell, accepted, ref):
    response = tell("complained", **{"user-variables": {"delivery": ref and str(ref)}})
    assert response.status_code == 200
    assert not Suppression.objects.exists()


def test_our_id_with_somebody_elses_address_suppresses_nobody(tell, accepted):
    make_subscription(BARTEK)
    tell("complained", accepted, address=BARTEK)
    accepted.refresh_from_db()
    assert accepted.state == State.ACCEPTED
    assert not Suppression.objects.exists()


def test_an_event_for_what_was_never_sent_changes_nothing(tell):
    make_subscription(ANA)
    announcement = opened()
    tell("delivered", Delivery.objects.get())
    claiming.claim_deliveries(announcement.pk, 1)
    tell("complained", Delivery.objects.get())
    assert Delivery.objects.get().state == State.CLAIMED
    assert not Suppression.objects.exists()


def test_an_event_for_an_erased_person_is_no_error(tell, accepted):
    Subscription.objects.all().delete()
    assert tell("complained", accepted).status_code == 200
    accepted.refresh_from_db()
    assert accepted.state == State.ACCEPTED


def test_a_bounced_confirmation_is_recorded_with_its_letter(tell):
    sign_up(ANA)
    deliver_due()
    letter = Letter.objects.get(kind=LetterKind.CONFIRMATION)
    tell("failed", letter)
    letter.refresh_from_db()
    assert letter.state == State.BOUNCED
    assert Suppression.objects.get().reason == SuppressionReason.BOUNCE


def test_a_bounced_notice_is_recorded_and_suppresses_nobody(tell):
    notice = write_notice(key="1", to=BARTEK, subject="x", text="x")
    deliver_due()
    tell("failed", notice, address=BARTEK)
    notice.refresh_from_db()
    assert notice.state == State.BOUNCED
    assert not Suppression.objects.exists()


def test_opens_and_clicks_are_none_of_our_business(tell, accepted, caplog):
    for event in ("opened", "clicked"):
        assert tell(event, accepted).status_code == 200
    accepted.refresh_from_db()
    assert accepted.state == State.ACCEPTED
    assert ANA not in caplog.text
