"""Every other mail: confirmations, links, notices."""

from datetime import timedelta

import pytest
from django.utils import timezone

from newsletter import tokens
from newsletter.announcing import deliver_due, tick
from newsletter.letters import URGENT, write_notice, write_to_subscription
from newsletter.models import (
    DeliveryState,
    Letter,
    LetterKind,
    SkipReason,
    Subscription,
    SubscriptionState,
)
from newsletter.tokens import Purpose
from tests.newsletter.factories import (
    ANA,
    BARTEK,
    make_subscription,
    make_suppression,
    sign_up,
    subscription_of,
)
from tests.newsletter.stories import opened

pytestmark = pytest.mark.django_db


def links(message):
    return [word for word in message.body.split() if word.startswith("http")]


def token_of(link):
    return link.rstrip("/").rpartition("/")[2]


def test_a_sign_up_is_answered_by_one_letter_whose_link_confirms_it(esp):
    sign_up(ANA)
    assert deliver_due().accepted == 1
    (message,) = esp.to(ANA)
    subscription = subscription_of(ANA)
    link = tokens.read(Purpose.CONFIRM, token_of(links(message)[0]))
    assert (link.subject_ref, link.origin) == (subscription.ref, subscription.sign_up)
    assert "/newsletter/confirm/" in links(message)[0]


def test_a_confirmation_has_no_list_headers_and_no_text_of_the_visitor(esp):
    address = "wygrana-kliknij-tu@gmina.example"
    sign_up(address, form="Wygrałeś! http://zly.example")
    deliver_due()
    (message,) = esp.messages
    whole = message.message()
    assert not [name for name in whole if name.startswith("List-")]
    assert whole["Auto-Submitted"] == "auto-generated"
    assert all(link.startswith("http://testserver/") for link in links(message))
    assert "zly.example" not in whole.as_string()
    assert address not in message.body + message.alternatives[0][0]


def test_no_link_lies_in_the_database():
    sign_up(ANA)
    letter = Letter.objects.get()
    assert (letter.to, letter.text, letter.html, letter.subject) == ("", "", "", "")


def test_a_confirmation_that_a_newer_sign_up_replaced_is_not_sent(esp):
    sign_up(ANA)
    Subscription.objects.update(sign_up="5c8f4f2e-3f1e-4a36-9f2f-0a4a3f8c1d11")
    assert deliver_due().skipped == 1
    assert Letter.objects.get().skip_reason == SkipReason.LINK_EXPIRED
    assert esp.messages == []


def test_a_confirmation_whose_time_is_over_is_not_sent(esp):
    sign_up(ANA)
    Subscription.objects.update(requested_at=timezone.now() - timedelta(days=8))
    assert deliver_due().skipped == 1
    assert Letter.objects.get().skip_reason == SkipReason.LINK_EXPIRED


def test_a_confirmation_is_sent_to_a_suppressed_person_who_signs_up_anew(esp):
    make_suppression(ANA)
    sign_up(ANA)
    deliver_due()
    assert len(esp.to(ANA)) == 1


@pytest.mark.parametrize(
    ("kind", "purpose"),
    [(LetterKind.ALREADY_SUBSCRIBED, Purpose.MANAGE), (LetterKind.FRESH_LINK, Purpose.FRESH)],
)
def test_letters_to_a_subscription_carry_the_link_they_are_for(esp, kind, purpose):
    subscription = make_subscription(ANA, locale="en")
    write_to_subscription(subscription, kind, key="1")
    deliver_due()
    (message,) = esp.to(ANA)
    assert tokens.read(purpose, token_of(links(message)[0])).subject_ref == subscription.ref
    assert "/en/newsletter/manage/" in links(message)[0]
    assert links(message)[0] in message.alternatives[0][0]


@pytest.mark.parametrize("kind", [LetterKind.ALREADY_SUBSCRIBED, LetterKind.FRESH_LINK])
def test_nothing_is_sent_to_who_left_before_the_letter_did(esp, kind):
    subscription = make_subscription(ANA)
    write_to_subscription(subscription, kind, key="1")
    Subscription.objects.update(state=SubscriptionState.WITHDRAWN, withdrawn_at=timezone.now())
    assert deliver_due().skipped == 1
    assert Letter.objects.get().skip_reason == SkipReason.WITHDRAWN


def test_a_notice_is_sent_as_written_and_its_text_forgotten_once_accepted(esp):
    for _ in range(2):
        write_notice(key="1", to=BARTEK, subject="Do\r\nmoderacji", text="Praktyka czeka.")
    deliver_due()
    (message,) = esp.to(BARTEK)
    assert (message.subject, message.body) == ("Do moderacji", "Praktyka czeka.")
    assert tick().blanked == 1
    assert Letter.objects.get().text == ""
    assert tick().blanked == 0


def test_the_text_of_a_notice_that_was_not_taken_is_kept(esp):
    write_notice(key="1", to=BARTEK, subject="Do moderacji", text="Praktyka czeka.")
    esp.defer(BARTEK)
    deliver_due()
    tick()
    assert Letter.objects.get().text == "Praktyka czeka."


def test_letters_go_before_announcements_and_urgent_ones_first(esp):
    make_subscription("ogloszenie@gmina.example")
    opened()
    write_notice(key="1", to="zwykly@gmina.example", subject="x", text="x")
    write_notice(key="2", to="pilny@gmina.example", subject="x", text="x", priority=URGENT)
    deliver_due()
    assert [message.to[0].partition("@")[0] for message in esp.messages] == [
        "pilny",
        "zwykly",
        "ogloszenie",
    ]


def test_a_refused_notice_does_not_stop_the_others(esp):
    write_notice(key="1", to=ANA, subject="x", text="x")
    write_notice(key="2", to=BARTEK, subject="x", text="x")
    esp.refuse(ANA)
    tally = deliver_due()
    assert (tally.refused, tally.accepted) == (1, 1)
    assert Letter.objects.get(to=ANA).state == DeliveryState.REFUSED


def test_tick_ends_sign_ups_that_nobody_confirmed():
    sign_up(ANA)
    Subscription.objects.update(requested_at=timezone.now() - timedelta(days=8))
    assert tick().expired == 1
    assert not Subscription.objects.exists()
