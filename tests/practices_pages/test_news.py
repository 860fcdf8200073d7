"""News: newest first, by project and year, and refused where something is missing."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from practices_pages.catalogue import NEWS, pages_of, results
from practices_pages.gate import problems
from practices_pages.languages import key_of
from practices_pages.models import NewsIndexPage, NewsPractice
from tests.factories import make_practice, make_site_tree
from tests.practices_pages.project_world import (
    make_image,
    make_index,
    make_news,
    make_project,
    publish,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def practices():
    return make_site_tree()


def read(client, url) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def titles(**parameters: list[str]) -> list[str]:
    found = results(NEWS, parameters, pages=pages_of(NEWS))
    return [card.page.title for card in found.cards]


def test_news_is_ordered_by_its_own_date(practices) -> None:
    make_news(title="Środkowa", dated_on=date(2024, 5, 1))
    make_news(title="Stara", dated_on=date(1987, 5, 1))
    make_news(title="Nowa", dated_on=date(2025, 1, 31))
    make_news(title="Szkic", live=False)

    assert titles() == ["Nowa", "Środkowa", "Stara"]


def test_news_is_filtered_by_project_and_year(practices) -> None:
    dowozy, kadry = make_project(short_name="Dowozy"), make_project(title="Kadry")
    make_news(dowozy, title="A", dated_on=date(2025, 3, 1))
    make_news(dowozy, kadry, title="B", dated_on=date(2025, 2, 1))
    make_news(title="C", dated_on=date(2024, 2, 1))

    assert titles(project=[key_of(dowozy)]) == ["A", "B"]
    assert titles(project=[key_of(kadry)]) == ["B"]
    assert titles(project=[key_of(kadry)], year=["2024"]) == []
    assert titles(year=["2024", "2025"]) == ["A", "B", "C"]


def test_a_project_that_is_not_public_is_no_choice(practices, client) -> None:
    secret = make_project(title="Projekt tajny")
    make_news(secret, title="Jawna")
    PageViewRestriction.objects.create(page=secret, restriction_type="login")
    index = make_index(NewsIndexPage)

    for url in (index.url, f"{index.url}?project={key_of(secret)}"):
        html = read(client, url)
        assert "Jawna" in html
        assert "Projekt tajny" not in html


def test_a_renamed_project_is_renamed_in_the_filter(practices, client) -> None:
    project = make_project(title="Stara nazwa")
    make_news(project)
    project.title = "Nowa nazwa"
    publish(project)

    html = read(client, make_index(NewsIndexPage).url)

    assert "Nowa nazwa" in html
    assert "Stara nazwa" not in html


def test_the_list_shows_pictures_dates_and_projects(practices, client) -> None:
    make_news(
        make_project(title="Dowozy"),
        title="Nowe autobusy",
        main_image=make_image("autobus.png"),
        image_alt="Żółty autobus przed szkołą",
        image_credit="Ewa Próbna",
    )

    html = read(client, make_index(NewsIndexPage).url)

    for text in ("Nowe autobusy", "14 marca 2025", "Dowozy", "<picture>", "Spotkali się"):
        assert text in html, text


def test_an_item_shows_its_facts_and_what_it_speaks_of(practices, client) -> None:
    shown = make_practice(practices, live=True, title="Wspólny dowóz")
    hidden = make_practice(practices, title="Praktyka robocza")
    news = make_news(
        make_project(title="Dowozy"),
        live=False,
        main_image=make_image("autobus.png"),
        image_alt="Żółty autobus przed szkołą",
        image_credit="Ewa Próbna",
        updated_on=date(2025, 4, 2),
    )
    news.related_practices.add(NewsPractice(practice=shown), NewsPractice(practice=hidden))

    html = read(client, publish(news).url)

    for text in (
        "14 marca 2025",
        "Spotkali się i uzgodnili.",
        "Szczegóły.",
        'alt="Żółty autobus przed szkołą"',
        "Ewa Próbna",
        "Dowozy",
        "Wspólny dowóz",
        "2 kwietnia 2025",
    ):
        assert text in html, text
    assert "Praktyka robocza" not in html
    assert html.count("<h1") == 1


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"lead": ""}, "lead"),
        ({"body": "<h2></h2>"}, "body"),
    ],
)
def test_what_is_missing_is_named(practices, fields, field) -> None:
    assert [problem.field for problem in problems(make_news(live=False, **fields))] == [field]


def test_a_picture_needs_a_description_a_credit_and_no_file_name(practices) -> None:
    news = make_news(live=False, main_image=make_image("a.png"), image_alt="Thumb 1 3 IMG 0445")

    assert {problem.field for problem in problems(news)} == {"image_alt", "image_credit"}


def test_a_chosen_row_needs_its_practice(practices) -> None:
    news = make_news(live=False)
    news.related_practices.add(NewsPractice())

    assert [problem.field for problem in problems(news)] == ["related_practices"]


def count_queries(client, url) -> int:
    with CaptureQueriesContext(connection) as seen:
        read(client, url)
    return len(seen)


def test_the_list_costs_the_same_for_5_and_for_15_items(practices, client) -> None:
    project = make_project()
    for _number in range(5):
        make_news(project)
    url = make_index(NewsIndexPage).url
    read(client, url)
    few = count_queries(client, url)
    for _number in range(10):
        make_news(project)

    assert count_queries(client, url) == few


def test_hostile_text_stays_text(practices, client) -> None:
    evil = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
    news = make_news(title=evil, lead=evil, body=f"<p>{evil}</p>", slug="wrogie")

    for url in (news.url, make_index(NewsIndexPage).url, f"{news.get_parent().url}?q={evil}"):
        html = read(client, url)
        assert "<script>" not in html
        assert "<img src=x" not in html
