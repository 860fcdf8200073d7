"""Highlights and excerpts: the forms that were meant, and no markup of anybody's."""

import pytest

from practices_pages.models import PracticePage, SynonymGroup
from practices_pages.search import excerpt, excerpts, highlight
from tests.factories import make_site_tree
from tests.practices_pages.searching import found, practice

LONG = (
    "Gmina leży nad rzeką. " * 12
    + "Uczniowie dojeżdżają autobusem szkolnym. "
    + "Mieszkańcy są zadowoleni. " * 12
)


@pytest.fixture
def index(db):
    return make_site_tree()


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("szkoła", "Dwie szkoły i przedszkole.", "Dwie <mark>szkoły</mark> i przedszkole."),
        ("zlobki", "W żłobku.", "W <mark>żłobku</mark>."),
        ("SZKÓŁ", "Szkoła", "<mark>Szkoła</mark>"),
        ("w", "w szkole", "w szkole"),
    ],
)
def test_words_are_marked_in_the_form_in_which_they_stand(db, query, text, marked):
    SynonymGroup.objects.all().delete()
    assert highlight(text, query) == marked


def test_synonyms_and_whole_phrases_are_marked_but_no_parts_of_them(db):
    SynonymGroup.objects.all().delete()
    SynonymGroup.objects.create(words="CUW\ncentrum usług wspólnych")
    text = "Centrum miasta. Centrum usług wspólnych."
    marked = "<mark>Centrum</mark> <mark>usług</mark> <mark>wspólnych</mark>."
    assert highlight(text, "CUW") == f"Centrum miasta. {marked}"


def test_everything_else_is_escaped(db):
    text = "<b>szkoła</b> & \"szkoły\" <script>alert('szkół')</script>"
    shown = highlight(text, "szkoła")
    assert "<b>" not in shown
    assert "<script>" not in shown
    assert shown.count("<mark>") == 3
    assert "&lt;b&gt;<mark>szkoła</mark>&lt;/b&gt; &amp; &quot;" in shown


def test_the_query_never_comes_into_the_page(db):
    assert highlight("Tekst.", "<script>alert(1)</script>") == "Tekst."


def test_the_excerpt_is_where_most_of_the_query_stands(index):
    page = practice(index, "Dojazdy", LONG)
    shown = excerpt(page, found("autobus uczniów"))
    assert "<mark>Uczniowie</mark>" in shown
    assert "<mark>autobusem</mark>" in shown
    assert len(shown) < 400


def test_a_page_found_by_its_facts_alone_has_no_excerpt(index):
    page = practice(index, "Dojazdy", "Opis.")
    assert excerpt(page, "pływalnia") == ""


def test_an_endless_sentence_is_cut(index):
    page = practice(index, "Dojazdy", "słowo " * 2000 + "pływalnia " + "słowo " * 2000)
    assert len(excerpt(page, "pływalnia")) < 400
    assert "<mark>pływalnia</mark>" in excerpt(page, "pływalnia")


def test_excerpts_of_a_whole_list_take_one_statement(index, django_assert_num_queries):
    pages = [practice(index, f"Dojazdy {number}", LONG) for number in range(3)]
    result = found("autobus")
    with django_assert_num_queries(1):
        shown = excerpts(PracticePage.objects.filter(pk__in=result.exact), result)
    assert set(shown) == {page.pk for page in pages}
    assert all("<mark>autobusem</mark>" in text for text in shown.values())
