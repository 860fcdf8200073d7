"""Document 000: a collection of practices, how each is described, and where there are more."""

import pytest
from django.test import Client

from practices_pages.models import SECTIONS, PracticePage
from practices_pages.models.collection import CollectionIndexPage, CollectionItem, CollectionPage
from tests.factories import make_practice
from tests.seeds.facts import (
    FOOT,
    Fact,
    a_project,
    always,
    check,
    notice,
    open_site,
    publish,
    tell,
    updated,
)
from tests.seeds.reading import between, found, html, paragraphs, read

pytestmark = [pytest.mark.django_db, pytest.mark.once]

SOURCE = ".sources li:nth-child({})"
COUNT = found(r"\((\d+) praktyk\)")
FACTS = [
    *FOOT,
    updated("collection"),
    Fact("collection.title", found(r"\A(.+)$"), "h1"),
    Fact("collection.lead", paragraphs("Zachęcamy samorządowców"), ".band p.lead"),
    Fact(
        "collection.introduction",
        paragraphs("Autorami", "Każdy przykład"),
        ".collection-main > .prose",
        html,
    ),
    Fact("", COUNT, ".band .pid", shown="13 praktyk"),
    Fact("", between("Opis dobrej", "Dane kontaktowe"), ".outline ol > li"),
    Fact("", paragraphs("Opis dobrej", "Dane kontaktowe", "Wzorcowe"), ".outline-part"),
    Fact("collection.sources_introduction", paragraphs("Zaprezentowane"), ".sources > p"),
    Fact(
        "collection.sources.1.title",
        found(r"na stronie (Ośrodka Rozwoju Edukacji)"),
        f"{SOURCE.format(1)} a",
        always("Ośrodek Rozwoju Edukacji"),
        "Ośrodek Rozwoju Edukacji",
    ),
    Fact(
        "collection.sources.2.title",
        found(r"kanale (YouTube)"),
        f"{SOURCE.format(2)} a",
    ),
    Fact(
        "collection.sources.2.kind",
        found(r"(kanale) YouTube"),
        f"{SOURCE.format(2)} .format",
        always("channel"),
        "kanał",
    ),
    Fact(
        "collection.sources.3.title",
        found(r"na stronie (Związku Miast Polskich)"),
        f"{SOURCE.format(3)} a",
        always("Związek Miast Polskich"),
        "Związek Miast Polskich",
    ),
    Fact(
        "collection.sources.3.kind",
        found(r"na (stronie) Związku"),
        f"{SOURCE.format(3)} .format",
        always("website"),
        "strona",
    ),
    Fact(
        "collection.sources.3.description", paragraphs("Warto także"), f"{SOURCE.format(3)} .soft"
    ),
    Fact("collection.call", paragraphs("Nasz zbiór", "Zachęcamy do"), ".call .prose", html),
    Fact(
        "collection.team_name",
        found(r"z pracownikami (Zespołu projektu)"),
        ".call .contact-name",
        always("Zespół projektu"),
        "Zespół projektu",
    ),
    Fact("collection.project", found(r"projektu „ ?(.+?),?”"), "footer.about > p a", a_project),
]
ADDRESSES = (
    "https://www.ore.edu.pl/",
    "https://www.youtube.com/@ore",
    "https://www.miasta.pl/",
)


def test_every_fact_of_the_collection_has_its_field_and_its_place(client: Client) -> None:
    document, site = read("000"), open_site()
    page = CollectionPage(shows_outline=True, team_email="projekt@organ.example")
    pages = {"collection": page, "notice": notice()}
    told = tell(document, FACTS, pages)
    for row, address in zip(page.sources.all(), ADDRESSES, strict=True):
        row.url = address
    [(start, end)] = COUNT(document)
    practices = [make_practice(site.practices, live=True) for _ in range(int(document[start:end]))]
    page.items = [CollectionItem(practice=practice) for practice in practices]
    pages["notice"].save()
    publish(CollectionIndexPage.objects.get(), page)
    check(client, document, told, pages)


def test_a_practice_has_the_sections_of_the_document_in_their_order() -> None:
    document = read("000")
    spans = between("Opis dobrej", "Dane kontaktowe")(document)
    headings = [PracticePage._meta.get_field(key).verbose_name for key in SECTIONS]
    assert [document[start:end].rstrip(".") for start, end in spans] == [
        str(heading).rstrip(".") for heading in headings
    ]
