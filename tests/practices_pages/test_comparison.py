"""Practices side by side: what the address asks for, and what the public may see of it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from practices_pages.comparison import MOST, compare
from practices_pages.models import PracticeIndexPage, PracticePage
from tests.factories import add_rows, make_practice, make_site_tree, make_unit
from tests.practices_pages.isolation_world import make_contact

COLUMN = re.compile(r'role="columnheader"><span class="pid">(DP-\d+)</span>')


@pytest.fixture
def index(db) -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def practices(index) -> list[PracticePage]:
    return [make_practice(index, live=True, title=f"Praktyka {number}") for number in range(5)]


def address(index: PracticeIndexPage, *pids: str) -> str:
    return f"{index.url}porownanie/?" + "&".join(f"id={pid}" for pid in pids)


def read(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200, url
    assert not response.cookies
    return response.content.decode()


def columns(html: str) -> list[str]:
    return COLUMN.findall(html)


def test_two_practices_stand_side_by_side_in_the_order_asked_for(index, practices, client):
    second, first = practices[1].pid, practices[0].pid
    html = read(client, address(index, second, first))
    assert columns(html) == [second, first]
    assert "notice" not in html
    rows = re.findall(r'<tr role="row">(.*?)</tr>', html, re.DOTALL)
    for row in rows:
        cells = len(re.findall(r"<t[dh] ", row))
        assert cells == 3, row[:200]


def test_the_eight_sections_are_compared_with_their_rows(index, practices, client):
    page = PracticePage.objects.get(pk=practices[0].pk)
    add_rows(page)
    page.save_revision().publish()
    html = read(client, address(index, practices[0].pid, practices[1].pid))
    for text in (
        "Charakterystyka lokalnego systemu", "Zalecenia dotyczące replikacji",
        "Trzy szkoły podstawowe", "Zacząć od spotkania z przewoźnikiem", "Uzgodnienie kursów",
        "Czas oczekiwania", "12 500,00", "Ferie w różnych terminach", "gmina wiejska",
        "województwo mazowieckie", "do 50 tys. zł",
    ):  # fmt: skip
        assert text in html.replace("\xa0", " "), text
    headings = re.findall(r'class="compare-number">(\d)\.', html)
    assert headings == list("12345678")


def test_duplicates_collapse_and_letters_may_be_small(index, practices, client):
    pid = practices[0].pid
    html = read(client, address(index, pid, pid.lower(), f"%20{pid}"))
    assert columns(html) == [pid]
    assert 'class="notice"' not in html


def test_a_fifth_practice_is_named_and_left_out(index, practices, client):
    pids = [practice.pid for practice in practices]
    html = read(client, address(index, *pids))
    assert columns(html) == pids[:MOST]
    assert "Praktyka 4" in html[html.index('class="notice"') : html.index("<table")]
    assert 'id="compare-id"' not in html


@pytest.mark.parametrize("wrong", ["DP-9999", "DP-1", "7", "<b>x</b>", "DP-٠٠٠١", "DP-99999999999"])
def test_what_is_no_practice_is_said_and_the_rest_is_shown(index, practices, client, wrong):
    html = read(client, address(index, practices[0].pid, wrong))
    assert columns(html) == [practices[0].pid]
    assert 'class="notice"' in html
    assert "<b>" not in html


def test_many_wrong_ids_are_not_all_repeated(index, client):
    html = read(client, address(index, *[f"X{number}" for number in range(500)]))
    assert html.count("<strong>X") == 5


def test_nothing_chosen_says_how_to_choose(index, client):
    html = read(client, f"{index.url}porownanie/")
    assert "Nic jeszcze nie wybrano" in html
    assert 'class="notice"' not in html


def test_only_what_the_public_may_see_is_compared(index, practices, client):
    draft = make_practice(index, title="Szkic kanarek")
    withdrawn = practices[1]
    withdrawn.unpublish()
    private = practices[2]
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    html = read(client, address(index, draft.pid, withdrawn.pid, private.pid, practices[0].pid))
    assert columns(html) == [practices[0].pid]
    for hidden in ("kanarek", withdrawn.title, private.title):
        assert hidden not in html
    missing = read(client, address(index, "DP-9001", "DP-9002", "DP-9003", practices[0].pid))
    for page, pid in zip(
        (draft, withdrawn, private), ("DP-9001", "DP-9002", "DP-9003"), strict=True
    ):
        missing = missing.replace(pid, page.pid)
    assert html == missing


def test_a_contact_whose_consent_ended_is_not_shown(index, client):
    unit = make_unit(office_email="urzad@gmina.example")
    contact = make_contact("Osoba Kanarkowa", unit)
    page = make_practice(index, live=True, unit=unit, contact=contact)
    assert "Kanarkowa" in read(client, address(index, page.pid))
    contact.published_until = timezone.localdate() - timedelta(days=1)
    contact.save()
    html = read(client, address(index, page.pid))
    assert "Kanarkowa" not in html
    assert "urzad@gmina.example" in html


def test_each_column_can_be_removed_by_a_link(index, practices, client):
    one, two = practices[0].pid, practices[1].pid
    html = read(client, address(index, one, two))
    drops = re.findall(r'class="compare-drop" href="([^"]+)"', html)
    assert [columns(read(client, drop)) for drop in drops] == [[two], [one]]


def test_the_form_adds_to_what_is_there(index, practices, client):
    html = read(client, address(index, practices[0].pid))
    form = html[html.index("compare-add") :]
    assert f'<input type="hidden" name="id" value="{practices[0].pid}">' in form
    assert 'name="id" type="text"' in form


def test_the_list_of_each_language_compares_its_own_pages(index, practices, client):
    english = Locale.objects.get_or_create(language_code="en")[0]
    other = index.get_parent().add_child(
        instance=PracticeIndexPage(title="Practices", slug="practices", locale=english)
    )
    key = practices[0].translation_key
    make_practice(other, live=True, title="Translated", translation_key=key)
    assert compare([practices[0].pid], index).practices == (practices[0],)
    assert [page.title for page in compare([practices[0].pid], other).practices] == ["Translated"]


def test_four_cost_as_many_queries_as_one(index, practices):
    pids = [practice.pid for practice in practices]
    costs = []
    # One statement asks what bars the way to pages; a visitor's request asks it once anyway.
    for count in (1, 4):
        with CaptureQueriesContext(connection) as queries:
            assert len(compare(pids[:count], index).practices) == count
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_hostile_text_stays_text(index, client):
    evil = '<img src=x onerror="alert(1)">'
    page = make_practice(index, live=True, title=evil, lead=evil)
    html = read(client, address(index, page.pid))
    assert "<img" not in html
    assert "&lt;img" in html


def test_the_comparison_is_not_indexed_and_has_no_inline_style(index, practices, client):
    html = read(client, address(index, practices[0].pid))
    assert '<meta name="robots" content="noindex">' in html
    assert "style=" not in html


def test_practices_are_ticked_on_the_list_and_the_form_stands_below(index, practices, client):
    html = read(client, index.url)
    ticks = re.findall(r'<input type="checkbox" name="id" value="(DP-\d+)" form="compare">', html)
    assert sorted(ticks) == sorted(page.pid for page in practices)
    assert f'<form class="compare-bar" id="compare" action="{index.url}porownanie/"' in html


def test_the_english_list_compares_what_is_in_polish_alone(index, practices, client):
    english = Locale.objects.get_or_create(language_code="en")[0]
    index.get_parent().copy_for_translation(english).get_latest_revision().publish()
    listed = index.copy_for_translation(english)
    listed.get_latest_revision().publish()
    version = practices[0].copy_for_translation(english)
    version.get_latest_revision().publish()
    found = compare([practice.pid for practice in practices[:2]], listed)
    assert [practice.pk for practice in found.practices] == [version.pk, practices[1].pk]
