"""Suggestions while typing: public data only, whatever is typed."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from practices_pages.models import FormerUnitName, PracticePage, UnitKind
from practices_pages.suggestions import suggest
from tests.factories import make_practice, make_site_tree, make_unit
from tests.practices_pages.searching import practice
from tests.practices_pages.test_search import HOSTILE


@pytest.fixture
def index(db):
    return make_site_tree()


@pytest.fixture
def units(index):
    powiat = make_unit("powiat krapkowicki", kind=UnitKind.POWIAT, code="1605")
    return {
        "powiat": powiat,
        "here": make_unit("Dobra", kind=UnitKind.URBAN_RURAL, code="321803"),
        "there": make_unit("Dobra", code="120705"),
        "checiny": make_unit("Chęciny", kind=UnitKind.URBAN_RURAL, code="260404"),
    }


def labels(typed):
    return [(found.kind, found.label) for found in suggest(typed)]


def test_a_unit_is_suggested_by_the_beginning_of_any_form_of_its_name(units):
    for typed in ("chęc", "checin", "Chęcinac", "w Chęcinach", "gmina Chęc", "gminy chęcin"):
        assert labels(typed) == [("unit", "Chęciny")], typed
    for typed in ("krapk", "powiat kra", "powiecie krapkowickim", "krapkowickiego"):
        assert labels(typed) == [("unit", "powiat krapkowicki")], typed


def test_a_powiat_is_no_commune_and_a_commune_no_powiat(units):
    assert labels("gmina krapk") == []
    assert labels("powiat chęc") == []


def test_units_of_one_name_are_told_apart_and_those_with_practices_come_first(index, units):
    practice(index, "Praktyka", unit=units["there"])
    found = suggest("dobr")
    assert [(one.label, one.detail) for one in found] == [
        ("Dobra", "małopolskie"),
        ("Dobra", "zachodniopomorskie"),
    ]
    assert found[0].url.endswith("?unit=120705")


def test_a_practice_that_is_not_public_puts_no_unit_first(index, units):
    make_practice(index, unit=units["there"], title="Szkic")
    private = practice(index, "Prywatna", unit=units["there"])
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    before = suggest("dobr")
    private.delete()
    assert suggest("dobr") == before


def test_a_powiat_leads_to_all_that_lies_in_it(units):
    assert suggest("krapk")[0].url.endswith("?powiat=1605")


def test_a_former_name_suggests_the_unit(units):
    FormerUnitName.objects.create(unit=units["checiny"], name="Łokietkowo", valid_to="2010-01-01")
    assert suggest("łokiet")[0].url.endswith("?unit=260404")


def test_areas_are_suggested_from_any_of_their_words(index):
    assert labels("dowoż") == [("area", "Dowożenie uczniów")]
    assert ("area", "Przedszkola i żłobki") in labels("zlob")


def test_titles_are_suggested_from_any_of_their_words_and_without_marks(index):
    practice(index, "Żółty autobus dla każdego")
    for typed in ("żółty aut", "zolty", "AUTOBUS DLA", "autob"):
        assert labels(typed) == [("title", "Żółty autobus dla każdego")], typed
    assert labels("utobus") == []


def test_the_newest_titles_come_first(index):
    days = {"Autobus dawny": 9, "Autobus nowy": 1, "Autobus dawniejszy": 20}
    for title, ago in days.items():
        page = practice(index, title)
        PracticePage.objects.filter(pk=page.pk).update(
            first_published_at=timezone.now() - timedelta(days=ago)
        )
    newest_first = ["Autobus nowy", "Autobus dawny", "Autobus dawniejszy"]
    assert labels("autobus") == [("title", title) for title in newest_first]


def test_no_title_is_suggested_that_the_public_may_not_read(index):
    make_practice(index, title="Hipopotam w szkicu")
    practice(index, "Hipopotam cofnięty").unpublish()
    private = practice(index, "Hipopotam prywatny")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    changed = practice(index, "Jawna")
    changed.title = "Hipopotam w nowej wersji"
    changed.save_revision()
    assert suggest("hipopotam") == []


def test_a_list_that_is_not_public_suggests_nothing(index, units):
    practice(index, "Praktyka")
    index.unpublish()
    assert suggest("chęc") == []
    assert suggest("prakt") == []


def test_a_few_are_enough(index):
    for number in range(10):
        practice(index, f"Autobus {number}")
    assert len(suggest("autobus")) == 8
    assert len(suggest("autobus", limit=3)) == 3


def test_any_text_may_come_and_costs_a_fixed_number_of_statements(index, units):
    for text in HOSTILE:
        with CaptureQueriesContext(connection) as statements:
            assert len(suggest(text)) <= 8
        assert len(statements) <= 9, text


class TestAddress:
    def test_it_answers_with_what_a_list_shows(self, index, units):
        answer = Client().get("/search/suggest/?q=chęc")
        assert json.loads(answer.content) == {
            "suggestions": [
                {
                    "kind": "jednostka",
                    "label": "Chęciny",
                    "detail": "świętokrzyskie",
                    "lang": "pl",
                    "url": f"{index.url}?unit=260404",
                }
            ]
        }

    def test_any_cache_may_keep_it_and_it_sets_no_cookie(self, index):
        answer = Client().get("/search/suggest/?q=autobus")
        assert answer["Cache-Control"] == "public, max-age=300"
        assert answer["X-Robots-Tag"] == "noindex"
        assert not answer.cookies
        assert "Cookie" not in answer.get("Vary", "")

    def test_english_names_the_kinds_in_english(self, index, units):
        answer = Client().get("/en/search/suggest/?q=chęc")
        assert answer.json()["suggestions"][0]["kind"] == "unit"

    def test_a_visitor_of_the_english_interface_stays_in_it(self, index, units):
        polish = make_practice(index, live=True, title="Autobus szkolny")
        translated = make_practice(index, live=True, title="Autobus means a bus")
        english, _ = Locale.objects.get_or_create(language_code="en")
        home = index.get_parent().copy_for_translation(english)
        home.save_revision().publish()
        index.copy_for_translation(english).save_revision().publish()
        translated = translated.copy_for_translation(english)
        translated.title = "Autobuses of a school"
        translated.save_revision().publish()

        def found(typed):
            shown = Client().get("/en/search/suggest/", {"q": typed}).json()["suggestions"]
            return {(one["label"], one["url"], one["lang"]) for one in shown}

        assert found("chęc") == {("Chęciny", f"/en{index.url}?unit=260404", "pl")}
        assert ("Autobus szkolny", f"/en{polish.url}", "pl") in found("autobus")
        assert ("Autobuses of a school", translated.url, "en") in found("autobus")

    def test_a_text_that_is_too_long_suggests_nothing_without_a_query(
        self, index, django_assert_num_queries
    ):
        with django_assert_num_queries(0):
            answer = Client().get("/search/suggest/", {"q": "szkoła " * 100})
        assert answer.json() == {"suggestions": []}

    def test_only_reading_is_offered(self, index):
        assert Client().post("/search/suggest/?q=autobus").status_code == 405

    def test_who_asks_without_end_is_told_to_wait(self, index):
        with override_settings(SUGGESTIONS_PER_NETWORK_PER_MINUTE=2):
            answers = [Client().get("/search/suggest/?q=a") for _time in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert answers[-1]["Retry-After"] == "60"
