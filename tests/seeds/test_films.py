"""Document 001: a series of films, the questions that it answers and what it is for."""

import pytest
from django.test import Client

from practices_pages.models import FilmIndexPage
from tests.seeds.facts import (
    FOOT,
    Fact,
    a_project,
    check,
    illustrate,
    notice,
    open_site,
    publish,
    tell,
    updated,
)
from tests.seeds.reading import found, html, paragraphs, read, split

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FACTS = [
    *FOOT,
    updated("films"),
    Fact("films.title", found(r"\A(.+)$"), "h1"),
    Fact("films.image_credit", found(r"^fot\.(\S+)$"), ".film-opening .credit"),
    Fact(
        "films.questions.1+.question",
        split(paragraphs("Jak wspomagać"), r"[^ ?][^?]+\?"),
        "ul.questions li",
    ),
    Fact(
        "films.introduction",
        paragraphs("Na te i inne", "Zdobywanie", "Filmy „", "Mamy nadzieję"),
        "[aria-labelledby=about-list] .prose",
        html,
    ),
    Fact("films.series_name", found(r"^Filmy „(.+?)”"), ".band .eyebrow"),
    Fact("films.project", found(r"w ramach projektu „(.+?)”"), ".film-closing p a", a_project),
    Fact("", found(r"^(Filmy)$"), ".film-opening h2", shown="filmy"),
    Fact("films.closing", paragraphs("Zapraszamy do obejrzenia"), ".film-closing .prose", html),
]


def test_every_fact_of_the_films_has_its_field_and_its_place(client: Client) -> None:
    document, site = read("001"), open_site()
    page = FilmIndexPage.objects.get()
    pages = {"films": page, "notice": notice()}
    told = tell(document, FACTS, pages)
    illustrate(page, "Film")
    pages["notice"].save()
    publish(site.home, page)
    check(client, document, told, pages)
    assert page.questions.count() == 6
