"""What a practice needs before the public may read it, each thing named in the editor's words."""

from decimal import Decimal

import pytest
from django.utils import translation
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from practices_pages.gate import PublicationRefused, check_publication, problems
from practices_pages.models import SECTIONS, CostItem, PracticeDocument, PracticePage, PracticeUnit
from practices_pages.sanitise import MAX_LENGTH, WEB_SCHEMES, is_safe_address
from tests.factories import (
    add_rows,
    complete_practice_fields,
    make_practice,
    make_site_tree,
    make_unit,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def page():
    """A complete practice, not saved: the gate looks at what would be published."""
    practice = PracticePage(title="Dowozy", slug="dowozy", **complete_practice_fields())
    practice.practice_units.add(PracticeUnit(unit=make_unit()))
    return practice


def fields(practice):
    return [problem.field for problem in problems(practice)]


def test_a_complete_practice_has_no_problem(page, django_assert_max_num_queries):
    add_rows(page)
    # Only whether the chosen unit still exists.
    with django_assert_max_num_queries(1):
        assert problems(page) == []


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize(
    "empty",
    ["", "<p></p>", "<p>&nbsp; \u200b</p>", "<h3></h3>", "<ul><li> </li></ul>"],
    ids=["nothing", "paragraph", "invisible", "heading", "list"],
)
def test_each_section_needs_text(page, section, empty):
    setattr(page, section, empty)
    assert section in fields(page)


@pytest.mark.parametrize("field", ["lead", "licence", "title"])
def test_each_fact_is_needed(page, field):
    setattr(page, field, "")
    assert fields(page) == [field]


def test_a_unit_is_needed_and_stands_only_once(page):
    page.practice_units.add(PracticeUnit(unit=page.practice_units.get().unit))
    assert fields(page) == ["practice_units"]
    page.practice_units.set([PracticeUnit(unit=None)])
    assert fields(page) == ["practice_units"]


def test_an_image_needs_its_description_and_credit(page):
    page.main_image = Image.objects.create(title="Autobus", file=get_test_image_file())
    assert fields(page) == ["image_alt", "image_credit"]
    page.image_alt, page.image_credit = "Autobus", "Fot. A. Próbna"
    assert fields(page) == []


def test_a_document_needs_its_file_purpose_and_licence(page):
    page.documents.add(PracticeDocument())
    assert fields(page) == ["documents"] * 3
    document = Document.objects.create(title="Wzór", file="wzor.pdf")
    page.documents.set(
        [PracticeDocument(document=document, description="Wzór umowy", licence="cc-by-4.0")]
    )
    assert fields(page) == []


@pytest.mark.parametrize(
    "row",
    [
        {"amount": None},
        {"amount": Decimal("-1")},
        {"amount": Decimal("1"), "currency": "USD"},
        {"amount": Decimal("1"), "year": 3000},
        {"amount": Decimal("1234567890123.00")},
    ],
    ids=["no amount", "negative", "currency", "year", "too large"],
)
def test_a_cost_that_the_database_could_not_hold_is_named(page, row):
    page.cost_items.add(CostItem(**row))
    assert fields(page) == ["cost_items"]


@pytest.mark.parametrize(
    "link",
    [
        '<a href="https://gmina.example/uchwala">uchwała</a>',
        '<a href="mailto:urzad@gmina.example">napisz</a>',
        '<a href="tel:+48123456789">zadzwoń</a>',
        '<a linktype="page" id="3">inna praktyka</a>',
        '<a linktype="document" id="3">wzór</a>',
        '<a href="/praktyki/">lista</a>',
        '<a href="#krok-2">krok 2</a>',
    ],
)
def test_links_that_lead_somewhere_sensible_pass(page, link):
    page.solution = f"<p>Zobacz: {link}.</p>"
    assert fields(page) == []


@pytest.mark.parametrize(
    "link",
    [
        '<a href="javascript:alert(1)">kliknij</a>',
        '<a href="JaVaScRiPt:alert(1)">kliknij</a>',
        '<a href="java&#10;script:alert(1)">kliknij</a>',
        '<a href=" javascript:alert(1)">kliknij</a>',
        '<a href="data:text/html,x">kliknij</a>',
        '<a href="vbscript:x">kliknij</a>',
        '<a href="file:///etc/passwd">kliknij</a>',
        '<a href="//obcy.example/">kliknij</a>',
        '<a href="/&#9;/obcy.example/">kliknij</a>',
        '<a href="/\\obcy.example/">kliknij</a>',
        '<a href="https://">kliknij</a>',
        '<a href="http://[zly">kliknij</a>',
        '<a href="mailto:">kliknij</a>',
        '<a href="">kliknij</a>',
        "<a>kliknij</a>",
        '<a href="https://gmina.example/"></a>',
        '<a href="https://gmina.example/"> \u200b</a>',
        '<a linktype="page" id="3"></a>',
        '<a linktype="embed" id="3">wideo</a>',
        '<a href="https://gmina.example@obcy.example/">gmina</a>',
    ],
)
def test_links_that_do_harm_or_say_nothing_are_refused(page, link):
    page.solution = f"<p>Zobacz: {link}.</p>"
    assert fields(page) == ["solution"]


def test_a_refused_link_is_named_by_its_words(page):
    page.solution = '<p>Zobacz: <a href="javascript:alert(1)">uchwałę rady</a>.</p>'
    assert "uchwałę rady" in problems(page)[0].message


@pytest.mark.parametrize("html", ["<h3></h3>", "<h3> </h3>", "<h1></h1>"])
def test_a_heading_inside_a_section_is_not_empty(page, html):
    page.effects = f"<p>Skutki.</p>{html}"
    assert fields(page) == ["effects"]
    page.effects = "<p>Skutki.</p><h3>W szkołach</h3><p>Mniej czekania.</p>"
    assert fields(page) == []


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>",
        '<svg/onload="alert(1)"><title>napis</title></svg>',
        '<embed embedtype="image" id="1" format="left" alt="Autobus"/>',
        '<iframe src="https://obcy.example/">napis</iframe>',
    ],
)
def test_what_publishing_would_take_out_is_no_text(page, html):
    page.solution = html
    assert fields(page) == ["solution"]


def test_a_text_too_long_to_be_stored_is_named(page):
    page.solution = f"<p>{'a' * MAX_LENGTH}</p>"
    assert fields(page) == ["solution"]
    assert "Tekst jest za długi" in problems(page)[0].message


def test_a_title_that_nobody_can_see_is_missing(page):
    page.title = "\u200b\u00ad"
    assert fields(page) == ["title"]


@pytest.mark.parametrize("field", ["film_url", "source_url"])
@pytest.mark.parametrize("address", ["ftp://film.example/1", "javascript:alert(1)", "/lokalny"])
def test_film_and_source_are_web_addresses(page, field, address):
    setattr(page, field, address)
    assert fields(page) == [field]


def test_an_address_inside_this_site_is_not_a_web_address():
    assert not is_safe_address("/praktyki/", WEB_SCHEMES)
    assert is_safe_address("HTTPS://gmina.example", WEB_SCHEMES)


def test_an_archival_description_needs_less_but_says_why(page):
    archival = PracticePage(title="Opis z 2011 r.", is_archival=True)
    assert fields(archival) == ["", "archival_reason", "source_url", "practice_units"]
    archival.problem = "<p>Długie dojazdy.</p>"
    archival.archival_reason = "Jedyny opis"
    archival.source_url = "https://baza.example/1"
    archival.practice_units.add(PracticeUnit(unit=make_unit()))
    assert fields(archival) == []


def test_the_refusal_names_each_missing_thing_in_the_editors_language():
    page = make_practice(make_site_tree(), complete=False)
    with translation.override("pl"), pytest.raises(PublicationRefused) as refused:
        check_publication(page, revision=page.get_latest_revision(), user=None)
    text = str(refused.value)
    assert "Na czym polega zastosowane rozwiązanie?" in text
    assert len(refused.value.problems) == 11
    assert refused.value.page == page
    assert "lead" in refused.value.message_dict


def test_what_wagtail_itself_would_refuse_is_told_before_anything_is_written():
    index = make_site_tree()
    taken, page = make_practice(index), make_practice(index)
    page.slug = taken.slug
    page.licence = "wszystko-wolno"
    with pytest.raises(PublicationRefused) as refused:
        check_publication(page, revision=page.get_latest_revision(), user=None)
    assert {problem.field for problem in refused.value.problems} == {"slug", "licence"}
