"""The page of a project on this site: what came of it, and the sign-up that stands on it."""

import json
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from cms.site_setup import ensure_site
from newsletter.announcing import deliver_due
from newsletter.models import Subscription
from practices_pages.models import (
    DocumentKind,
    FilmIndexPage,
    MeetingDocument,
    MeetingPage,
    NetworkIndexPage,
    PlanIndexPage,
    ProjectPage,
)
from tests.cms.test_every_page_type import look
from tests.fakes import Outside
from tests.practices_pages.filming import make_film
from tests.practices_pages.meetings_world import make_meeting, make_network
from tests.practices_pages.plan_world import make_collection, make_file, make_plan
from tests.practices_pages.project_world import (
    make_image,
    make_news,
    make_partner,
    make_project,
    make_publication,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def project() -> ProjectPage:
    ensure_site("http://localhost")
    return make_project(partners=[make_partner(logo=make_image())])


@pytest.fixture
def meeting(project: ProjectPage) -> MeetingPage:
    network = make_network(NetworkIndexPage.objects.get(), project=project)
    return make_meeting(network, project=project)


def test_the_project_shows_what_came_of_it(project: ProjectPage, meeting: MeetingPage) -> None:
    collection = make_collection(PlanIndexPage.objects.get())
    pages = [
        meeting,
        make_film(FilmIndexPage.objects.get(), live=True, project=project),
        make_plan(collection, project=project),
        make_publication(project=project),
    ]
    shown = look(project.url)
    listed = {link["href"] for link in shown.select("[aria-labelledby=related] .related a")}
    assert {page.url for page in pages} <= listed
    assert shown.select(".partner-logo img")


def test_the_news_of_a_project_have_their_pictures(project: ProjectPage) -> None:
    image = make_image("szkola.png")
    page = make_news(project, main_image=image, image_alt="Szkoła", image_credit="Ewa Próbna")
    [card] = look(project.url).select("[aria-labelledby=project-news] .card")
    assert card.select_one("a")["href"] == page.url
    assert card.select_one(".card-picture img")


def test_the_sign_up_of_the_project_page_ends_in_a_confirmed_subscription(
    project: ProjectPage, settings: Any, esp: Outside
) -> None:
    settings.NEWSLETTER_SIGN_UP_MIN_SECONDS = 0
    form = look(project.url).select_one("form.newsletter-form")
    values = {row["name"]: row.get("value", "") for row in form.select("input[type=hidden]")}
    topics = [row["value"] for row in form.select("input[name=topics]")][:1]
    given = {"address": "ana@gmina.example", "consent": "on", "website": "", "topics": topics}
    client = Client()
    assert client.post(form["action"], values | given).status_code == 302
    deliver_due()
    [letter] = esp.to("ana@gmina.example")
    [address] = {word for word in letter.body.split() if "/confirm/" in word}
    assert Subscription.objects.get().confirmed_at is None
    assert client.post(urlsplit(address).path).status_code == 200
    assert Subscription.objects.get().confirmed_at is not None


def test_a_meeting_shows_its_documents_its_project_and_itself_to_machines(
    project: ProjectPage, meeting: MeetingPage
) -> None:
    meeting.documents.add(
        MeetingDocument(
            document=make_file("agenda.txt"),
            kind=DocumentKind.OTHER,
            description="Program spotkania",
            licence="cc-by-4.0",
        )
    )
    meeting.save_revision().publish()
    shown = look(meeting.url)
    assert "Plik agenda.txt" in shown.select_one(".document").get_text()
    assert shown.select_one(f'.facts a[href="{project.url}"]')
    graph = json.loads(shown.select_one('script[type="application/ld+json"]').string)
    events = [row for row in graph.get("@graph", [graph]) if row["@type"] == "Event"]
    assert [row["name"] for row in events] == [meeting.title]
    network = look(meeting.get_parent().url)
    assert network.select_one(f'.facts a[href="{project.url}"]')
