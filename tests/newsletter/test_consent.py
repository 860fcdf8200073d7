from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from newsletter import consent
from newsletter.consent import Method
from newsletter.errors import ClauseChanged, LinkInvalid, NotMailable, TopicsRefused
from newsletter.models import (
    AppendOnlyError,
    Clause,
    ConsentEvent,
    Letter,
    LetterKind,
    Subscription,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from newsletter.tokens import Link
from tests.newsletter.factories import (
    ANA,
    BARTEK,
    confirmation_link,
    make_subscription,
    make_suppression,
    sign_up,
    subscribe,
    subscription_of,
)

pytestmark = pytest.mark.django_db
CONFIRMED, PENDING, WITHDRAWN = (
    SubscriptionState.CONFIRMED,
    SubscriptionState.PENDING,
    SubscriptionState.WITHDRAWN,
)


@pytest.fixture
def _generous(settings):
    """Most promises are not about the mail budget."""
    settings.NEWSLETTER_MAILS_PER_DAY = settings.NEWSLETTER_MAILS_PER_30_DAYS = 100


@pytest.fixture
def staff():
    return get_user_model().objects.create_user("nina", "nina@biuro.example", "x")


def events(ref=None):
    found = ConsentEvent.objects.order_by("sequence")
    return [event.type for event in (found.filter(subject_ref=ref) if ref else found)]


def letters():
    return list(Letter.objects.order_by("created_at").values_list("kind", flat=True))


# Signing up


def test_a_sign_up_waits_for_its_confirmation():
    sign_up(ANA, topics={"area:transport", "unit-group:rural"})
    subscription = subscription_of(ANA)
    assert subscription.state == PENDING
    assert consent.chosen_topics(subscription) == {"area:transport", "unit-group:rural"}
    assert events() == ["requested"]
    assert letters() == [LetterKind.CONFIRMATION]
    assert Letter.objects.get().sign_up == subscription.sign_up
    assert not Subscription.objects.mailable().exists()


def test_the_proof_says_who_agreed_to_what_where_and_how():
    sign_up(ANA, locale="en", form="/en/newsletter/", network="192.0.2.0/24", topics={"all"})
    event = ConsentEvent.objects.get()
    clause = Clause.objects.get(locale="en")
    assert event.wording == clause.wording
    assert "Biuro Testowe" in event.wording
    assert event.clause_version == 1
    assert (event.address, event.network, event.form) == (ANA, "192.0.2.0/24", "/en/newsletter/")
    assert (event.method, event.locale, event.topics) == ("form", "en", ["all"])
    assert event.subject_ref == subscription_of(ANA).ref


def test_a_sign_up_without_a_topic_is_refused_and_leaves_nothing():
    with pytest.raises(TopicsRefused):
        sign_up(ANA, topics=())
    assert not Subscription.objects.exists()
    assert not ConsentEvent.objects.exists()


@pytest.mark.usefixtures("_generous")
def test_a_double_click_is_one_sign_up_and_one_letter():
    sign_up(ANA, submission="form-1")
    first = confirmation_link(ANA)
    sign_up(ANA, submission="form-1")
    assert confirmation_link(ANA) == first
    assert letters() == [LetterKind.CONFIRMATION]
    assert events() == ["requested"]


@pytest.mark.usefixtures("_generous")
def test_who_asks_again_later_from_a_page_that_lay_in_a_cache_is_answered(monkeypatch):
    sign_up(ANA, submission="form-1")
    first = confirmation_link(ANA)
    later = timezone.now() + timedelta(minutes=25)
    monkeypatch.setattr(timezone, "now", lambda: later)
    sign_up(ANA, submission="form-1")
    assert confirmation_link(ANA) != first
    assert letters() == [LetterKind.CONFIRMATION] * 2


@pytest.mark.usefixtures("_generous")
def test_two_people_with_the_same_cached_form_are_two_sign_ups():
    sign_up(ANA, submission="form-1")
    sign_up(BARTEK, submission="form-1")
    assert Subscription.objects.count() == 2
    assert len(letters()) == 2


@pytest.mark.usefixtures("_generous")
def test_a_newer_sign_up_replaces_the_topics_and_the_older_link():
    sign_up(ANA, topics={"area:transport"})
    older = confirmation_link(ANA)
    sign_up(ANA, topics={"area:psychology"})
    with pytest.raises(LinkInvalid):
        consent.confirm(older)
    subscription = consent.confirm(confirmation_link(ANA))
    assert consent.chosen_topics(subscription) == {"area:psychology"}
    assert Subscription.objects.count() == 1


@pytest.mark.usefixtures("_generous")
def test_signing_up_again_changes_nothing_for_somebody_who_is_subscribed():
    before = subscribe(ANA, topics={"area:transport"})
    sign_up(ANA, topics={"all"}, locale="en")
    after = subscription_of(ANA)
    assert (after.state, after.sign_up, after.locale) == (CONFIRMED, before.sign_up, "pl")
    assert consent.chosen_topics(after) == {"area:transport"}
    assert events() == ["requested", "confirmed"]
    assert letters() == [LetterKind.CONFIRMATION, LetterKind.ALREADY_SUBSCRIBED]


@pytest.mark.usefixtures("_generous")
def test_somebody_who_left_may_come_back_under_the_same_reference():
    subscription = subscribe(ANA)
    consent.withdraw(subscription, method=Method.ONE_CLICK)
    sign_up(ANA)
    assert subscription_of(ANA).state == PENDING
    again = consent.confirm(confirmation_link(ANA))
    assert (again.ref, again.state, again.withdrawn_at) == (subscription.ref, CONFIRMED, None)
    assert events() == ["requested", "confirmed", "withdrawn", "requested", "confirmed"]


def test_a_mailbox_gets_one_confirmation_a_day_however_it_is_spelled():
    for variant in ("ana@gmina.example", "a.na@gmina.example", "ANA+x@gmina.example"):
        sign_up(variant)
    assert len(letters()) == 1
    assert Subscription.objects.count() == 1


def test_a_used_up_budget_leaves_the_first_link_working():
    sign_up(ANA, topics={"area:transport"})
    first = confirmation_link(ANA)
    sign_up(ANA, topics={"all"})
    assert consent.chosen_topics(consent.confirm(first)) == {"area:transport"}
    assert events() == ["requested", "confirmed"]


def test_a_mailbox_gets_three_confirmations_in_thirty_days(settings):
    settings.NEWSLETTER_MAILS_PER_DAY = 10
    for _ in range(5):
        sign_up(ANA)
    assert len(letters()) == 3


# Confirming


def test_the_same_link_twice_is_one_confirmation():
    subscribe(ANA)
    confirmed_at = subscription_of(ANA).confirmed_at
    assert consent.confirm(confirmation_link(ANA)).confirmed_at == confirmed_at
    assert events() == ["requested", "confirmed"]


def test_a_confirmation_points_to_the_clause_that_was_agreed_to():
    subscribe(ANA)
    confirmed = ConsentEvent.objects.get(type="confirmed")
    assert (confirmed.clause_version, confirmed.wording) == (1, "")


def test_a_link_replayed_after_leaving_is_refused():
    subscription = subscribe(ANA)
    consent.withdraw(subscription, method=Method.MAILED_LINK)
    with pytest.raises(LinkInvalid):
        consent.confirm(confirmation_link(ANA))
    assert subscription_of(ANA).state == WITHDRAWN


def test_a_link_without_a_sign_up_confirms_nothing():
    sign_up(ANA)
    with pytest.raises(LinkInvalid):
        consent.confirm(Link(subscription_of(ANA).ref))
    assert subscription_of(ANA).state == PENDING


def test_only_the_persons_own_double_opt_in_lifts_a_suppression():
    make_suppression(ANA)
    sign_up(ANA)
    assert Suppression.objects.count() == 1
    subscription = consent.confirm(confirmation_link(ANA))
    assert Suppression.objects.count() == 0
    assert Subscription.objects.mailable().get() == subscription


@pytest.mark.parametrize("stop", [consent.record_complaint, consent.record_bounce])
def test_a_link_from_before_a_complaint_or_bounce_is_worthless(stop):
    sign_up(ANA)
    older = confirmation_link(ANA)
    stop(subscription_of(ANA))
    with pytest.raises(LinkInvalid):
        consent.confirm(older)
    assert Suppression.objects.count() == 1


# Changing


def test_topics_are_replaced_once_and_recorded_once():
    subscription = subscribe(ANA, topics={"area:transport"})
    for _ in range(2):
        consent.change_topics(subscription, {"all"}, method=Method.MAILED_LINK, form="manage")
    assert consent.chosen_topics(subscription) == {"all"}
    assert events() == ["requested", "confirmed", "topics_changed"]
    assert ConsentEvent.objects.get(type="topics_changed").topics == ["all"]


def test_no_topic_at_all_is_refused():
    subscription = subscribe(ANA)
    with pytest.raises(TopicsRefused):
        consent.change_topics(subscription, set(), method=Method.MAILED_LINK)
    assert consent.chosen_topics(subscription) == {"all"}


@pytest.mark.parametrize(
    ("had", "wants", "allowed"),
    [
        ({"a", "b"}, {"a"}, True),
        ({"all"}, {"a", "b"}, True),
        ({"a"}, {"a"}, True),
        ({"a"}, {"b"}, False),
        ({"a"}, {"a", "b"}, False),
        ({"a", "b"}, {"all"}, False),
    ],
)
def test_reducing_never_adds(had, wants, allowed):
    subscription = make_subscription(topics=had)
    if allowed:
        consent.reduce_topics(subscription, wants, method=Method.MAILED_LINK)
    else:
        with pytest.raises(TopicsRefused):
            consent.reduce_topics(subscription, wants, method=Method.MAILED_LINK)
    assert consent.chosen_topics(subscription) == (wants if allowed else had)


@pytest.mark.parametrize("state", [PENDING, WITHDRAWN])
def test_only_a_confirmed_subscription_changes_topics(state):
    with pytest.raises(NotMailable):
        consent.change_topics(make_subscription(state=state), {"a"}, method=Method.MAILED_LINK)
    assert events() == []


def test_a_fresh_link_is_mailed_once_a_day_to_those_who_may_be_written_to():
    subscription = make_subscription()
    for _ in range(3):
        consent.request_fresh_link(subscription)
    consent.request_fresh_link(make_subscription(state=WITHDRAWN))
    consent.request_fresh_link(make_subscription(state=PENDING))
    assert letters() == [LetterKind.FRESH_LINK]


# Leaving


@pytest.mark.parametrize("state", [PENDING, CONFIRMED])
def test_leaving_takes_effect_at_once_and_is_recorded_once(state):
    subscription = make_subscription(state=state)
    for _ in range(3):
        consent.withdraw(subscription, method=Method.ONE_CLICK, network="192.0.2.0/24")
    subscription.refresh_from_db()
    assert subscription.state == WITHDRAWN
    assert subscription.withdrawn_at is not None
    assert events() == ["withdrawn"]
    assert ConsentEvent.objects.get().method == "one-click"


def test_an_erased_person_leaves_a_proof_without_address_and_a_suppression():
    subscription = subscribe(ANA, network="192.0.2.0/24")
    ref = subscription.ref
    for _ in range(2):
        consent.erase(subscription, method=Method.STAFF)
    assert not Subscription.objects.exists()
    assert not Letter.objects.exists()
    assert events(ref) == ["requested", "confirmed", "erased"]
    for event in ConsentEvent.objects.all():
        values = (event.address, event.address_salt, event.network, event.network_salt)
        assert values == ("", "", "", "")
        assert len(event.address_digest) == len(event.network_digest) == 64
    assert Suppression.objects.get().reason == SuppressionReason.ERASED
    assert consent.verify_chain().is_whole


def test_erasing_one_person_leaves_the_others_proof_alone():
    subscribe(BARTEK)
    consent.erase(subscribe(ANA), method=Method.STAFF)
    kept = ConsentEvent.objects.filter(subject_ref=subscription_of(BARTEK).ref)
    assert {event.address for event in kept} == {BARTEK}


@pytest.mark.usefixtures("_generous")
def test_an_erased_person_may_sign_up_anew_as_somebody_new():
    erased = subscribe(ANA)
    consent.erase(erased, method=Method.STAFF)
    assert subscribe(ANA).ref != erased.ref
    assert Suppression.objects.count() == 0
    assert consent.verify_chain().is_whole


@pytest.mark.parametrize(
    ("stop", "event", "reason"),
    [
        (consent.record_complaint, "complained", SuppressionReason.COMPLAINT),
        (consent.record_bounce, "bounced", SuppressionReason.BOUNCE),
    ],
)
def test_a_complaint_or_bounce_stops_all_mail_and_is_recorded_once(stop, event, reason):
    subscription = make_subscription()
    for _ in range(3):
        stop(subscription)
    assert not Subscription.objects.mailable().exists()
    assert Suppression.objects.get().reason == reason
    assert events() == [event]
    assert subscription_of(subscription.address).state == WITHDRAWN


def test_staff_may_block_an_address_with_or_without_a_subscription(staff):
    subscription = make_subscription(ANA)
    consent.suppress_address(ANA, by=staff)
    consent.suppress_address(BARTEK, by=staff)
    assert Suppression.objects.filter(reason=SuppressionReason.STAFF).count() == 2
    assert not Subscription.objects.mailable().exists()
    assert ConsentEvent.objects.get().form == f"user:{staff.pk}"
    subscription.refresh_from_db()
    assert subscription.state == WITHDRAWN


# Never confirmed


def outdated():
    return timezone.now() - timedelta(days=7, minutes=1)


def test_a_sign_up_nobody_confirms_is_deleted_and_its_proof_has_no_address():
    sign_up(ANA)
    Subscription.objects.update(requested_at=outdated())
    sign_up(BARTEK)
    assert consent.expire_unconfirmed() == 1
    assert Subscription.objects.get().address == BARTEK
    expired = ConsentEvent.objects.exclude(subject_ref=subscription_of(BARTEK).ref)
    assert sorted(event.type for event in expired) == ["expired", "requested"]
    assert {event.address for event in expired} == {""}
    assert not Suppression.objects.exists()
    assert consent.verify_chain().is_whole
    assert consent.expire_unconfirmed() == 0


def test_only_what_is_pending_expires():
    make_subscription(state=CONFIRMED, requested_at=outdated())
    make_subscription(state=WITHDRAWN, requested_at=outdated())
    assert consent.expire_unconfirmed() == 0
    assert Subscription.objects.count() == 2


@pytest.mark.usefixtures("_generous")
def test_a_stranger_cannot_take_the_address_out_of_somebodys_proof():
    subscription = subscribe(ANA)
    consent.withdraw(subscription, method=Method.ONE_CLICK)
    sign_up(ANA)  # by somebody else
    Subscription.objects.update(requested_at=outdated())
    assert consent.expire_unconfirmed() == 1
    assert subscription_of(ANA).state == WITHDRAWN
    assert {event.address for event in ConsentEvent.objects.all()} == {ANA}


# Clauses


def test_looking_at_the_clause_writes_nothing():
    assert consent.current_clause("pl").is_draft
    assert not Clause.objects.exists()


ARTICLES = {
    "pl": """art. 6 ust. 1 lit. a|art. 398|dobrowolne|Odbiorcy|7 dniach|dostępu|sprostowania|
usunięcia|ograniczenia|skróconym adresem IP|przenoszenia|wycofać w każdej chwili|
Prezesa Urzędu Ochrony|profilowania""",
    "en": """Article 6(1)(a)|Article 398|voluntary|Recipients|7 days|access|rectification|erasure|
restriction|truncated IP address|portability|at any time|President of the Personal|profiling""",
}


@pytest.mark.parametrize("locale", ["pl", "en"])
def test_the_built_in_clause_says_what_the_law_asks_for(locale):
    wording = consent.current_clause(locale).wording
    facts = ["Biuro Testowe", "ul. Testowa 1", "biuro@testowo.example", "iod@testowo.example"]
    assert [
        text
        for text in [*facts, *ARTICLES[locale].replace("\n", "").split("|")]
        if text not in wording
    ] == []
    assert "{" not in wording


def test_the_clause_leaves_out_an_officer_who_does_not_exist(settings):
    settings.NEWSLETTER_DPO_EMAIL = ""
    assert "nspektor" not in consent.current_clause("pl").information


def test_a_clause_that_was_shown_never_changes():
    sign_up(ANA)
    clause = Clause.objects.get()
    assert clause.first_shown_at is not None
    clause.information = "We sell it."
    with pytest.raises(AppendOnlyError):
        clause.save()
    with pytest.raises(AppendOnlyError):
        Clause.objects.update(information="We sell it.")
    with pytest.raises(AppendOnlyError):
        clause.delete()
    with pytest.raises(AppendOnlyError):
        Clause.objects.all().delete()
    assert "We sell it." not in Clause.objects.get().information


def test_a_draft_nobody_saw_may_be_edited():
    clause = consent.new_clause_version("pl", consent="Zgoda", information="Informacja")
    clause.information = "Lepsza informacja"
    clause.save()
    assert Clause.objects.get(version=2).information == "Lepsza informacja"


def test_a_shown_clause_may_be_approved_once(staff):
    sign_up(ANA)
    clause = consent.approve_clause(Clause.objects.get(), staff)
    approved_at = clause.approved_at
    assert not clause.is_draft
    assert consent.approve_clause(clause, staff).approved_at == approved_at


def test_approving_the_built_in_wording_keeps_it(staff):
    clause = consent.approve_clause(consent.current_clause("pl"), staff)
    assert (clause.version, clause.approved_by) == (1, staff)
    assert consent.current_clause("pl") == clause


def test_the_approved_version_stays_in_force_until_a_newer_one_is_approved(staff):
    approved = consent.approve_clause(consent.current_clause("pl"), staff)
    draft = consent.new_clause_version("pl", consent="Zgoda", information="Informacja")
    assert draft.version == 2
    assert consent.current_clause("pl") == approved
    consent.approve_clause(draft, staff)
    assert consent.current_clause("pl") == draft
    assert consent.current_clause("en").version == 1


def test_nobody_agrees_to_a_wording_they_did_not_see():
    shown = consent.current_clause("pl").fingerprint
    consent.new_clause_version("pl", consent="Zgoda", information="Informacja")
    with pytest.raises(ClauseChanged):
        sign_up(ANA, clause_shown=shown)
    assert not Subscription.objects.exists()
    assert not Letter.objects.exists()
