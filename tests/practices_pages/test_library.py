"""The library: every document of public pages once, filtered with true counts."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import Collection, CollectionViewRestriction, Page, PageViewRestriction

from practices_pages.gate import problems
from practices_pages.library import LIBRARY, entries, library_results, listing
from practices_pages.library.entries import row_types
from practices_pages.library.matching import matching
from practices_pages.models import (
    CallDocument,
    DocumentRow,
    LibraryIndexPage,
    PracticeDocument,
    ProjectDocument,
    PublicationFile,
    SynonymGroup,
)
from practices_pages.models.publication import check_isbn
from tests.factories import make_practice, make_site_tree
from tests.practices_pages.project_world import (
    make_call,
    make_document,
    make_index,
    make_project,
    make_publication,
    publish,
)
from tests.practices_pages.searching import needs_dictionary

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    return make_site_tree()


def offer(page, document, row_type=PracticeDocument, *, live=True, **fields):
    """Put the document on the page, and publish it."""
    given = {"description": "Do użycia", "licence": "cc-by-4.0", "kind": "template"}
    page.documents.add(row_type(document=document, **(given | fields)))
    return publish(page) if live else page


def titles(**parameters: list[str]) -> list[str]:
    return [card.page.entry.title for card in library_results(parameters).cards]


def counts(facet: str, **parameters: list[str]) -> dict[str, int]:
    [found] = [one for one in library_results(parameters).facets if one.name == facet]
    return {option.value: option.count for option in found.options}


def read(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_documents_of_every_page_type_are_found(index) -> None:
    offer(make_practice(index), make_document("Z praktyki"))
    offer(make_project(), make_document("Z projektu"), ProjectDocument)
    offer(make_call(), make_document("Z naboru"), CallDocument)
    make_publication(title="Poradnik")

    assert set(titles()) == {"Z praktyki", "Z projektu", "Z naboru", "Poradnik"}


def test_every_kind_of_row_with_a_file_is_among_them() -> None:
    rows = {model for model in apps.get_models() if issubclass(model, DocumentRow)}

    assert set(row_types()) == rows
    assert {PracticeDocument, ProjectDocument, CallDocument, PublicationFile} <= rows


def test_every_kind_of_document_is_a_choice() -> None:
    assert {value for value, _label in LIBRARY.filter_named["type"].choices} == {
        "diagnosis", "expert_opinion", "form", "other", "pilot_evaluation", "plan",
        "recommendations", "resolution", "review", "schedule", "template", "thematic_analysis",
        "training_programme",
    }  # fmt: skip


def test_a_file_of_several_pages_stands_once_with_all_its_places(index, client) -> None:
    document = make_document("Regulamin")
    first = offer(make_practice(index, title="Praktyka A"), document, kind="template")
    offer(make_project(title="Projekt B"), document, ProjectDocument, kind="form")

    [entry] = entries()

    assert entry.kinds == ["template", "form"]
    assert len(entry.places) == 2
    html = read(client, make_index(LibraryIndexPage).url)
    assert html.count(document.url) == 1
    assert f'href="{first.url}"' in html
    assert "Projekt B" in html


def test_a_publication_is_one_entry_with_all_its_files(index, client) -> None:
    pdf, text = make_document("PDF", "a.pdf"), make_document("Tekst", "a.docx")
    publication = make_publication(pdf, text, title="Poradnik", authors="Ewa Próbna")
    offer(make_practice(index, title="Korzysta z poradnika"), pdf)

    [entry] = entries()

    assert entry.title == "Poradnik"
    assert sorted(entry.formats) == ["DOCX", "PDF"]
    assert entry.kinds == ["thematic_analysis", "template"]
    html = read(client, make_index(LibraryIndexPage).url)
    assert f'href="{publication.url}"' in html
    assert pdf.url in html
    assert text.url in html
    assert "Korzysta z poradnika" in html


def test_only_documents_of_public_pages_are_there(index) -> None:
    offer(make_practice(index), make_document("Jawny"))
    offer(make_practice(index), make_document("Roboczy"), live=False).save_revision()
    private = offer(make_practice(index), make_document("Prywatny"))
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    withdrawn = offer(make_practice(index), make_document("Wycofany"))
    withdrawn.unpublish()
    offer(make_practice(index), closed(make_document("Z zamkniętej kolekcji")))
    make_publication(title="Szkic poradnika", live=False)

    assert titles() == ["Jawny"]


def closed(document):
    """The same document, which not everybody may read."""
    document.collection = Collection.get_first_root_node().add_child(name="Zamknięta")
    document.save()
    CollectionViewRestriction.objects.create(
        collection=document.collection, restriction_type="login"
    )
    return document


def test_an_alternative_that_not_everybody_may_read_is_none(index, client) -> None:
    alternative = closed(make_document("Tekst poufny", "tekst.txt"))
    offer(make_practice(index), make_document("Skan"), accessible_alternative=alternative)

    html = read(client, make_index(LibraryIndexPage).url)

    assert "Skan" in html
    assert "Tekst poufny" not in html
    assert counts("access") == {}


def test_a_publication_without_a_file_to_read_is_there_all_the_same(index, client) -> None:
    make_publication(closed(make_document("Pełny tekst")), title="Poradnik")

    assert titles() == ["Poradnik"]
    html = read(client, make_index(LibraryIndexPage).url)
    assert "Pełny tekst" not in html


def test_a_file_in_two_rows_of_a_publication_stands_there_once(index) -> None:
    document = make_document("Pełny tekst")
    make_publication(document, document, title="Poradnik")

    [entry] = entries()

    assert [one.title for one in entry.files] == ["Pełny tekst"]


def test_the_shelf_is_read_again_only_when_something_public_changed(index) -> None:
    make_publication(title="Dawny")
    assert titles() == ["Dawny"]
    with CaptureQueriesContext(connection) as statements:
        titles()
    assert not [one for one in statements if "publicationfile" in one["sql"]]

    make_publication(title="Nowy")
    assert set(titles()) == {"Dawny", "Nowy"}
    PageViewRestriction.objects.create(
        page=Page.objects.get(title="Dawny"), restriction_type="login"
    )
    assert titles() == ["Nowy"]


@needs_dictionary
def test_the_library_knows_the_synonyms_and_function_words_of_the_search(index) -> None:
    SynonymGroup.objects.create(words="autobus\ndowóz")
    make_publication(title="Dowóz uczniów do szkół")

    assert titles(q=["autobusem"]) == ["Dowóz uczniów do szkół"]
    assert titles(q=["do szkoły i z uczniami"]) == ["Dowóz uczniów do szkół"]


def test_a_place_that_is_not_public_is_not_named(index, client) -> None:
    document = make_document("Wspólny")
    offer(make_practice(index, title="Widoczna"), document)
    hidden = offer(make_practice(index, title="Ukryta"), document)
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")

    html = read(client, make_index(LibraryIndexPage).url)

    assert "Widoczna" in html
    assert "Ukryta" not in html


def a_shelf(index) -> None:
    project = make_project(short_name="Dowozy")
    offer(
        make_practice(index, project=project),
        make_document("Wzór umowy", "umowa.docx"),
        dated_on=date(2024, 3, 1),
        is_accessible=True,
    )
    offer(
        make_practice(index),
        make_document("Skan uchwały", "uchwala.pdf"),
        kind="resolution",
        licence="cc0-1.0",
        dated_on=date(2023, 5, 1),
        accessible_alternative=make_document("Uchwała jako tekst", "uchwala.txt"),
    )
    offer(
        project,
        make_document("Raport z diagnozy", "raport.pdf"),
        ProjectDocument,
        kind="diagnosis",
        dated_on=date(2024, 6, 1),
    )
    make_publication(
        make_document("p", "p.pdf"), make_document("e", "e.docx"), title="Analiza", issued="2025-02"
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Analiza", "Raport z diagnozy", "Wzór umowy", "Skan uchwały"]),
        ({"type": ["diagnosis", "template"]}, ["Raport z diagnozy", "Wzór umowy"]),
        ({"format": ["DOCX"]}, ["Analiza", "Wzór umowy"]),
        ({"year": ["2024"]}, ["Raport z diagnozy", "Wzór umowy"]),
        ({"year": ["2024"], "format": ["PDF"]}, ["Raport z diagnozy"]),
        ({"licence": ["cc0-1.0"]}, ["Skan uchwały"]),
        ({"access": ["accessible"]}, ["Wzór umowy"]),
        ({"access": ["alternative"]}, ["Skan uchwały"]),
        ({"q": ["umowy"]}, ["Wzór umowy"]),
        ({"q": ["diagnoza raportu"]}, ["Raport z diagnozy"]),
        ({"q": ["UCHWALA"]}, ["Skan uchwały"]),
        ({"sort": ["title"]}, ["Analiza", "Raport z diagnozy", "Skan uchwały", "Wzór umowy"]),
        ({"q": ["kosmodrom"]}, []),
        ({"year": ["1999"]}, []),
    ],
)
def test_filters_are_joined_by_and_their_values_by_or(index, asked, found) -> None:
    a_shelf(index)

    assert titles(**asked) == found


def test_the_project_filter_has_documents_of_its_pages_and_its_own(index) -> None:
    a_shelf(index)
    [key] = counts("project")

    assert titles(project=[key]) == ["Raport z diagnozy", "Wzór umowy"]


def test_every_count_is_what_choosing_the_value_gives(index) -> None:
    a_shelf(index)
    for asked in ({}, {"year": ["2024"]}, {"format": ["PDF"], "year": ["2024", "2025"]}):
        for facet in library_results(asked).facets:
            others = {name: values for name, values in asked.items() if name != facet.name}
            for option in facet.options:
                alone = library_results(others | {facet.name: [option.value]})
                assert option.count == alone.total, (asked, facet.name, option.value)


def test_what_means_nothing_is_said_and_left_out(index, client) -> None:
    a_shelf(index)
    found = library_results({"colour": ["red"], "type": ["song"], "page": ["9"], "year": ["x"]})

    assert found.total == 4
    assert {complaint.parameter for complaint in found.complaints} == {
        "colour",
        "type",
        "page",
        "year",
    }
    url = make_index(LibraryIndexPage).url
    assert "type" in read(client, f"{url}?type=song")
    assert client.get(f"{url}?page=99999999&type=%00&q={'x' * 500}").status_code == 200


def test_the_list_says_what_a_reader_needs_before_downloading(index, client) -> None:
    a_shelf(index)

    html = read(client, make_index(LibraryIndexPage).url).replace("\u00a0", " ")

    for text in (
        "4 dokumenty",
        "DOCX, 2,0 KB",
        "1 marca 2024",
        "luty 2025",
        "dostępny cyfrowo",
        "Uchwała jako tekst",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "raport z diagnozy",
        "Dowozy",
    ):
        assert text in html, text


def test_the_library_costs_the_same_for_4_and_for_10_documents(
    index, django_assert_num_queries
) -> None:
    def fill(number: int) -> None:
        for _number in range(number):
            practice = offer(make_practice(index), make_document(), live=False)
            offer(practice, make_document())

    make_publication()
    fill(2)
    with django_assert_num_queries(10):
        library_results({"type": ["template"]})
    fill(3)
    with django_assert_num_queries(10):
        assert library_results({"type": ["template"]}).total == 10
    with django_assert_num_queries(3):
        library_results({"type": ["template"]})


def test_pages_of_the_list_hold_each_entry_once(index, monkeypatch) -> None:
    monkeypatch.setattr(listing, "LIBRARY", replace(LIBRARY, on_a_page=3))
    for number in range(7):
        make_publication(title=f"Tom {number:02d}", issued="2020")

    seen = [title for page in ("1", "2", "3") for title in titles(page=[page])]

    assert len(seen) == 7
    assert max(Counter(seen).values()) == 1


def test_words_are_found_in_other_forms_and_without_marks(index) -> None:
    make_publication(title="Dowóz uczniów do szkół", authors="Ewa Próbna")
    shelf = entries()

    for text in ("dowozu", "dowoz", "szkoły", "uczniowie", "próbnej", "SZKOLA"):
        keys, by_title = matching(shelf, text)
        assert len(keys) == 1, text
        assert bool(by_title) == (text != "próbnej"), text
    assert matching(shelf, "szkolenie") == ([], set())
    assert matching(shelf, "!?") == ([], set())


def test_hostile_text_stays_text(index, client) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    offer(make_practice(index, title=evil, slug="wroga"), make_document(evil), description=evil)
    publication = make_publication(title=evil, authors=evil, publisher=evil, slug="wrogi")
    url = make_index(LibraryIndexPage).url

    for address in (url, f"{url}?q={evil}", publication.url):
        html = read(client, address)
        assert "<script>" not in html
        assert "<img src=x" not in html


def test_a_publication_shows_its_title_page_and_files(index, client) -> None:
    project = make_project(short_name="Dowozy")
    publication = make_publication(
        make_document("Wersja PDF", "p.pdf"),
        title="Analiza dowozów",
        subtitle="Trzy gminy, trzy sposoby",
        authors="Ewa Próbna, Jan Wzorcowy",
        publisher="Biuro w Lipowie",
        issued="2025-02",
        abstract="<p>Porównanie kosztów.</p>",
        isbn="978-83-01-00000-4",
        doi="10.1234/dowozy.1",
        project=project,
    )

    html = read(client, publication.url)

    for text in (
        "Trzy gminy, trzy sposoby",
        "Ewa Próbna, Jan Wzorcowy",
        "Biuro w Lipowie",
        "luty 2025",
        "Porównanie kosztów.",
        "978-83-01-00000-4",
        "https://doi.org/10.1234/dowozy.1",
        "polski",
        "Dowozy",
        "Wersja PDF",
        "https://creativecommons.org/licenses/by/4.0/",
    ):
        assert text in html, text


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lead": ""}, "lead"),
        ({"kind": ""}, "kind"),
        ({"issued": ""}, "issued"),
        ({"licence": ""}, "documents"),
    ],
)
def test_what_a_publication_lacks_is_named(index, fields, field) -> None:
    found = problems(make_publication(live=False, **fields))

    assert [problem.field for problem in found] == [field]


@pytest.mark.parametrize(
    "isbn", ["978-83-01-00000-4", "9788301000004", "0-306-40615-2", "080442957X", "0 8044 2957 x"]
)
def test_an_isbn_with_a_true_check_digit_is_taken(isbn) -> None:
    check_isbn(isbn)


@pytest.mark.parametrize(
    "isbn", ["978-83-01-00000-1", "0804429571", "978-83-01", "٩٧٨٨٣٠١٠٠٠٠٠٤", "<b>", "X234567890"]
)
def test_anything_else_is_no_isbn(isbn) -> None:
    with pytest.raises(ValidationError):
        check_isbn(isbn)
