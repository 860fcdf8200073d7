"""What a visitor reads: the practice, the lists, the two languages, and nothing inline."""

import re
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page

from practices_pages.models import (
    ContactPerson,
    CostItem,
    FundingNotice,
    MeasuredEffect,
    Pitfall,
    PracticeAuthor,
    PracticeDocument,
    PracticeIndexPage,
    PracticePage,
    StandardPage,
    Step,
    ThematicArea,
)
from tests.factories import add_rows, make_practice, make_site_tree, make_unit

pytestmark = pytest.mark.django_db
SEED = Path(__file__).resolve().parents[3] / "shared" / "seeds" / "000_717426c4b69e1930.txt"
HEADINGS = [
    "Charakterystyka lokalnego systemu",
    "Problem, który był powodem wdrożenia innowacji",
    "Na czym polega zastosowane rozwiązanie?",
    "Kto, kiedy i co zrobił?",
    "Jakie efekty osiągnięto?",
    "Ile to kosztowało?",
    "Dlaczego warto promować to rozwiązanie?",
    "Zalecenia dotyczące replikacji",
]
SCRIPTS = r'(<script type="(module" src="/static/[^"]+|application/ld\+json)">)*'
EVIL = '<script>alert("x")</script><b>gruby</b>'


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def read(client: Client, url: str, status: int = 200) -> str:
    response = client.get(url)
    assert response.status_code == status, url
    return response.content.decode()


def section_headings(html: str) -> list[str]:
    found = re.findall(
        r'<h2 id="h\d"><span class="number">(\d).*?class="heading">(.*?)</span>', html
    )
    assert [int(number) for number, _ in found] == list(range(1, len(found) + 1))
    return [heading for _, heading in found]


def full_practice(index: PracticeIndexPage, **overrides: object) -> PracticePage:
    page = make_practice(index, **overrides)
    add_rows(page)
    document = get_document_model().objects.create(
        title="Regulamin dowozu", file=ContentFile(b"x" * 2048, "regulamin.pdf")
    )
    document.get_file_size()
    page.documents.add(
        PracticeDocument(
            document=document, description="Do podpisu", licence="cc0-1.0", is_accessible=True
        )
    )
    page.contact = ContactPerson.objects.create(
        name="Jan Kontaktowy",
        email="jan@gmina.example",
        phone="+48 000 000 000",
        unit=page.practice_units.all()[0].unit,
        published_until=timezone.localdate() + timedelta(days=1),
    )
    page.save_revision().publish(skip_permission_checks=True)
    page.refresh_from_db()
    return page


def test_a_practice_shows_the_eight_headings_in_their_order(index, client) -> None:
    page = make_practice(index, live=True)

    assert section_headings(read(client, page.url)) == HEADINGS


def test_the_headings_are_those_of_the_specification(index, client) -> None:
    if not SEED.exists():
        pytest.skip("NOT COMPARED: ../shared/seeds is not here; the literals above are checked.")
    lines = re.findall(r"^  \d\. (.+)$", SEED.read_text(encoding="utf-8"), re.MULTILINE)

    # The seed has a no-break space in one of them: white space is the printer's business.
    assert [" ".join(line.split()).rstrip(".") for line in lines] == HEADINGS


def test_a_practice_shows_every_row_with_captions_and_scopes(index, client) -> None:
    html = read(client, full_practice(index).url)

    for text in (
        "Uzgodnienie kursów",
        "Czas oczekiwania",
        "budżet gminy",
        "12 500,00 zł".replace(" 500", "\xa0500"),
        "Ferie w różnych terminach",
        "Osobny rozkład",
        "Ewa Próbna, inspektor",
        "Jan Kontaktowy",
        "tel:+48000000000",
        "Regulamin dowozu",
        "PDF, 2,0\xa0KB",
        "dostępny cyfrowo",
        "gmina wiejska, województwo mazowieckie",
        "do 50 tys. zł",
        "https://creativecommons.org/licenses/by/4.0/",
        "https://creativecommons.org/publicdomain/zero/1.0/",
        "2 marca 2026",
    ):
        assert text in html, text
    assert html.count("<caption") == html.count("<table") == 3
    tables = "".join(re.findall(r"<table.*?</table>", html, re.DOTALL))
    assert all("scope=" in cell for cell in re.findall(r"<th[ >][^>]*", tables))


def test_people_are_named_only_while_they_agree(index, client) -> None:
    page = full_practice(index)
    page.authors.add(PracticeAuthor(name="Anna Nieujawniona", consented_to_be_named=False))
    page.save_revision().publish(skip_permission_checks=True)
    ContactPerson.objects.update(published_until=timezone.localdate() - timedelta(days=1))

    html = read(client, page.url)

    assert "Anna Nieujawniona" not in html
    assert "Jan Kontaktowy" not in html
    assert "jan@gmina.example" not in html
    assert "Ewa Próbna" in html
    assert page.practice_units.first().unit.office_email in html


def test_an_archival_description_says_what_is_missing_and_when_it_was_written(
    index, client
) -> None:
    page = make_practice(index, cost="", replication="<p></p>")
    PracticePage.objects.filter(pk=page.pk).update(
        live=True, is_archival=True, archival_reason="Zbiór z 2019", original_date=date(2019, 5, 6)
    )

    html = read(client, page.url)

    assert "6 maja 2019" in html
    notice = re.search(r'<aside class="notice archival".*?</aside>', html, re.DOTALL).group()
    assert re.findall(r"<li>(\d)\. ([^<]+)</li>", notice) == [
        ("6", "Ile to kosztowało?"),
        ("8", "Zalecenia dotyczące replikacji"),
    ]


def test_html_in_text_fields_is_shown_as_text(index, client) -> None:
    page = full_practice(index, title=f"Tytuł {EVIL}", lead=EVIL, image_credit=EVIL)
    Step.objects.update(who=EVIL, when=EVIL, what=EVIL)
    MeasuredEffect.objects.update(indicator=EVIL, before=EVIL, after=EVIL, unit_of_measure=EVIL)
    Pitfall.objects.update(pitfall=EVIL, advice=EVIL)
    PracticeAuthor.objects.update(name=EVIL, role=EVIL)
    CostItem.objects.update(funding_source=EVIL)
    PracticeDocument.objects.update(description=EVIL)
    ThematicArea.objects.update(name=EVIL)
    ContactPerson.objects.update(name=EVIL, role=EVIL, phone='"><b>')

    for url in (page.url, index.url, "/"):
        html = read(client, url)
        assert re.fullmatch(SCRIPTS, "".join(re.findall(r"<script.*?>", html))), url
        assert "<b>gruby" not in html, url
    assert read(client, page.url).count("&lt;script&gt;") >= 15


def test_headings_never_skip_a_level(index, client) -> None:
    page = full_practice(index, solution="<h3>Po pierwsze</h3><p>Tak.</p>")

    for url in (page.url, index.url, "/"):
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", read(client, url))]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_list_pages_by_twelve_and_bears_with_any_page_number(index, client) -> None:
    unit = make_unit()
    titles = [f"Praktyka numer {number:02d}" for number in range(14)]
    for title in titles:
        make_practice(index, live=True, title=title, unit=unit)

    first, second = read(client, index.url), read(client, f"{index.url}?page=2")

    assert [title for title in titles if title in first] == titles[2:]
    assert [title for title in titles if title in second] == titles[:2]
    assert "14 praktyk" in first
    for wrong in ("0", "-1", "x", "", "999999999999999999999", "1;DROP", "%00", "9" * 5000):
        assert "Praktyka numer" in read(client, f"{index.url}?page={wrong}")


def test_an_empty_list_says_so_and_leads_on(index, client) -> None:
    html = read(client, index.url)

    assert "Nie opublikowano tu jeszcze żadnej praktyki" in html
    assert 'href="/">Przejdź na stronę główną' in html


@pytest.mark.parametrize(("url", "most"), [("/", 20), ("/praktyki/", 20)])
def test_a_list_asks_the_database_as_often_for_many_practices_as_for_few(
    url: str, most: int, index, client, django_assert_max_num_queries: CaptureQueriesContext
) -> None:
    unit = make_unit()
    for _ in range(5):
        make_practice(index, live=True, unit=unit)
    read(client, url)
    with django_assert_max_num_queries(100) as few:
        read(client, url)
    for _ in range(10):
        make_practice(index, live=True, unit=unit)
    with django_assert_max_num_queries(100) as many:
        read(client, url)

    assert len(many) == len(few) <= most


def test_english_readers_get_an_english_frame_around_polish_contents(index, client) -> None:
    page = full_practice(index)

    html = read(client, f"/en{page.url}")

    assert '<html lang="en">' in html
    assert section_headings(html)[0] == "Description of the local system"
    assert f'<h1 lang="pl">{page.title}</h1>' in html
    assert '<div class="prose" lang="pl">' in html
    assert f'href="/en{index.url}"' in html
    for language, prefix in (("pl", ""), ("en", "/en")):
        assert f'hreflang="{language}" href="http://testserver{prefix}{page.url}"' in html


def test_the_home_page_calls_no_archival_description_new(index, client) -> None:
    make_practice(index, title="Dzisiejsza", live=True)
    make_practice(
        index,
        title="Z archiwum",
        live=True,
        is_archival=True,
        archival_reason="Jedyny opis",
        source_url="https://baza.example/1",
    )

    home, listed = read(client, index.get_parent().url), read(client, index.url)

    assert "Dzisiejsza" in home
    assert "Z archiwum" not in home
    assert "Z archiwum" in listed


def test_breadcrumbs_lead_home(index, client) -> None:
    page = make_practice(index, live=True)

    trail = re.search(r'<nav class="crumbs".*?</nav>', read(client, page.url), re.DOTALL).group()

    assert re.findall(r'href="([^"]+)"', trail) == ["/", index.url]


def test_the_menu_has_only_public_pages(index, client) -> None:
    home = index.get_parent()
    for title, live, in_menu in (
        ("O projekcie", True, True),
        ("Szkic strony", False, True),
        ("Prywatność", True, False),
    ):
        home.add_child(
            instance=StandardPage(
                title=title,
                live=live,
                show_in_menus=in_menu,
                body="<p>Tekst.</p>",
                locale=home.locale,
            )
        )

    html = read(client, "/")
    header, footer = html.split('<footer class="foot">')

    assert "Szkic strony" not in html
    assert "O projekcie" in header
    assert "Prywatność" not in header
    assert "Prywatność" in footer
    assert "Tekst." in read(client, "/o-projekcie/")


def test_the_funding_notice_stands_at_the_foot_of_every_page(index, client) -> None:
    FundingNotice.for_site(index.get_site())
    FundingNotice.objects.update(text="<p>Dofinansowano ze środków próbnych.</p>")

    for url, status in (("/", 200), (index.url, 200), ("/nie-ma/", 404)):
        assert "Dofinansowano ze środków próbnych." in read(client, url, status)


def test_no_page_has_anything_inline_or_from_elsewhere(index, client) -> None:
    page = full_practice(index)
    for url, status in (
        ("/", 200),
        (index.url, 200),
        (page.url, 200),
        (f"/en{page.url}", 200),
        ("/nie-ma/", 404),
        ("/preview/nie-ma/", 404),
    ):
        html = read(client, url, status)
        # A script is a file of ours, or data that no browser runs.
        assert not re.search(r"<style|<iframe|\sstyle=|\son[a-z]+=|javascript:", html), url
        assert re.fullmatch(SCRIPTS, "".join(re.findall(r"<script.*?>", html))), url
        sources = re.findall(r'(?:src|srcset)="([^"]+)"|<link[^>]+href="([^"]+)"', html)
        for source in ("".join(found) for found in sources):
            assert source.startswith(("/", "http://testserver/")), (url, source)


def test_every_page_has_a_print_style_and_a_way_past_the_menu(index, client) -> None:
    html = read(client, index.url)

    assert re.search(r'<link rel="stylesheet" href="[^"]+print.css" media="print">', html)
    assert html.index('class="skip" href="#content"') < html.index("<header")
    assert '<main id="content"' in html


def test_a_wrong_address_gives_a_friendly_page_in_the_language_asked_for(index, client) -> None:
    assert "Nie ma takiej strony" in read(client, "/nie-ma/", 404)
    assert "There is no such page" in read(client, "/en/nope/", 404)


def test_the_address_of_a_practice_survives_a_page_above_being_renamed(index, client) -> None:
    page = make_practice(index, live=True)
    index.slug = "dobre"
    index.save()

    assert PracticePage.objects.get(pk=page.pk).pid == page.pid
    assert page.title in read(client, Page.objects.get(pk=page.pk).url)
