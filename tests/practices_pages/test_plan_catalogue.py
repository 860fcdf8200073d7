"""The list of all plans: the filters of the catalogue, asked of plans of several collections."""

import json
import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from practices_pages.catalogue import PLANS, Results, pages_of, results
from practices_pages.models import KeyCompetence, PlanIndexPage, PlanPartner, UnitKind
from tests.practices_pages.plan_world import (
    make_collection,
    make_plan,
    make_plan_index,
    make_plan_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PlanIndexPage:
    return make_plan_index()


@pytest.fixture
def plans(index):
    """Three plans of two collections, which differ in everything one may filter by."""
    first, second = make_collection(index), make_collection(index)
    competence = KeyCompetence.objects.get(slug__startswith="cyfr")
    rural = make_plan(first, title="Wiejski", scope="broad", dated_on=date(2017, 5, 1))
    city = make_plan(
        second,
        title="Miejski",
        scope="narrow",
        school_year="2020/2021",
        unit=make_plan_unit("Miasto", kind=UnitKind.CITY_POWIAT, code="069981"),
    )
    city.competences.set([competence])
    city.save_revision().publish()
    make_plan(
        second,
        title="Powiatowy",
        scope="unknown",
        school_year="2019/2020",
        with_file=False,
        files_note="Plan jest do wglądu w starostwie.",
        unit=make_plan_unit("powiat", kind=UnitKind.POWIAT, code="0698"),
    )
    make_plan(second, title="Szkic", live=False)
    return rural, city


def look(index: PlanIndexPage, **asked: str) -> Results:
    parameters = {name: [value] for name, value in asked.items()}
    return results(PLANS, parameters, pages=pages_of(PLANS, within=index))


def titles(found: Results) -> list[str]:
    assert found.complaints == []
    return [card.page.title for card in found.cards]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, ["Miejski", "Powiatowy", "Wiejski"]),
        ({"group": "urban"}, ["Miejski"]),
        ({"kind": "powiat"}, ["Powiatowy"]),
        ({"voivodeship": "06"}, ["Miejski", "Powiatowy"]),
        ({"powiat": "0698"}, ["Powiatowy"]),
        ({"unit": "069981"}, ["Miejski"]),
        ({"scope": "unknown"}, ["Powiatowy"]),
        ({"school_year": "2020/2021"}, ["Miejski"]),
        ({"competence": "cyfrowe"}, ["Miejski"]),
        ({"documents": "yes"}, ["Miejski", "Wiejski"]),
        ({"q": "Wiejski"}, ["Wiejski"]),
        ({"sort": "latest"}, ["Miejski", "Powiatowy", "Wiejski"]),
    ],
)
def test_each_filter_finds_the_plans_it_means(index, plans, asked, expected) -> None:
    assert titles(look(index, **asked)) == expected


def test_the_list_is_a_page_with_collections_until_something_is_chosen(
    index, plans, client: Client
) -> None:
    whole = client.get(index.url).content.decode()
    chosen = client.get(f"{index.url}?scope=narrow").content.decode()

    assert "Zbiory planów" in whole
    assert "3 plany" in whole
    assert "Zbiory planów" not in chosen
    assert "Miejski" in chosen
    assert "Wiejski" not in chosen


def test_twenty_plans_cost_as_many_queries_as_three(index, plans, client: Client) -> None:
    def queries() -> int:
        client.get(index.url)
        with CaptureQueriesContext(connection) as captured:
            client.get(f"{index.url}?sort=latest")
        return len(captured)

    of_three = queries()
    collection = make_collection(index)
    for _number in range(17):
        make_plan(collection)

    assert queries() == of_three


def test_a_withdrawn_plan_leaves_the_list(index, plans) -> None:
    plans[0].unpublish()

    assert titles(look(index)) == ["Miejski", "Powiatowy"]


def test_an_empty_list_says_so(index, client: Client) -> None:
    html = client.get(index.url).content.decode()

    assert "Nie opublikowano tu jeszcze żadnego planu" in html


@pytest.mark.parametrize(
    "asked",
    [
        "w Miechowicach",
        "plany o czytaniu",
        "bibliotece powiatowej",
        "uchwała XII/85",
        "czytelnictwo",
    ],
)
def test_plans_are_found_by_whatever_they_say_in_any_form(index, asked) -> None:
    plan = make_plan(
        make_collection(index),
        unit=make_plan_unit("Miechowice"),
        title="Czytanie w każdej szkole",
        lead="Uczniowie rozumieją, co czytają; czytelnictwo rośnie.",
        resolution="uchwała XII/85/2018",
    )
    plan.partners.add(PlanPartner(name="Biblioteka Powiatowa", role="zestawy książek"))
    plan.save_revision().publish()

    assert titles(look(index, q=asked)) == ["Czytanie w każdej szkole"]


def test_search_engines_are_told_whose_plan_it_is_and_where_its_files_are(index, client) -> None:
    collection = make_collection(index, title="Zbiór", lead="Plany jednego pilotażu.")
    plan = make_plan(collection, dated_on=date(2018, 5, 30))

    def node(url: str, kind: str) -> dict[str, Any]:
        html = client.get(url).content.decode()
        (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
        return next(node for node in json.loads(text)["@graph"] if node["@type"] == kind)

    document = node(plan.url, "DigitalDocument")
    assert document["spatialCoverage"]["identifier"] == plan.unit.code
    assert document["dateCreated"] == "2018-05-30"
    address = plan.documents.all()[0].document.url
    assert document["encoding"][0]["contentUrl"] == f"http://testserver{address}"
    assert node(collection.url, "Dataset")["description"] == "Plany jednego pilotażu."
