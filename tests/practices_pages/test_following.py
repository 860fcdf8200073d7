"""What practices have in the filters follows from their films and from collections."""

import pytest

from practices_pages.catalogue import PRACTICES, indexing, pages_of, results
from practices_pages.models import (
    CollectionItem,
    CollectionPage,
    FilmPage,
    PracticeIndexPage,
    PracticePage,
)
from tests.factories import make_practice, make_site_tree
from tests.practices_pages.filming import (
    make_collection,
    make_collection_index,
    make_film,
    make_film_index,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


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
    PRACTICES.model.objects.get(pk=practice.pk).save_revision().publish()
    assert found(film="yes") == set()


def test_the_filter_by_collection_follows_its_items(index: PracticeIndexPage) -> None:
    first, second, third = (make_practice(index, live=True) for _ in range(3))
    page = make_collection(make_collection_index(), first, second, title="Zbiór o dowozie")
    number = str(page.pk)
    assert found(collection=number) == set()
    page.get_latest_revision().publish()
    assert found(collection=number) == {first.pk, second.pk}
    page = CollectionPage.objects.get()
    page.items = [CollectionItem(practice=third)]
    page.save_revision().publish()
    assert found(collection=number) == {third.pk}
    facets = results(PRACTICES, {}, pages=pages_of(PRACTICES)).facets
    options = next(facet.options for facet in facets if facet.name == "collection")
    assert [(option.label, option.count) for option in options] == [("Zbiór o dowozie", 1)]
    CollectionPage.objects.get().unpublish()
    assert found(collection=number) == set()


def test_what_was_deleted_is_forgotten_by_the_clock(index: PracticeIndexPage) -> None:
    practice = make_practice(index, live=True)
    make_film(make_film_index(), practice=practice, live=True)
    page = make_collection(make_collection_index(), practice, live=True)
    number = str(page.pk)
    assert found(film="yes") == found(collection=number) == {practice.pk}
    FilmPage.objects.get().delete()
    CollectionPage.objects.get().delete()
    indexing.repair()
    assert found(film="yes") == found(collection=number) == set()
    assert PracticePage.objects.get().facet_values.filter(facet="film").count() == 0
