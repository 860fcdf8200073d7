"""What a practice won: on its page and card, in the API, in files that go out and come back."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from practices_pages.exchange import schema
from practices_pages.exchange.records import exported
from practices_pages.exchange.tables import COLUMNS, record_of_row, row_of
from practices_pages.gate import problems
from practices_pages.models import PracticeDistinction, PracticeIndexPage, PracticePage
from tests.factories import add_rows, make_practice, make_site_tree
from tests.practices_pages.importing import imported, outcomes

pytestmark = pytest.mark.django_db
WON = {
    "contest": "Turniej Dobrych Praktyk",
    "award": "I miejsce",
    "group": "gminy wiejskie",
    "edition": "III edycja, finał",
    "year": 2019,
    "url": "https://turniej.example/wyniki",
}


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def page(index: PracticeIndexPage) -> PracticePage:
    page = make_practice(index)
    add_rows(page)
    page.save_revision().publish()
    return PracticePage.objects.get(pk=page.pk)


def test_a_visitor_reads_it_on_the_page_and_on_the_card(
    page: PracticePage, index: PracticeIndexPage, client: Client
) -> None:
    html = client.get(page.url).content.decode()
    for text in ("Turniej Dobrych Praktyk", "I miejsce", "gminy wiejskie", "III edycja", "2019"):
        assert text in html
    assert 'href="https://turniej.example/wyniki"' in html
    for address in (index.url, "/"):
        assert "★ I miejsce" in client.get(address).content.decode()


def test_publishing_needs_the_contest_and_the_award(index: PracticeIndexPage) -> None:
    page = make_practice(index)
    page.distinctions.add(PracticeDistinction(group="gminy", url="javascript:alert(1)"))
    found = [problem for problem in problems(page) if problem.field == "distinctions"]
    assert len(found) >= 3


def test_the_api_says_it(page: PracticePage, client: Client) -> None:
    answer = client.get(f"/api/v1/practices/{page.pid}").json()
    assert answer["distinctions"] == [WON]
    PracticeDistinction.objects.update(url="javascript:alert(1)")
    answer = client.get(f"/api/v1/practices/{page.pid}").json()
    assert answer["distinctions"][0]["url"] is None


def test_it_travels_as_a_line_and_as_a_row_of_a_table(page: PracticePage) -> None:
    (record,) = exported()
    assert record["distinctions"] == [WON]
    assert schema.check(record).problems == []
    cells = dict(zip([column.key for column in COLUMNS], row_of(record), strict=True))
    assert record_of_row(cells)["distinctions"] == [WON]
    assert "Wyróżnienia" in [column.heading for column in COLUMNS]


def test_what_left_comes_back(page: PracticePage, tmp_path: Path) -> None:
    (record,) = exported()
    record |= {"title": "Ta sama gdzie indziej", "id": "DP-9999", "source_id": "nowa"}
    report = imported(tmp_path, [record])
    assert outcomes(report) == ["created"]
    copy = PracticePage.objects.get(title="Ta sama gdzie indziej").get_latest_revision_as_object()
    (row,) = copy.distinctions.all()
    assert {name: getattr(row, name) for name in WON} == WON


def test_a_file_of_before_says_nothing_of_it_and_changes_nothing(
    index: PracticeIndexPage, tmp_path: Path
) -> None:
    old = {"title": "Z archiwum", "source_url": "https://a.example/1", "units": []}
    imported(tmp_path, [old | {"distinctions": [WON]}])
    imported(tmp_path, [old | {"lead": "Nowy lead."}])
    draft = PracticePage.objects.get().get_latest_revision_as_object()
    assert draft.lead == "Nowy lead."
    assert draft.distinctions.count() == 1


@pytest.mark.parametrize(
    "row",
    [{"contest": 7}, {"year": 1066}, {"url": "javascript:alert(1)"}, {"award": "x" * 161}, "tekst"],
)
def test_what_is_no_distinction_is_a_problem_of_its_row(row: Any) -> None:
    assert schema.check({"title": "X", "distinctions": [row]}).problems
