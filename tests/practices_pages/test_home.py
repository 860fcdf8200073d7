"""The home page beyond its practices: what calls authors, what runs, and nothing empty."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from django.utils.formats import date_format
from wagtail.models import Locale, PageViewRestriction

from practices_pages import calls, projects
from practices_pages.models import (
    CallIndexPage,
    LibraryIndexPage,
    NetworkIndexPage,
    NewsIndexPage,
    PracticeIndexPage,
    ProjectIndexPage,
)
from tests.factories import make_practice, make_site_tree
from tests.practices_pages.filming import make_film, make_film_index
from tests.practices_pages.plan_world import make_collection, make_plan, make_plan_index
from tests.practices_pages.project_world import (
    make_call,
    make_image,
    make_index,
    make_news,
    make_project,
)

pytestmark = pytest.mark.django_db
DAY = date(2025, 6, 15)
LISTS = (CallIndexPage, LibraryIndexPage, NetworkIndexPage, NewsIndexPage, ProjectIndexPage)


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


def read(client: Client, url: str = "/") -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_an_open_call_invites_authors_until_its_last_day(index, client) -> None:
    today = timezone.localdate()
    call = make_call(today, title="Opiszcie dowozy")

    html = read(client)

    for text in ("Opiszcie dowozy", "Szukamy opisów z małych gmin.", f'href="{call.url}"'):
        assert text in html, text
    call.deadlines.update(day=today - timedelta(days=1))
    assert "Opiszcie dowozy" not in read(client)


def test_the_home_page_has_no_section_about_nothing(index, client) -> None:
    make_index(ProjectIndexPage)
    make_project(title="Szkic projektu", live=False)

    html = read(client)

    for mark in ('id="call-teaser"', 'id="projects"', 'id="map-teaser"', "Szkic projektu"):
        assert mark not in html, mark


def test_projects_stand_on_the_home_page_with_picture_and_progress(index, client) -> None:
    project = make_project(
        title="Razem do szkoły",
        starts=str(timezone.localdate().year),
        main_image=make_image("szkola.png"),
        image_alt="Dzieci przed szkołą",
        image_credit="Ewa Próbna",
    )
    secret = make_project(title="Projekt tajny")
    PageViewRestriction.objects.create(page=secret, restriction_type="login")

    html = read(client).partition('id="projects"')[2].partition("</section>")[0]

    for text in (f'href="{project.url}"', "Razem do szkoły", "<picture>", "w toku"):
        assert text in html, text
    assert f'href="{project.get_parent().url}"' in html
    assert "Projekt tajny" not in html


def test_what_runs_stands_before_what_is_planned_and_what_is_over() -> None:
    make_site_tree()
    make_project(title="Skończony", starts="2024-09", ends="2025-06-14")
    make_project(title="Przyszły", starts="2026")
    make_project(title="Dawniejszy", starts="2019", ends="2025")
    make_project(title="Nowszy", starts="2025-01")

    titles = [project.title for project in projects.current(3, DAY)]

    assert titles == ["Nowszy", "Dawniejszy", "Przyszły"]


def test_a_translated_project_and_call_stand_once_in_each_language(index) -> None:
    english, _created = Locale.objects.get_or_create(language_code="en")
    for page, title in (
        (make_project(title="Dowozy"), "Buses"),
        (make_call(title="Nabór"), "Call"),
    ):
        version = page.copy_for_translation(english, copy_parents=True)
        version.title, version.slug = title, title.lower()
        version.save_revision().publish()

    def seen() -> tuple[list[str], str]:
        call = calls.open_call(DAY)
        return [project.title for project in projects.current(3, DAY)], call.title if call else ""

    assert seen() == (["Dowozy"], "Nabór")
    with translation.override("en"):
        assert seen() == (["Buses"], "Call")


@pytest.fixture
def fill(index: PracticeIndexPage) -> Callable[[int], None]:
    films, collection = make_film_index(), make_collection(make_plan_index(index.get_parent()))

    def add(number: int) -> None:
        for count in range(number):
            picture = {
                "main_image": make_image(f"{number}-{count}.png"),
                "image_alt": "Dzieci przed szkołą",
                "image_credit": "Ewa Próbna",
            }
            make_practice(index, live=True, **picture)
            make_film(films, live=True, title=f"Film {number} {count}", **picture)
            make_news(make_project(**picture), **picture)
            make_call(timezone.localdate())
            make_plan(collection)

    return add


def test_the_whole_home_page_asks_the_database_as_often_for_much_as_for_little(
    fill: Callable[[int], None], client
) -> None:
    """19 with practices alone (test_pages.py). Their pictures add two, films three and two for
    pictures, news and projects two for pictures, the call one for its deadlines, plans one for
    their files."""
    counts = []
    for number in (5, 8):
        fill(number)
        read(client)
        with CaptureQueriesContext(connection) as seen:
            read(client)
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 32, counts


def test_the_home_page_and_every_list_end_with_their_date_and_ways_to_pass_them_on(
    index, client
) -> None:
    home = index.get_parent().specific
    home.hero_image, home.hero_image_credit = make_image("rynek.png"), "Jan Fotograf"
    lists = [make_index(model) for model in LISTS]
    today = date_format(timezone.localdate(), "DATE_FORMAT")
    for page in (home, index, make_plan_index(home), make_film_index(), *lists):
        page.save_revision().publish()
        html = read(client, page.url)
        assert html.count('class="tools"') == 1, page
        tools = html.partition('class="tools"')[2].partition("</div>")[0]
        for text in (today, "mailto:", "data-print"):
            assert text in tools, (page, text)
    assert "Jan Fotograf" in read(client)
