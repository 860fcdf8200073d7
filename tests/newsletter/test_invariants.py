"""Each invariant finds what it is for, and nothing in a healthy database."""

import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from newsletter import consent
from newsletter.announcing import deliver_due
from newsletter.consent import Method
from newsletter.invariants import INVARIANTS
from newsletter.management.commands import newsletter_reconcile
from newsletter.models import (
    Announcement,
    AnnouncementState,
    AnnouncementStory,
    Delivery,
    DeliveryState,
    Letter,
    Subscription,
    Suppression,
    Told,
)
from tests.newsletter.factories import ANA, BARTEK, CELINA, make_suppression, subscribe
from tests.newsletter.stories import facts, opened

State = DeliveryState
pytestmark = pytest.mark.django_db


def broken():
    return {ask.__name__ for ask in INVARIANTS if list(ask())}


@pytest.fixture
def sent(esp):
    for address in (ANA, BARTEK, CELINA):
        subscribe(address)
    esp.lose_the_answer(BARTEK)
    announcement = opened(facts(), facts())
    deliver_due()
    return announcement


def long_ago(**minutes):
    Delivery.objects.update(settled_at=timezone.now() + timedelta(**minutes))


def test_a_healthy_database_breaks_none(sent, capsys):
    assert broken() == set()
    call_command("newsletter_reconcile", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["unknown"] == [str(Delivery.objects.get(state=State.UNKNOWN).pk)]
    call_command("newsletter_reconcile")
    assert "deliveries of unknown outcome: 1" in capsys.readouterr().out


def test_more_of_unknown_outcome_than_are_named_are_still_counted(sent, capsys, monkeypatch):
    Delivery.objects.update(state=State.UNKNOWN)
    Letter.objects.update(state=State.UNKNOWN)
    monkeypatch.setattr(newsletter_reconcile, "SHOWN", 1)
    call_command("newsletter_reconcile")
    printed = capsys.readouterr().out
    assert "deliveries of unknown outcome: 3" in printed
    assert f"letters of unknown outcome: {Letter.objects.count()}" in printed
    assert "and 2 more" in printed
    call_command("newsletter_reconcile", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (len(told["unknown"]), told["unknown_count"]) == (1, 3)


def test_what_is_broken_is_named_and_the_command_fails(sent, capsys):
    Announcement.objects.update(entitled=99)
    with pytest.raises(SystemExit) as ended:
        call_command("newsletter_reconcile")
    assert ended.value.code == 1
    assert "sums_open: 1 WRONG" in capsys.readouterr().out


def test_two_accepted_deliveries_for_one_person_are_found(sent):
    first = Delivery.objects.filter(state=State.ACCEPTED).first()
    Delivery.objects.create(
        id="0b9b0f1e-0000-0000-0000-000000000001",
        announcement=first.announcement,
        subscription=first.subscription,
        attempt=2,
        state=State.DELIVERED,
    )
    assert "accepted_twice" in broken()


def test_a_stuck_lease_is_found(sent):
    Delivery.objects.filter(state=State.ACCEPTED).update(
        state=State.SENDING, lease_until=timezone.now() - timedelta(minutes=2)
    )
    assert {"stuck", "unfinished_but_done"} <= broken()


def test_mail_accepted_after_a_withdrawal_is_found(sent):
    consent.withdraw(Subscription.objects.get(address=ANA), method=Method.ONE_CLICK)
    assert broken() == set()
    long_ago(minutes=10)
    assert broken() == {"accepted_without_consent"}


def test_mail_accepted_after_a_withdrawal_and_a_new_confirmation_is_fine(sent, settings):
    settings.NEWSLETTER_MAILS_PER_DAY = 2
    consent.withdraw(Subscription.objects.get(address=ANA), method=Method.ONE_CLICK)
    subscribe(ANA)
    long_ago(minutes=10)
    assert broken() == set()


def test_mail_accepted_for_a_suppressed_address_is_found(sent):
    make_suppression(ANA)
    assert broken() == set()
    Suppression.objects.update(created_at=timezone.now() - timedelta(days=1))
    assert broken() == {"suppressed_but_accepted"}


def test_a_story_in_no_announcement_is_found(sent):
    AnnouncementStory.objects.filter(story=sent.stories.first()).delete()
    assert broken() == {"story_forgotten"}


def test_somebody_told_by_no_delivery_is_found(sent):
    Delivery.objects.filter(subscription__address=ANA).delete()
    assert {"told_without_delivery", "sums_open"} == broken()
    assert Told.objects.count() == 6
    assert sent.state == AnnouncementState.OPEN


def test_invented_subscriptions_are_made_in_bulk_and_only_once(capsys):
    for _ in range(2):
        call_command("make_subscriptions", "30")
    assert Subscription.objects.mailable().count() == 30
    assert all(person.address.endswith(".example") for person in Subscription.objects.all())
    assert opened().entitled == 30


@pytest.mark.parametrize(
    "arguments", [["0"], ["-1"], ["3", "--domain", "gmina.pl"]], ids=["none", "less", "real"]
)
def test_senseless_requests_for_invented_subscriptions_are_refused(arguments):
    with pytest.raises(CommandError):
        call_command("make_subscriptions", *arguments)
    assert not Subscription.objects.exists()


def test_invented_subscriptions_are_refused_on_a_real_site(settings):
    settings.SETTINGS_MODULE = "cms.settings.production"
    with pytest.raises(CommandError, match="refused"):
        call_command("make_subscriptions", "3")


def test_what_the_journal_says_was_taken_does_not_wait(sent):
    Delivery.objects.filter(subscription__address=ANA).update(state=State.QUEUED)
    assert "sent_but_waiting" in broken()
    Delivery.objects.filter(subscription__address=ANA).update(state=State.UNKNOWN)
    assert "sent_but_waiting" not in broken()
