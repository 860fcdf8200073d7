"""The lists: how much they ask the database, what can be found in them, what breaks none."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import formats, timezone

from newsletter import announcing, consent
from newsletter.models import (
    Announcement,
    ConsentEvent,
    Delivery,
    DeliveryState,
    Letter,
    Subscription,
    SubscriptionState,
)
from tests.newsletter.admin_world import administrator, text_of, url
from tests.newsletter.factories import (
    ANA,
    BARTEK,
    make_subscription,
    make_suppression,
    sign_up,
    subscribe,
)
from tests.newsletter.stories import announced, end_window, facts, opened

pytestmark = pytest.mark.django_db
MODELS = [
    "announcement",
    "subscription",
    "consentevent",
    "clause",
    "delivery",
    "letter",
    "suppression",
]


@pytest.fixture
def client() -> Client:
    return administrator()


def results(client: Client, model: str, **query: Any) -> str:
    response = client.get(url(f"{model}_results"), query)
    assert response.status_code == 200
    return text_of(response)


def rows_of(client: Client, model: str, **query: Any) -> list[str]:
    return re.findall(
        rf'href="/panel/newsletter/{model}/([\w-]+)/"', results(client, model, **query)
    )


def more_announcements(count: int) -> None:
    for number in range(count):
        Announcement.objects.update(is_collecting=False)
        announcement = announced(facts(), facts())
        Announcement.objects.filter(pk=announcement.pk).update(entitled=number)


def more_events(count: int) -> None:
    for number in range(count):
        sign_up(f"osoba-{number}-{ConsentEvent.objects.count()}@gmina.example")


def more_subscriptions(count: int) -> None:
    for _number in range(count):
        make_subscription(topics=["all", "area:transport"])


def more_clauses(count: int) -> None:
    for number in range(count):
        consent.new_clause_version("pl", consent=f"Zgoda {number}", information="Informacja")


def more_deliveries(count: int) -> None:
    more_subscriptions(count)
    opened()


def more_suppressions(count: int) -> None:
    for number in range(count):
        make_suppression(f"osoba-{number}-{count}@gmina.example")


MORE: dict[str, Callable[[int], None]] = {
    "announcement": more_announcements,
    "subscription": more_subscriptions,
    "consentevent": more_events,
    "clause": more_clauses,
    "delivery": more_deliveries,
    "letter": more_events,
    "suppression": more_suppressions,
}


@pytest.mark.parametrize("model", MODELS)
def test_a_long_list_asks_the_database_no_more_often_than_a_short_one(
    model: str, client: Client
) -> None:
    MORE[model](5)
    client.get(url(f"{model}_index"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(url(f"{model}_index"))
    MORE[model](45)
    with CaptureQueriesContext(connection) as many:
        client.get(url(f"{model}_index"))
    assert len(many) == len(few)
    assert len(many) <= 16


def test_an_inspected_announcement_asks_no_more_for_a_large_audience(client: Client) -> None:
    more_subscriptions(3)
    small = opened()
    more_subscriptions(40)
    large = opened()
    Delivery.objects.filter(announcement=large).update(state=DeliveryState.UNKNOWN)
    Delivery.objects.filter(announcement=small).update(state=DeliveryState.UNKNOWN)
    counts = []
    for announcement in (small, small, large):
        with CaptureQueriesContext(connection) as queries:
            client.get(url("announcement_inspect", announcement.pk))
        counts.append(len(queries))
    assert counts[1] == counts[2]


@pytest.mark.parametrize("model", MODELS)
def test_an_empty_list_says_what_will_be_there(model: str, client: Client) -> None:
    nothing_yet = results(client, model)
    assert "<table" not in nothing_yet
    assert len(re.sub(r"<[^>]*>|\s", "", nothing_yet)) > 15
    assert "Proszę spróbować" in results(client, model, q="0000ffff")


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize(
    "query",
    [
        {"q": "\0"},
        {"q": "x" * 5_000},
        {"q": "9" * 40},
        {"q": "9" * 18},
        {"q": "'; DROP TABLE newsletter_letter; --"},
        {"q": "<script>alert(1)</script>"},
        {"p": "-1"},
        {"p": "10000000000000000000000"},
        {"p": "łódź"},
        {"state": "unheard-of", "reason": "unheard-of", "type": "x", "topic": "x", "locale": "x"},
        {"at_from": "32.13.2026", "at_to": "x"},
        {"announcement": "not-a-reference", "ordering": "-nothing"},
    ],
)
def test_no_query_string_breaks_a_list(model: str, query: dict[str, str], client: Client) -> None:
    sign_up(ANA)
    page = client.get(url(f"{model}_index"), query)
    assert page.status_code == 200
    assert b"<script>alert" not in page.content


def test_a_row_that_does_not_exist_is_not_found(client: Client) -> None:
    for model in ("announcement", "subscription", "consentevent", "clause"):
        for key in (0, 10**9, 10**30):
            assert client.get(url(f"{model}_inspect", key)).status_code == 404
    for model in ("delivery", "letter"):
        nobody = "00000000-0000-0000-0000-000000000000"
        assert client.get(url(f"{model}_inspect", nobody)).status_code == 404


def test_a_subscription_is_found_by_its_reference_or_its_beginning(client: Client) -> None:
    ana, bartek = make_subscription(ANA), make_subscription(BARTEK)
    for typed in (str(ana.ref), ana.ref.hex, str(ana.ref)[:9].upper(), f" {ana.ref} "):
        assert rows_of(client, "subscription", q=typed) == [str(ana.pk)]
    assert rows_of(client, "subscription", q=str(bartek.ref)[:3]) == []


def test_subscriptions_are_filtered_by_state_language_and_topic(client: Client) -> None:
    ana = make_subscription(ANA, topics=["all"])
    bartek = make_subscription(
        BARTEK, state=SubscriptionState.WITHDRAWN, locale="en", topics=["group:gmina", "all"]
    )
    assert rows_of(client, "subscription", state="confirmed") == [str(ana.pk)]
    assert rows_of(client, "subscription", locale="en") == [str(bartek.pk)]
    assert len(rows_of(client, "subscription", topic="all")) == 2
    assert rows_of(client, "subscription", topic="all", state="withdrawn") == [str(bartek.pk)]


def test_events_are_found_by_number_and_reference_and_filtered_by_kind_and_date(
    client: Client,
) -> None:
    subscription = subscribe(ANA)
    sign_up(BARTEK)
    confirmed = ConsentEvent.objects.get(type="confirmed")
    assert rows_of(client, "consentevent", type="confirmed") == [str(confirmed.pk)]
    assert len(rows_of(client, "consentevent", q=str(subscription.ref))) == 2
    assert rows_of(client, "consentevent", q=str(confirmed.sequence)) == [str(confirmed.pk)]
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert rows_of(client, "consentevent", at_from=str(tomorrow)) == []
    assert len(rows_of(client, "consentevent", at_to=str(tomorrow))) == 3


def test_events_of_an_erased_person_are_still_found_by_the_reference(client: Client) -> None:
    subscription = subscribe(ANA)
    consent.erase(Subscription.objects.get(), method=consent.Method.STAFF)
    assert len(rows_of(client, "consentevent", q=str(subscription.ref))) == 3


def test_deliveries_are_found_by_id_and_reference_and_filtered(client: Client) -> None:
    ana = make_subscription(ANA)
    make_subscription(BARTEK)
    announcement, other = opened(), opened()
    of_ana = Delivery.objects.get(subscription=ana, announcement=announcement)
    Delivery.objects.filter(pk=of_ana.pk).update(state=DeliveryState.REFUSED)
    assert rows_of(client, "delivery", q=str(of_ana.pk)[:13]) == [str(of_ana.pk)]
    assert len(rows_of(client, "delivery", q=str(ana.ref))) == 2
    assert rows_of(client, "delivery", state="refused") == [str(of_ana.pk)]
    assert len(rows_of(client, "delivery", announcement=str(other.ref)[:8])) == 2
    assert rows_of(client, "delivery", announcement="whatever") == []


def test_announcements_are_found_by_a_title_and_by_reference(client: Client) -> None:
    first = opened(facts("Autobus <b>na żądanie</b>"), facts("Szkoła z ogrodem"))
    opened(facts("Nocne dyżury"))
    assert rows_of(client, "announcement", q="OGRODEM") == [str(first.pk)]
    assert rows_of(client, "announcement", q=str(first.ref)[:8]) == [str(first.pk)]
    assert "&lt;b&gt;na żądanie" in results(client, "announcement")


def test_the_figures_of_an_announcement_add_up(client: Client) -> None:
    more_subscriptions(7)
    announcement = opened()
    keys = list(Delivery.objects.values_list("pk", flat=True))
    for key, state in zip(
        keys,
        ["accepted", "delivered", "complained", "refused", "unknown", "sending"],
        strict=False,
    ):
        Delivery.objects.filter(pk=key).update(state=state)
    page = results(client, "announcement")
    assert re.findall(r"<li>(?:<strong>)?([\w ]+) (\d+)(?:</strong>)?</li>", page) == [
        ("odbiorcy", "7"),
        ("przyjęte", "3"),
        ("odrzucone", "1"),
        ("nieznane", "1"),
        ("do wysłania", "2"),
    ]
    assert 'max="7" value="5"' in page
    assert announcement.entitled == 7


def test_blocked_addresses_are_found_by_their_hash_and_the_whole_address(client: Client) -> None:
    blocked = make_suppression(ANA)
    make_suppression(BARTEK)
    for typed in (blocked.address_hash[:10], ANA, ANA.upper()):
        page = results(client, "suppression", q=typed)
        assert blocked.address_hash[:16] in page
        assert page.count("<tr") == 2  # the heading and one row
    assert "<tr" not in results(client, "suppression", q=ANA[:5])


def test_letters_are_listed_without_their_subject(client: Client) -> None:
    sign_up(ANA)
    letter = Letter.objects.get()
    assert rows_of(client, "letter", q=str(letter.pk)) == [str(letter.pk)]
    assert rows_of(client, "letter", kind="notice") == []


def test_the_list_names_the_moment_when_an_announcement_opens(client: Client) -> None:
    announcement = announced()
    opens = timezone.localtime(announcement.release_at)
    assert opens > timezone.now()
    page = text_of(client.get(url("announcement_index")))
    assert formats.date_format(opens, "DATETIME_FORMAT") in page


def test_a_subscription_names_how_each_event_came_about(client: Client) -> None:
    subscription = subscribe()
    page = text_of(client.get(url("subscription_inspect", subscription.pk)))
    assert "odnośnik z listu" in page
    assert "mailed-link" not in page


def test_an_announcement_says_that_the_mail_server_takes_nothing(client: Client, esp: Any) -> None:
    subscribe()
    announcement = opened()
    esp.is_down = True
    announcing.deliver_due()
    page = text_of(client.get(url("announcement_inspect", announcement.pk)))
    assert "Serwer poczty nie przyjął" in page
    esp.is_down = False
    Delivery.objects.update(next_attempt_at=None)
    Letter.objects.update(next_attempt_at=None)
    announcing.deliver_due()
    page = text_of(client.get(url("announcement_inspect", announcement.pk)))
    assert "Serwer poczty nie przyjął" not in page


def test_a_list_shows_where_it_can_be_taken_back(client: Client) -> None:
    announcement = announced()
    page = text_of(client.get(url("announcement_inspect", announcement.pk)))
    assert "można je cofnąć" in page
    end_window()
    page = text_of(client.get(url("announcement_inspect", announcement.pk)))
    assert "można je cofnąć" not in page
