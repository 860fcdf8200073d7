"""Nothing is kept longer than its days, nor forgotten a day before."""

from datetime import timedelta

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from newsletter import announcing, consent
from newsletter.chain import verify_chain
from newsletter.consent import forget_withdrawn
from newsletter.invariants import INVARIANTS
from newsletter.models import (
    ConsentEvent,
    Delivery,
    DeliveryState,
    Letter,
    Subscription,
    SubscriptionState,
    Suppression,
    Told,
)
from newsletter.retention import forget_letters, retire_proofs
from tests.newsletter.factories import ANA, BARTEK, make_subscription, sign_up, subscribe
from tests.newsletter.stories import opened

pytestmark = pytest.mark.django_db
ALMOST = timedelta(minutes=-1)
OVER = timedelta(minutes=1)


def ago(days, more):
    return timezone.now() - timedelta(days=days) - more


def age_events(days, more):
    """As if the whole record had been written so long ago; the database knows no better."""
    QuerySet(ConsentEvent).update(at=ago(days, more))


def broken():
    return {ask.__name__: list(ask()) for ask in INVARIANTS if list(ask())}


def test_a_withdrawn_subscription_is_forgotten_on_the_day_and_not_before(settings):
    settings.NEWSLETTER_WITHDRAWN_DAYS = 30
    early = make_subscription(
        BARTEK, state=SubscriptionState.WITHDRAWN, withdrawn_at=ago(30, ALMOST)
    )
    make_subscription(ANA, state=SubscriptionState.WITHDRAWN, withdrawn_at=ago(30, OVER))
    make_subscription()
    assert forget_withdrawn(10) == 1
    assert forget_withdrawn(10) == 0
    assert Subscription.objects.filter(state=SubscriptionState.WITHDRAWN).get() == early
    assert Subscription.objects.mailable().count() == 1


def test_forgetting_keeps_the_sums_the_proof_and_the_suppression(esp):
    ana = subscribe(ANA)
    opened()
    announcing.deliver_due()
    consent.record_complaint(ana)
    Subscription.objects.update(withdrawn_at=ago(31, OVER))
    assert forget_withdrawn(10) == 1
    assert Delivery.objects.get().state == DeliveryState.ACCEPTED
    assert not Told.objects.exists()
    assert Suppression.objects.count() == 1
    assert set(ConsentEvent.objects.values_list("address", flat=True)) == {ANA}
    assert broken() == {}


def test_it_takes_no_more_than_it_may_at_once():
    for _ in range(3):
        make_subscription(state=SubscriptionState.WITHDRAWN, withdrawn_at=ago(31, OVER))
    assert [forget_withdrawn(2), forget_withdrawn(2)] == [2, 1]


def leave_for_good(address):
    subscription = subscribe(address)
    consent.withdraw(subscription, method="form")
    Subscription.objects.filter(address=address).delete()


@pytest.mark.parametrize(("more", "retired"), [(ALMOST, 0), (OVER, 1)])
def test_the_proof_loses_address_and_network_on_the_day(settings, more, retired):
    settings.NEWSLETTER_CONSENT_EVIDENCE_DAYS = 2192
    leave_for_good(ANA)
    age_events(2192, more)
    assert retire_proofs(10) == retired
    addresses = set(ConsentEvent.objects.values_list("address", flat=True))
    assert addresses == ({""} if retired else {ANA})


def test_a_retired_proof_says_so_and_is_retired_once():
    leave_for_good(ANA)
    age_events(3000, OVER)
    assert [retire_proofs(10), retire_proofs(10)] == [1, 0]
    kinds = list(ConsentEvent.objects.order_by("sequence").values_list("type", flat=True))
    assert kinds == ["requested", "confirmed", "withdrawn", "retired"]


def test_retiring_leaves_the_chain_whole(settings):
    settings.NEWSLETTER_CONSENT_EVIDENCE_DAYS = 0
    leave_for_good(ANA)
    subscribe(BARTEK)
    assert retire_proofs(10) == 1
    report = verify_chain()
    assert report.is_whole, report
    assert ConsentEvent.objects.filter(address=BARTEK).count() == 2


def test_the_proof_of_a_living_subscription_is_never_retired(settings):
    settings.NEWSLETTER_CONSENT_EVIDENCE_DAYS = 0
    ana = subscribe(ANA)
    consent.withdraw(ana, method="form")
    assert retire_proofs(10) == 0


def test_the_proof_of_somebody_who_came_back_counts_from_the_last_time(settings):
    settings.NEWSLETTER_MAILS_PER_DAY = 10
    consent.withdraw(subscribe(ANA), method="form")
    age_events(3000, OVER)
    leave_for_good(ANA)
    assert retire_proofs(10) == 0
    age_events(3000, OVER)
    assert retire_proofs(10) == 1


def test_letters_are_forgotten_once_nobody_will_send_them(settings):
    settings.NEWSLETTER_LETTER_DAYS = 90
    for address in (ANA, BARTEK):
        sign_up(address)
    sent, waiting = Letter.objects.all()
    Letter.objects.filter(pk=sent.pk).update(state=DeliveryState.ACCEPTED)
    Letter.objects.update(created_at=ago(90, ALMOST))
    assert forget_letters(10) == 0
    Letter.objects.update(created_at=ago(90, OVER))
    assert forget_letters(10) == 1
    assert Letter.objects.get() == waiting
