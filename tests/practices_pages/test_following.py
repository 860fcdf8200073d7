"""What practices have in the filters follows from their films and from collections."""

from typing import Any

import pytest
from django.utils.translation import override
from wagtail.models import Locale, Page, PageViewRestriction

from practices_pages import collected
from practices_pages.catalogue import PRACTICES, indexing, pages_of, results
from practices_pages.catalogue.following import practices_of
from practices_pages.languages import key_of
from practices_pages.models import (
    CollectionItem,
    CollectionPage,
    FilmPage,
    PracticeIndexPage,
    PracticePage,
    ThematicArea,
)
from tests.factories import make_practice, make_site_tree
from tests.practices_pages.filming import (
    make_collection,
    make_collection_index,
    make_film,
    make_film_index,
)
from tests.practices_pages.project_world import make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def version_of(page: Page, other: Page) -> Any:
    """`other` as the English version of `page`, published."""
    english, _made = Locale.objects.get_or_create(language_code="en")
    key = page.translation_key
    Page.objects.filter(pk=other.pk).update(locale=english, translation_key=key)
    found = type(other).objects.get(pk=other.pk)
    found.save_revision().publish()
    return found


def found(**asked: str) -> set[int]:
    chosen = {name: [value] for name, value in asked.items()}
    answer = results(PRACTICES, chosen, pages=pages_of(PRACTICES))
    assert not answer.complaints or asked.get("collection")
    return {card.page.pk for card in answer.cards} if not answer.complaints else set()


def test_a_practice_has_a_film_while_a_public_one_shows_it(index: PracticeIndexPage) -> None:
    first, second = (make_practice(index, live=True) for _ in range(2))
    linked = make_practice(index, live=True, film_url="https://film.example/1")
    assert found(film="yes") == {linked.pk}
    film = make_film(make_film_index(), practice=first)
    assert found(film="yes") == {linked.pk}
    film.get_latest_revision().publish()
    assert found(film="yes") == {linked.pk, first.pk}
    film = FilmPage.objects.get()
    film.practice = second
    film.save_revision().publish()
    assert found(film="yes") == {linked.pk, second.pk}
    FilmPage.objects.get().unpublish()
    assert found(film="yes") == {linked.pk}


def test_a_film_in_a_part_that_is_not_public_is_none(index: PracticeIndexPage) -> None:
    practice = make_practice(index, live=True)
    films = make_film_index()
    make_film(films, practice=practice, live=True)
    films.unpublish()
    indexing.repair()
    assert found(film="yes") == set()


def test_a_section_of_films_that_is_closed_is_followed_by_the_clock(
    index: PracticeIndexPage,
) -> None:
    practice = make_practice(index, live=True)
    films = make_film_index()
    make_film(films, practice=practice, live=True)
    closed = PageViewRestriction.objects.create(page=films, restriction_type="login")
    indexing.repair()
    assert found(film="yes") == set()
    closed.delete()
    indexing.repair()
    assert found(film="yes") == {practice.pk}


def test_publishing_a_film_derives_no_practice_that_keeps_another(
    index: PracticeIndexPage,
) -> None:
    section = make_film_index()
    others = [make_practice(index, live=True) for _ in range(3)]
    for practice in others:
        make_film(section, practice=practice, live=True)
    make_film(section, live=True)
    film = make_film(section, practice=make_practice(index, live=True), live=True)
    assert set(practices_of(film)) == {film.practice}


def test_the_filter_by_collection_follows_its_items(index: PracticeIndexPage) -> None:
    first, second, third = (make_practice(index, live=True) for _ in range(3))
    page = make_collection(make_collection_index(), first, second, title="Zbiór o dowozie")
    key = key_of(page)
    assert found(collection=key) == set()
    page.get_latest_revision().publish()
    assert found(collection=key) == {first.pk, second.pk}
    page = CollectionPage.objects.get()
    page.items = [CollectionItem(practice=third)]
    page.save_revision().publish()
    assert found(collection=key) == {third.pk}
    facets = results(PRACTICES, {}, pages=pages_of(PRACTICES)).facets
    options = next(facet.options for facet in facets if facet.name == "collection")
    assert [(option.label, option.count) for option in options] == [("Zbiór o dowozie", 1)]
    CollectionPage.objects.get().unpublish()
    assert found(collection=key) == set()


def test_a_collection_in_two_languages_is_one_choice(index: PracticeIndexPage) -> None:
    practice = make_practice(index, live=True)
    collections = make_collection_index()
    page = make_collection(collections, practice, live=True, title="Zbiór o dowozie")
    version_of(page, make_collection(collections, practice, title="On transport"))
    for language, title in (("pl", "Zbiór o dowozie"), ("en", "On transport")):
        with override(language):
            facets = results(PRACTICES, {}, pages=pages_of(PRACTICES)).facets
            options = next(facet.options for facet in facets if facet.name == "collection")
            assert [(option.label, option.count) for option in options] == [(title, 1)]
            assert [one.title for one in collected.collections_of(practice)] == [title]


def test_a_project_is_one_choice_whatever_its_slug_and_its_languages(
    index: PracticeIndexPage,
) -> None:
    project = make_project(title="Dowozy", slug="a" * 200)
    version = version_of(project, make_project(title="Transport", slug="b" * 200))
    pages = {make_practice(index, live=True, project=one).pk for one in (project, version)}
    assert found(project=key_of(project)) == pages
    for language, title in (("pl", "Dowozy"), ("en", "Transport")):
        with override(language):
            facets = results(PRACTICES, {}, pages=pages_of(PRACTICES)).facets
            options = next(facet.options for facet in facets if facet.name == "project")
            assert [(option.label, option.count) for option in options] == [(title, 2)]


def test_an_area_may_have_capitals_in_its_slug(index: PracticeIndexPage) -> None:
    ThematicArea.objects.create(slug="STEM", name="Nauki ścisłe")
    page = make_practice(index, live=True, areas=["STEM"])
    assert found(area="STEM") == {page.pk}


def test_what_was_deleted_is_forgotten_by_the_clock(index: PracticeIndexPage) -> None:
    practice = make_practice(index, live=True)
    make_film(make_film_index(), practice=practice, live=True)
    page = make_collection(make_collection_index(), practice, live=True)
    key = key_of(page)
    assert found(film="yes") == found(collection=key) == {practice.pk}
    FilmPage.objects.get().delete()
    CollectionPage.objects.get().delete()
    indexing.repair()
    assert found(film="yes") == found(collection=key) == set()
    assert PracticePage.objects.get().facet_values.filter(facet="film").count() == 0
