"""The spelling that may have been meant, and areas to look around in, where nothing was found."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from practices_pages.models import PracticeIndexPage, PracticePage
from practices_pages.search import corrected
from practices_pages.visibility import public
from tests.factories import make_site_tree
from tests.practices_pages.searching import needs_dictionary, practice

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    found = make_site_tree()
    practice(found, "Świetlica w remizie", "Dzieci czekają na autobus pod opieką.")
    return found


def correct(text: str) -> str:
    return corrected(text, pages=public(PracticePage.objects.all()))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("świetlca", "świetlica"),
        pytest.param("śwetlicami", "świetlicami", marks=needs_dictionary),
        ("autobuss", "autobus"),
        ("atuobus", "autobus"),
        ("aytobus pod remizą", "autobus pod remizą"),
        ("Autobsu i świetlca", "autobus i świetlica"),
    ],
)
def test_a_letter_too_many_too_few_wrong_or_in_another_place_is_corrected(
    typed: str, meant: str, index
) -> None:
    assert correct(typed) == meant


@pytest.mark.parametrize("typed", ["autobus", "kosmodrom", "bus", "", "\0 'x", "atuobsu", "9" * 99])
def test_what_is_right_or_too_far_off_is_left_alone(typed: str, index) -> None:
    assert correct(typed) == ""


def test_no_word_is_offered_that_stands_in_no_public_page(index) -> None:
    private = practice(index, "Kosmodrom")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    practice(index, "Radiostacja", live=False)

    assert correct("kosmodrm") == correct("radiostacjaa") == ""


def test_an_empty_result_offers_the_spelling_and_areas(index, client: Client) -> None:
    html = client.get(f"{index.url}?q=aytobus").content.decode()

    assert '<a href="?q=autobus" data-catalogue-link lang="pl">autobus</a>' in html
    assert '<a href="?area=male-szkoly" data-catalogue-link' in html
    assert "Świetlica w remizie" in client.get(f"{index.url}?q=autobus").content.decode()


def test_a_long_query_is_as_one_statement_as_a_short_one(index) -> None:
    for text in ("aytobus", "aytobus " * 9, "ąę" * 9, "nieistniejące słowa trudne bardzo długie"):
        with CaptureQueriesContext(connection) as seen:
            correct(text)
        assert len(seen) <= 2, text  # One more for what bars the way.
