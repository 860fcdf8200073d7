"""Collections of plans: by group of units, by scope, and counted as far as they are public."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from practices_pages import plans
from practices_pages.gate import PublicationRefused
from practices_pages.models import (
    PlanCollectionDocument,
    PlanCollectionPage,
    PlanIndexPage,
    UnitKind,
)
from practices_pages.models.plan_parts import PARTS
from tests.practices_pages.plan_world import (
    make_collection,
    make_file,
    make_plan,
    make_plan_index,
    make_plan_unit,
)

pytestmark = pytest.mark.django_db
GROUP_SLUGS = ["gminy-wiejskie", "gminy-miejsko-wiejskie", "gminy-miejskie", "powiaty"]
SCOPE_SLUGS = ["zakres-szeroki", "zakres-wezszy", "zakres-nieznany"]


@pytest.fixture
def index() -> PlanIndexPage:
    return make_plan_index()


@pytest.fixture
def collection(index) -> PlanCollectionPage:
    return make_collection(index, title="Plany pilotażu", slug="pilotaz")


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    return response.content.decode()


def counts_in(html: str) -> dict[str, int]:
    found = re.findall(r'/([a-z-]+)/">[^<]+</a> <span class="plan-count">(\d+)</span>', html)
    return {slug: int(number) for slug, number in found}


def titles_in(html: str) -> list[str]:
    return re.findall(r'<span class="plan-name">(.*?)</span>', html)


def queries_of(client: Client, url: str) -> int:
    read(client, url)
    with CaptureQueriesContext(connection) as queries:
        read(client, url)
    return len(queries)


def plan_of_kind(collection: PlanCollectionPage, kind: str, **fields: object):
    return make_plan(collection, unit=make_plan_unit(f"Jednostka {kind}", kind=kind), **fields)


def test_plans_stand_under_the_four_groups_with_their_numbers(collection, client) -> None:
    for kind in (UnitKind.RURAL, UnitKind.URBAN, UnitKind.CITY_POWIAT, UnitKind.POWIAT):
        plan_of_kind(collection, kind)

    html = read(client, collection.url)

    assert re.findall(r'<h2 id="([a-z-]+)">', html)[:4] == GROUP_SLUGS
    assert [counts_in(html)[slug] for slug in GROUP_SLUGS] == [1, 0, 2, 1]
    assert "W tym zbiorze nie ma planów z tej grupy." in html
    assert "4 plany" in html


def test_the_scopes_are_counted_with_the_unknown_one(collection, client) -> None:
    for scope in ("broad", "narrow", "narrow", "unknown"):
        make_plan(collection, scope=scope)

    html = read(client, collection.url)

    assert [counts_in(html)[slug] for slug in SCOPE_SLUGS] == [1, 2, 1]


def test_only_public_plans_are_counted_and_listed(collection, client) -> None:
    public = make_plan(collection)
    make_plan(collection, live=False)
    private = make_plan(collection)
    PageViewRestriction.objects.create(page=private, restriction_type="login")

    html = read(client, collection.url)

    assert titles_in(html) == [public.title]
    assert ">1 plan<" in html
    assert titles_in(read(client, f"{collection.url}gminy-wiejskie/")) == [public.title]


def test_each_part_is_a_page_of_its_own(collection, client) -> None:
    plan_of_kind(collection, UnitKind.RURAL, scope="broad", title="Wiejski szeroki")
    plan_of_kind(collection, UnitKind.POWIAT, scope="unknown", title="Powiatowy nieznany")

    rural = read(client, f"{collection.url}gminy-wiejskie/")

    assert "<title>Plany gmin wiejskich – Plany pilotażu" in rural
    assert re.findall(r"<h1>(.*?)</h1>", rural) == ["Plany gmin wiejskich"]
    assert f'<a href="{collection.url}" lang="pl">Plany pilotażu</a>' in rural
    assert titles_in(rural) == ["Wiejski szeroki"]
    unknown = read(client, f"{collection.url}zakres-nieznany/")
    assert titles_in(unknown) == ["Powiatowy nieznany"]


@pytest.mark.parametrize("slug", PARTS)
def test_a_part_without_plans_says_so_in_both_languages(collection, client, slug) -> None:
    assert "Nie ma tu planów" in read(client, f"{collection.url}{slug}/")
    assert "No plan here" in read(client, f"/en{collection.url}{slug}/")


def test_the_english_parts_lead_to_english_parts(collection, client) -> None:
    make_plan(collection)

    html = read(client, f"/en{collection.url}")

    assert f'href="/en{collection.url}gminy-wiejskie/"' in html
    assert f'hreflang="pl" href="http://testserver{collection.url}gminy-wiejskie/"' in read(
        client, f"/en{collection.url}gminy-wiejskie/"
    )


def test_no_other_part_exists(collection, client) -> None:
    for address in ("gminy/", "zakres/", "gminy-wiejskie/powiaty/"):
        assert client.get(f"{collection.url}{address}").status_code == 404


def test_parts_of_a_hidden_collection_are_hidden(collection, client) -> None:
    make_plan(collection)
    collection.unpublish()

    assert client.get(f"{collection.url}gminy-wiejskie/").status_code == 404


def test_a_plan_may_not_take_the_address_of_a_part(collection) -> None:
    plan = make_plan(collection, live=False, slug="powiaty")

    with pytest.raises(PublicationRefused) as refused:
        plan.save_revision().publish()

    assert {problem.field for problem in refused.value.problems} == {"slug"}


def test_plans_are_in_the_order_of_the_polish_alphabet(collection, client) -> None:
    for name in ("Zagórze", "Łódź", "Ćwiczebna", "Cisna", "Lublin"):
        make_plan(collection, unit=make_plan_unit(name), title=f"Plan {name}")

    names = [title.removeprefix("Plan ") for title in titles_in(read(client, collection.url))]

    assert names == ["Cisna", "Ćwiczebna", "Lublin", "Łódź", "Zagórze"]


def test_units_of_one_name_are_told_apart_by_kind_and_voivodeship(collection, client) -> None:
    make_plan(collection, unit=make_plan_unit("Zagórze", kind=UnitKind.RURAL, code="129981"))
    make_plan(collection, unit=make_plan_unit("Zagórze", kind=UnitKind.URBAN, code="029981"))

    html = " ".join(read(client, collection.url).split())

    assert '>gmina wiejska, <span lang="pl">małopolskie</span></span>' in html
    assert '>gmina miejska, <span lang="pl">dolnośląskie</span></span>' in html


@pytest.mark.parametrize("address", ["", "gminy-wiejskie/"])
def test_fifteen_plans_cost_as_many_queries_as_five(collection, client, address) -> None:
    for _number in range(5):
        make_plan(collection)
    of_five = queries_of(client, f"{collection.url}{address}")
    for _number in range(10):
        make_plan(collection)

    assert queries_of(client, f"{collection.url}{address}") == of_five


def test_many_collections_cost_as_many_queries_as_one(index, collection, client) -> None:
    make_plan(collection)
    of_one = queries_of(client, index.url)
    for _number in range(4):
        make_plan(make_collection(index))

    assert queries_of(client, index.url) == of_one


def test_a_long_group_goes_on_in_its_part(collection, client, monkeypatch) -> None:
    monkeypatch.setattr(plans, "MOST_IN_GROUP", 2)
    monkeypatch.setattr(plans, "PLANS_A_PAGE", 2)
    for number in range(3):
        make_plan(collection, title=f"Plan {number}", unit=make_plan_unit(f"Gmina {number}"))

    whole = read(client, collection.url)
    second = read(client, f"{collection.url}gminy-wiejskie/?page=2")

    assert titles_in(whole) == ["Plan 0", "Plan 1"]
    assert "Wszystkie 3 plany tej grupy" in whole
    assert titles_in(second) == ["Plan 2"]
    assert titles_in(read(client, f"{collection.url}gminy-wiejskie/?page=x")) == titles_in(whole)


def test_the_list_of_collections_counts_public_plans(index, collection, client) -> None:
    for _number in range(5):
        make_plan(collection)
    make_plan(collection, live=False)
    make_collection(index, live=False, title="Niegotowy zbiór")

    html = read(client, index.url)

    assert "5 planów" in html
    assert "Niegotowy zbiór" not in html


def test_a_collection_shows_what_is_known_of_it(index, client) -> None:
    collection = make_collection(
        index,
        lead="Trzydzieści planów.",
        introduction="<p>Powstały w pilotażu.</p>",
        stage="etap I",
        support="<p>Szkolenia i doradztwo.</p>",
        support_from="2016-04",
        support_to="2018-03",
        team_from=2,
        team_to=3,
        how_made="<p>Według jednego wzoru.</p>",
        preceded_by_debates=True,
        broad_scope="<p>Cała oświata.</p>",
        narrow_scope="<p>Tylko wspomaganie.</p>",
        school_year="2018/2019",
        planned_monitoring="<p>Jesienią.</p>",
        updated_on=date(2018, 6, 6),
    )
    collection.documents.add(
        PlanCollectionDocument(
            document=make_file("wzor.txt"),
            kind="template",
            description="Wzór z niezbędnymi elementami",
            licence="cc-by-4.0",
        )
    )
    collection.save_revision().publish()

    html = read(client, collection.url)

    for text in (
        "Trzydzieści planów.",
        "Powstały w pilotażu.",
        "etap I",
        "Szkolenia i doradztwo.",
        "kwiecień 2016 – marzec 2018",
        "2–3",
        "Według jednego wzoru.",
        "Każdy plan poprzedziła lokalna debata oświatowa.",
        "Cała oświata.",
        "Tylko wspomaganie.",
        "2018/2019",
        "Jesienią.",
        "6 czerwca 2018",
        "Wzór z niezbędnymi elementami",
    ):
        assert text in html, text
    assert "Tylko wspomaganie." in read(client, f"{collection.url}zakres-wezszy/")


def test_a_period_that_ends_before_it_begins_is_refused(index) -> None:
    collection = make_collection(
        index,
        live=False,
        support_from="2018-03",
        support_to="2016-04",
        team_from=3,
        team_to=2,
    )

    with pytest.raises(PublicationRefused) as refused:
        collection.save_revision().publish()

    assert {problem.field for problem in refused.value.problems} == {"support_to", "team_to"}


def test_the_sitemap_names_the_collection_and_its_parts(collection) -> None:
    locations = {entry["location"] for entry in collection.get_sitemap_urls()}

    assert locations == {
        collection.full_url,
        *(f"{collection.full_url}{slug}/" for slug in PARTS),
    }


def test_a_preview_of_a_draft_works(collection, rf) -> None:
    assert collection.make_preview_request().status_code == 200
    assert make_plan(collection, live=False).make_preview_request().status_code == 200


def test_old_addresses_of_the_parts_lead_to_a_moved_collection(
    collection, django_capture_on_commit_callbacks
):
    old = collection.url
    collection.slug = "nowe"
    with django_capture_on_commit_callbacks(execute=True):
        collection.save_revision().publish(skip_permission_checks=True)

    answer = Client().get(f"{old}powiaty/")
    assert answer.status_code == 301
    assert answer["Location"].endswith("/nowe/powiaty/")
