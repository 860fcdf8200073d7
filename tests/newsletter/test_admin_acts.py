"""What staff may do on the newsletter's screens, and what is said when it is too late."""

import re
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.messages import get_messages
from django.db.models import QuerySet
from django.test import Client
from wagtail.models import ModelLogEntry
from wagtail.users.models import UserProfile

from newsletter import announcing, consent
from newsletter.addresses import address_hash
from newsletter.admin_views import consents
from newsletter.models import (
    Announcement,
    AnnouncementState,
    Clause,
    ConsentChain,
    ConsentEvent,
    Delivery,
    DeliveryState,
    SkipReason,
    Subscription,
    SubscriptionState,
    Suppression,
)
from tests.newsletter.admin_world import administrator, manager, somebody, text_of, url
from tests.newsletter.factories import ANA, BARTEK, make_subscription, subscribe
from tests.newsletter.rows import checksum
from tests.newsletter.stories import announced, end_window, facts, opened

pytestmark = pytest.mark.django_db
State = AnnouncementState


@pytest.fixture
def client() -> Client:
    return manager()


def said(response: Any) -> list[str]:
    return [str(message).strip() for message in get_messages(response.wsgi_request)]


def log() -> list[tuple[str, str]]:
    entries = ModelLogEntry.objects.filter(action__startswith="newsletter.").order_by("pk")
    return [(entry.action, entry.user.username) for entry in entries]


def act(client: Client, name: str, *args: Any, reason: str = "Na prośbę osoby.") -> Any:
    """Ask, then do: the page that asks must be there, and must not act."""
    before = checksum()
    asked = client.get(url(name, *args))
    assert asked.status_code == 200
    assert "csrfmiddlewaretoken" in text_of(asked)
    assert checksum() == before
    return client.post(url(name, *args), {"reason": reason})


# --- subscriptions ------------------------------------------------------------------------------


def test_staff_withdraws_a_subscription_and_the_proof_says_who(client: Client) -> None:
    subscription = subscribe(ANA)
    answer = act(client, "subscription_withdraw", subscription.pk)
    assert answer["Location"] == url("subscription_inspect", subscription.pk)
    assert said(answer) == ["Subskrypcja została wycofana."]
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.WITHDRAWN
    event = ConsentEvent.objects.get(type="withdrawn")
    assert (event.method, event.form) == ("staff", f"user:{answer.wsgi_request.user.pk}")
    assert log() == [("newsletter.withdraw", "menedzer")]
    assert consent.verify_chain().is_whole


def test_withdrawing_twice_is_one_withdrawal(client: Client) -> None:
    subscription = subscribe(ANA)
    for _time in range(2):
        assert client.post(url("subscription_withdraw", subscription.pk)).status_code == 302
    assert ConsentEvent.objects.filter(type="withdrawn").count() == 1


def test_staff_erases_a_subscription_and_keeps_the_proof(client: Client) -> None:
    subscription = subscribe(ANA, network="198.51.100.0/24")
    answer = act(client, "subscription_erase", subscription.pk)
    assert answer["Location"] == url("subscription_index")
    assert not Subscription.objects.exists()
    events = ConsentEvent.objects.filter(subject_ref=subscription.ref)
    assert set(events.values_list("address", "network")) == {("", "")}
    assert Suppression.objects.get().address_hash == address_hash(ANA)
    assert consent.verify_chain().is_whole
    assert log() == [("newsletter.erase", "menedzer")]
    # The button of a page that was left open.
    assert client.post(url("subscription_erase", subscription.pk)).status_code == 404


def test_the_page_of_an_erased_persons_delivery_says_so(client: Client) -> None:
    subscription = subscribe(ANA)
    opened()
    delivery = Delivery.objects.get()
    client.post(url("subscription_erase", subscription.pk))
    page = text_of(client.get(url("delivery_inspect", delivery.pk)))
    assert "usunięto dane" in page
    assert ANA not in page


def test_there_is_no_way_to_confirm_or_to_lift_a_block(client: Client) -> None:
    """Only the person can. Whatever the pages offer, no form or link does it."""
    pending = make_subscription(ANA, state=SubscriptionState.PENDING)
    client.post(url("suppression_add"), {"address": BARTEK})
    offered = set()
    for page in (url("subscription_inspect", pending.pk), url("suppression_index")):
        offered |= set(re.findall(r'href="(/panel/newsletter/[^"?]*)', text_of(client.get(page))))
    for address in offered:
        client.post(address)
    pending = Subscription.objects.filter(pk=pending.pk).first() or pending
    assert pending.state != SubscriptionState.CONFIRMED
    assert Suppression.objects.filter(address_hash=address_hash(BARTEK)).exists()


def test_a_blocked_address_is_kept_as_a_hash_and_its_subscription_ends(client: Client) -> None:
    subscription = subscribe(ANA)
    answer = client.post(url("suppression_add"), {"address": f"  {ANA.upper()} "})
    assert said(answer) == ["Adres jest zablokowany."]
    assert Suppression.objects.get().address_hash == address_hash(ANA)
    subscription.refresh_from_db()
    assert subscription.state == SubscriptionState.WITHDRAWN
    again = client.post(url("suppression_add"), {"address": ANA})
    # It does not say whether the address was blocked or subscribed before.
    assert (again.status_code, said(again)[-1]) == (302, "Adres jest zablokowany.")
    assert Suppression.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ana",
        "ana@",
        "a b@c.example",
        "ana@wzorowice.example\r\nBcc: x@y.example",
        "x" * 400 + "@c.example",
        "\0@c.example",
    ],
)
def test_what_is_no_address_is_not_blocked(typed: str, client: Client) -> None:
    answer = client.post(url("suppression_add"), {"address": typed})
    assert answer.status_code == 200
    assert "error-message" in text_of(answer)
    assert not Suppression.objects.exists()


# --- the wording and the chain ------------------------------------------------------------------


def test_a_new_version_is_a_draft_in_both_languages_until_it_is_approved(client: Client) -> None:
    form = text_of(client.get(url("clause_new")))
    assert "Biuro Testowe" in form  # it starts from the wording in force
    wording = {
        "consent_pl": "Zgadzam się.",
        "information_pl": "Administratorem jest\r\n\r\nBiuro.",
        "consent_en": "I agree.",
        "information_en": "The controller is the Office.",
    }
    client.post(url("clause_new"), wording)
    polish = Clause.objects.filter(locale="pl").order_by("-version")[0]
    assert polish.information == "Administratorem jest\n\nBiuro."
    assert Clause.objects.filter(version=polish.version).count() == 2
    assert consent.current_clause("pl").approved_at is None
    answer = act(client, "clause_approve", polish.pk)
    assert said(answer) == ["Klauzula została zatwierdzona."]
    current = consent.current_clause("pl")
    assert (current.pk, current.approved_by.username) == (polish.pk, "menedzer")
    client.post(url("clause_approve", polish.pk))
    assert [action for action, _who in log()].count("newsletter.approve_clause") == 1


def test_a_version_without_a_wording_is_not_saved(client: Client) -> None:
    answer = client.post(url("clause_new"), {"consent_pl": "Zgadzam się."})
    assert answer.status_code == 200
    assert not Clause.objects.exists()


def test_a_clause_shows_its_whole_wording_as_text(client: Client) -> None:
    clause = consent.new_clause_version(
        "pl", consent="<script>alert(1)</script>", information="Akapit\n\ndrugi"
    )
    page = text_of(client.get(url("clause_inspect", clause.pk)))
    assert "&lt;script&gt;alert(1)" in page
    assert "<p>drugi</p>" in page


def test_the_chain_can_be_verified_and_a_change_is_named(client: Client) -> None:
    subscribe(ANA)
    answer = client.post(url("consentevent_verify"))
    assert said(answer)[0].startswith("Łańcuch jest cały: zdarzeń 2")
    # Past the guard of the model, as somebody with the database would.
    QuerySet(ConsentEvent).filter(sequence=1).update(wording="Co innego.")
    answer = client.post(url("consentevent_verify"))
    assert said(answer)[-1].startswith("Łańcuch jest przerwany przy zdarzeniu 1")


def test_a_very_long_chain_is_left_to_the_command(client: Client) -> None:
    subscribe(ANA)
    ConsentChain.objects.update(length=consents.VERIFIED_HERE + 1)
    answer = client.post(url("consentevent_verify"))
    assert "newsletter_consent verify" in said(answer)[0]
    assert "newsletter_consent verify" in text_of(client.get(url("consentevent_index")))


# --- announcements ------------------------------------------------------------------------------


def test_a_held_announcement_is_released_by_a_person(client: Client) -> None:
    make_subscription(ANA)
    announcement = announced()
    Announcement.objects.update(state=State.HELD)
    answer = act(client, "announcement_release", announcement.pk, reason="")
    assert said(answer) == ["Ogłoszenie zostało zwolnione i jest wysyłane."]
    announcing.open_due()
    announcement.refresh_from_db()
    assert (announcement.state, announcement.entitled) == (State.OPEN, 1)
    assert log() == [("newsletter.release", "menedzer")]


def test_pausing_resuming_and_cancelling_ask_for_a_reason_and_keep_it(client: Client) -> None:
    make_subscription(ANA)
    announcement = opened()
    refused = client.post(url("announcement_pause", announcement.pk), {"reason": " "})
    assert refused.status_code == 200
    assert "error-message" in text_of(refused)
    for name, state in (("pause", State.PAUSED), ("resume", State.OPEN), ("cancel", "cancelled")):
        act(client, f"announcement_{name}", announcement.pk, reason=f"Powód: {name}")
        announcement.refresh_from_db()
        assert (announcement.state, announcement.reason) == (state, f"Powód: {name}")
    assert announcement.acted_by.username == "menedzer"
    assert Delivery.objects.get().skip_reason == SkipReason.CANCELLED
    page = text_of(client.get(url("announcement_inspect", announcement.pk)))
    assert "ogłoszenie anulowano: 1" in page


@pytest.mark.parametrize("name", ["release", "pause", "resume", "cancel"])
def test_a_button_that_is_too_late_gets_a_clear_answer(name: str, client: Client) -> None:
    announcement = opened()
    Announcement.objects.update(state=State.DONE)
    before = checksum()
    answer = client.post(url(f"announcement_{name}", announcement.pk), {"reason": "Za późno."})
    assert answer["Location"] == url("announcement_inspect", announcement.pk)
    assert said(answer)[0].startswith("Teraz nie jest to możliwe")
    assert checksum() == before
    assert log() == []


def test_only_what_is_possible_now_is_offered(client: Client) -> None:
    announcement = announced()
    expected = {
        State.HELD: {"release", "cancel"},
        State.READY: {"release", "pause", "cancel"},
        State.OPEN: {"pause", "cancel"},
        State.PAUSED: {"resume", "cancel"},
        State.DONE: set(),
        State.CANCELLED: set(),
    }
    Announcement.objects.update(is_collecting=False)
    for state, acts in expected.items():
        Announcement.objects.update(state=state)
        page = text_of(client.get(url("announcement_inspect", announcement.pk)))
        offered = re.findall(
            rf'href="/panel/newsletter/announcement/{announcement.pk}/(\w+)/"', page
        )
        assert set(offered) - {"preview"} == acts, state


def test_somebody_who_only_looks_is_offered_nothing() -> None:
    announcement = announced()
    page = text_of(somebody("view_announcement").get(url("announcement_inspect", announcement.pk)))
    assert f"/announcement/{announcement.pk}/release/" not in page


def test_a_letter_that_mail_programs_would_cut_off_is_not_released(
    client: Client, settings: Any
) -> None:
    announcement = announced()
    Announcement.objects.update(state=State.HELD)
    settings.NEWSLETTER_MAX_HTML_BYTES = 100
    answer = act(client, "announcement_release", announcement.pk)
    assert "100" in said(answer)[0]
    announcement.refresh_from_db()
    assert announcement.state == State.HELD
    assert "help-critical" in text_of(client.get(url("announcement_preview", announcement.pk)))


# --- unknown outcomes ---------------------------------------------------------------------------


@pytest.fixture
def unknown() -> Delivery:
    make_subscription(ANA)
    opened()
    Delivery.objects.update(state=DeliveryState.UNKNOWN)
    return Delivery.objects.select_related("announcement").get()


def test_an_unknown_outcome_is_shown_by_reference_and_considered_delivered(
    client: Client, unknown: Delivery
) -> None:
    page = text_of(client.get(url("announcement_inspect", unknown.announcement_id)))
    assert str(Subscription.objects.get().ref) in page
    act(client, "announcement_consider_delivered", unknown.announcement_id, unknown.pk)
    unknown.refresh_from_db()
    assert unknown.state == DeliveryState.ACCEPTED
    assert log() == [("newsletter.settle_accepted", "menedzer")]


def test_an_unknown_outcome_is_sent_again_under_a_new_id(client: Client, unknown: Delivery) -> None:
    act(client, "announcement_send_again", unknown.announcement_id, unknown.pk)
    again = Delivery.objects.exclude(pk=unknown.pk).get()
    assert (again.attempt, again.state) == (2, DeliveryState.QUEUED)
    unknown.refresh_from_db()
    assert unknown.skip_reason == SkipReason.SENT_AGAIN
    answer = client.post(
        url("announcement_send_again", unknown.announcement_id, unknown.pk), {"reason": "Drugi raz"}
    )
    assert said(answer)[-1] == "Wynik tego doręczenia jest już znany."
    assert Delivery.objects.count() == 2


def test_a_verdict_needs_a_reason(client: Client, unknown: Delivery) -> None:
    for name in ("send_again", "consider_delivered"):
        client.post(url(f"announcement_{name}", unknown.announcement_id, unknown.pk))
    unknown.refresh_from_db()
    assert unknown.state == DeliveryState.UNKNOWN


def test_a_delivery_is_settled_on_its_own_announcement_only(
    client: Client, unknown: Delivery
) -> None:
    other = opened()
    address = url("announcement_consider_delivered", other.pk, unknown.pk)
    assert client.get(address).status_code == 404
    assert client.post(address, {"reason": "x"}).status_code == 404


# --- preview ------------------------------------------------------------------------------------


def test_the_preview_shows_the_letter_in_both_languages_and_runs_nothing(client: Client) -> None:
    announcement = announced(facts("Autobus <script>alert(1)</script>"))
    page = text_of(client.get(url("announcement_preview", announcement.pk)))
    assert page.count("<iframe") == page.count("sandbox title=") == 2
    assert "<script>alert(1)" not in page
    for locale in ("pl", "en"):
        frame = client.get(url("announcement_preview_frame", announcement.pk, locale))
        assert "sandbox; default-src 'none'" in frame["Content-Security-Policy"]
        assert frame["X-Frame-Options"] == "SAMEORIGIN"
        assert "<script>alert(1)" not in text_of(frame)
        assert f'lang="{locale}"' in text_of(frame)
    nowhere = client.get(url("announcement_preview_frame", announcement.pk, "de"))
    assert nowhere.status_code == 404


def test_an_announcement_whose_stories_were_all_taken_back_can_still_be_opened(
    client: Client,
) -> None:
    story = facts()
    announcement = announced(story)
    announcing.withdraw_story(story.key)
    for name in ("announcement_inspect", "announcement_preview"):
        assert client.get(url(name, announcement.pk)).status_code == 200
    assert client.get(url("announcement_preview_frame", announcement.pk, "pl")).status_code == 200
    assert client.get(url("announcement_index")).status_code == 200


def test_the_undo_window_says_until_when(client: Client) -> None:
    announcement = announced()
    page = text_of(client.get(url("announcement_inspect", announcement.pk)))
    assert "Nic jeszcze nie zostało wysłane. Do " in page
    end_window()
    page = text_of(client.get(url("announcement_inspect", announcement.pk)))
    assert "Nic jeszcze nie zostało wysłane. Do " not in page


def test_the_screens_speak_english_too() -> None:
    client = manager()
    profile = UserProfile.get_for_user(get_user_model().objects.get(username="menedzer"))
    profile.preferred_language = "en"
    profile.save()
    page = text_of(client.get(url("subscription_index")))
    assert "Nobody has subscribed yet." in page


def test_wagtails_history_links_to_the_row() -> None:
    client, subscription = administrator(), subscribe(ANA)
    client.post(url("subscription_withdraw", subscription.pk))
    report = text_of(client.get("/panel/reports/site-history/"))
    assert url("subscription_inspect", subscription.pk) in report
    assert str(subscription.ref) in report
    assert ANA not in report
