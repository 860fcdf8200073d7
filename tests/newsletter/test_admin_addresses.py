"""Nobody without the permission is told an address, in any byte of any screen."""

import csv
import io
import re

import pytest
from django.test import Client
from wagtail.models import ModelLogEntry

from newsletter.addresses import address_hash
from tests.newsletter.admin_world import (
    BODY,
    CANARY,
    CANARY_NETWORK,
    PERMISSIONS,
    World,
    all_permissions,
    make_world,
    somebody,
    text_of,
    url,
)

pytestmark = pytest.mark.django_db
LISTS = sorted(name for name in PERMISSIONS if name.endswith(("_index", "_results")))
# A staff member may hold everything else.
ALL_BUT_ADDRESSES = {"view_address"}


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def blind(world: World) -> Client:
    return somebody(*(all_permissions() - ALL_BUT_ADDRESSES))


@pytest.fixture
def seeing(world: World) -> Client:
    return somebody(*all_permissions())


def secrets() -> list[str]:
    local, domain = CANARY.split("@")
    return [CANARY, local, f"@{domain}", CANARY_NETWORK, "198.51.100", address_hash(CANARY)]


def test_no_screen_shows_an_address_to_those_who_may_not_see_it(
    world: World, blind: Client
) -> None:
    seen = 0
    for name, address in world.urls().items():
        for variant in (address, address.replace("/csv/", "/xlsx/")):
            response = blind.get(variant)
            body = text_of(response) + str(response.headers)
            seen += response.status_code == 200
            assert [secret for secret in secrets() if secret in body] == [], name
    assert seen > 30


def test_the_same_screens_show_it_to_those_who_may(world: World, seeing: Client) -> None:
    """The other side, so that the test above cannot pass on empty pages."""
    showing = {
        name for name, address in world.urls().items() if CANARY in text_of(seeing.get(address))
    }
    assert showing >= {
        "subscription_index",
        "subscription_results",
        "subscription_inspect",
        "subscription_export",
        "consentevent_index",
        "consentevent_inspect",
        "consentevent_export",
        "delivery_inspect",
        "letter_index",
        "letter_inspect",
    }
    assert CANARY_NETWORK in text_of(seeing.get(world.urls()["consentevent_inspect"]))


@pytest.mark.parametrize("name", LISTS)
def test_searching_an_address_answers_the_same_whether_it_exists(name: str, blind: Client) -> None:
    for known, invented in (
        (CANARY, "kanarka.jawna@canary.example"),
        ("kanarek.tajny", "kanarek.jawny"),
        ("canary.example", "dosary.example"),
        (CANARY_NETWORK, "203.0.113.0/24"),
    ):
        there, not_there = (without(blind, name, text) for text in (known, invented))
        assert there == not_there


def without(client: Client, name: str, typed: str) -> str:
    """The page, without what the person typed into it and the one-time tokens."""
    page = text_of(client.get(url(name), {"q": typed}))
    for echo in (typed, typed.replace("@", "%40").replace("/", "%2F")):
        page = page.replace(echo, "TYPED")
    return re.sub(
        r'(csrfmiddlewaretoken" value|data-csrf-token|nonce)="[^"]*"', "", page_tokens(page)
    )


def page_tokens(page: str) -> str:
    return re.sub(r'"CSRF_TOKEN": "[^"]*"', "", page)


@pytest.mark.parametrize(
    "query",
    [
        {"address__startswith": "kan"},
        {"address": CANARY},
        {"subscription__address__contains": "kan"},
        {"address_hash": address_hash.__name__},
        {"network__startswith": "198"},
        {"to__contains": "kan"},
    ],
)
@pytest.mark.parametrize("model", ["subscription", "consentevent", "delivery", "letter"])
def test_no_field_can_be_named_in_the_query_string(
    query: dict[str, str], model: str, blind: Client
) -> None:
    plain = rows_of(blind, model, {})
    assert rows_of(blind, model, query) == plain
    opposite = {f"{name}__iregex": "^zzz" for name in query}
    assert rows_of(blind, model, opposite) == plain


@pytest.mark.parametrize("ordering", ["address", "-address", "address_hash", "to", "network", "1"])
@pytest.mark.parametrize("model", ["subscription", "consentevent", "delivery", "letter"])
def test_no_list_can_be_sorted_by_an_address(ordering: str, model: str, blind: Client) -> None:
    assert rows_of(blind, model, {"ordering": ordering}) == rows_of(blind, model, {})


def rows_of(client: Client, model: str, query: dict[str, str]) -> list[str]:
    page = text_of(client.get(url(f"{model}_results"), query))
    return re.findall(rf'href="(/panel/newsletter/{model}/[\w-]+/)"', page)


def test_with_the_permission_an_address_can_be_searched_whole_and_in_part(
    world: World, seeing: Client
) -> None:
    for model in ("subscription", "consentevent", "letter"):
        for typed in (CANARY, "tajny@can", CANARY.upper()):
            assert rows_of(seeing, model, {"q": typed}), (model, typed)
        assert rows_of(seeing, model, {"q": "nikt@nigdzie.example"}) == []


def test_percent_and_underscore_in_a_search_are_no_wildcards(seeing: Client) -> None:
    assert rows_of(seeing, "subscription", {"q": "%@%"}) == []
    assert rows_of(seeing, "subscription", {"q": "kanarek_tajny"}) == []


def test_the_text_of_a_letter_is_shown_to_nobody(world: World, seeing: Client) -> None:
    for name, address in world.urls().items():
        assert BODY not in text_of(seeing.get(address)), name


def test_an_export_of_events_has_no_column_for_what_may_not_be_seen(
    world: World, blind: Client, seeing: Client
) -> None:
    def header(client: Client) -> list[str]:
        body = text_of(
            client.get(url("consentevent_export", "csv"), headers={"accept-language": "en"})
        )
        return next(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))

    assert len(header(seeing)) == len(header(blind)) + 2


def test_the_log_of_wagtail_keeps_no_address(world: World, seeing: Client) -> None:
    seeing.post(url("subscription_erase", world.subscription.pk))
    seeing.post(url("suppression_add"), {"address": CANARY})
    entries = ModelLogEntry.objects.filter(action__startswith="newsletter.")
    assert {entry.action for entry in entries} == {"newsletter.erase", "newsletter.suppress"}
    kept = repr(list(ModelLogEntry.objects.values_list("label", "data")))
    assert [secret for secret in secrets() if secret in kept] == []
