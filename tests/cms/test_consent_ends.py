"""A contact person whose consent has ended disappears everywhere, by the passing of time alone."""

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from practices_pages.models import (
    ContactPerson,
    MeetingPage,
    NetworkPage,
    PracticeDocument,
    PracticeIndexPage,
    ProjectContact,
)
from practices_pages.printing.sheet import sheet_of
from practices_pages.take_away import _named, name_of
from tests.cms.test_public_canaries import HOST, LINK
from tests.factories import make_practice, make_site_tree, make_unit
from tests.practices_pages.meetings_world import make_meeting, make_network, make_network_index
from tests.practices_pages.plan_world import make_collection, make_file, make_plan, make_plan_index
from tests.practices_pages.project_world import make_call, make_project

pytestmark = pytest.mark.django_db
MOST_ADDRESSES = 900
SUGGESTIONS = "/search/suggest/"
SEARCHES = ("/praktyki/", SUGGESTIONS, "/api/v1/practices")


def practice_of(person: ContactPerson, index: PracticeIndexPage) -> Page:
    page = make_practice(index, live=True, contact=person, unit=person.unit)
    page.documents.add(
        PracticeDocument(document=make_file("wzor.txt"), description="Wzór", licence="cc0-1.0")
    )
    page.save_revision().publish()
    return page


def plan_of(person: ContactPerson, index: PracticeIndexPage) -> Page:
    parent = index.get_parent()
    return make_plan(make_collection(make_plan_index(parent)), contact=person, unit=person.unit)


def project_of(person: ContactPerson, index: PracticeIndexPage) -> Page:
    return make_project(team=[ProjectContact(contact=person, task="koordynacja")])


def network_of(person: ContactPerson, index: PracticeIndexPage) -> Page:
    network = make_network(make_network_index(index), contact=person)
    today = timezone.localdate()
    make_meeting(network, starts_on=today + timedelta(days=40), ends_on=None)
    return network


def call_of(person: ContactPerson, index: PracticeIndexPage) -> Page:
    return make_call(timezone.localdate() + timedelta(days=40), contact=person)


HOLDERS: dict[str, Callable[[ContactPerson, PracticeIndexPage], Page]] = {
    "PracticePage": practice_of,
    "PlanPage": plan_of,
    "ProjectContact": project_of,
    "NetworkPage": network_of,
    "CallPage": call_of,
}
# Rows of an import are seen by moderators only.
NOT_PUBLIC = {"ImportRow"}


def make_person(number: int) -> ContactPerson:
    return ContactPerson.objects.create(
        name=f"Kanarzyca{number} Znikająca",
        role=f"funkcja{number}znikająca",
        email=f"kanarek{number}@znika.example",
        phone=f"+48 700 700 7{number:02d}",
        unit=make_unit(f"Gmina Kontaktowa {number}"),
        published_until=timezone.localdate(),
    )


def marks_of(person: ContactPerson) -> list[str]:
    digits = person.phone.replace(" ", "")
    return [person.name, person.name.split()[0], person.role, person.email, person.phone, digits]


@pytest.fixture
def world() -> dict[str, tuple[ContactPerson, Page]]:
    index = make_site_tree()
    found = {}
    for number, (holder, make) in enumerate(HOLDERS.items(), start=1):
        person = make_person(number)
        found[holder] = (person, make(person, index))
    return found


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Moves every clock of the process by a day; nothing is saved, no signal is sent."""
    now = timezone.now

    def move() -> None:
        monkeypatch.setattr(timezone, "now", lambda: now() + timedelta(days=1))

    return move


def public_bytes(world: dict[str, tuple[ContactPerson, Page]], tmp_path: Path) -> dict[str, str]:
    """Everything that a visitor can reach from the front page and the well-known addresses."""
    client, told = Client(), {}
    waiting = ["/", "/en/", "/sitemap.xml", "/api/v1/practices?limit=100", "/api/v1/openapi.json"]
    waiting += [reverse(f"feeds:{name}") for name in ("practices", "films", "news")]
    waiting += [prefix + page.url for _person, page in world.values() for prefix in ("", "/en")]
    waiting += [f"{page.url}kalendarz.ics" for page in MeetingPage.objects.all()]
    waiting += [f"{page.url}kalendarz.ics" for page in NetworkPage.objects.all()]
    for person, _page in world.values():
        word = person.name.split()[0]
        waiting += [f"{path}?q={word}" for path in SEARCHES]
    while waiting:
        address = HOST.sub("", waiting.pop(0).replace("&amp;", "&"))
        if address in told or not address.startswith("/") or address.startswith("/static/"):
            continue
        if address.endswith(".pdf"):
            continue  # Packed; see below.
        response = client.get(address)
        assert response.status_code < 500, address
        body = b"".join(response.streaming_content) if response.streaming else response.content
        # Who searches for a name gets it back in the field.
        asked = parse_qs(urlsplit(address).query).get("q", [""])[0]
        text = f"{sorted(response.items())}\n{body.decode('utf-8', 'replace')}"
        told[address] = text.replace(asked, "…") if asked else text
        waiting += [link for pair in LINK.findall(told[address]) for link in pair if link]
        assert len(told) < MOST_ADDRESSES
    return told | _packed(world, tmp_path)


def _packed(world: dict[str, tuple[ContactPerson, Page]], tmp_path: Path) -> dict[str, str]:
    """What a crawl cannot read: the text of PDFs, the list inside of a ZIP, an export."""
    request = RequestFactory().get("/", headers={"host": "testserver"})
    packed = {}
    for _person, page in world.values():
        if not (name := name_of(page)):
            continue
        public, template = _named(name)
        sheet = sheet_of(public, name=name, template=template, request=request)
        packed[f"{name}.pdf"] = sheet.html
        response = Client().get(f"/pliki/{name}.zip")
        with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
            texts = [archive.read(entry).decode("utf-8", "replace") for entry in archive.namelist()]
        packed[f"{name}.zip"] = "\n".join(texts)
    exported = tmp_path / "wszystko.jsonl"
    call_command("export_practices", output=str(exported), stderr=io.StringIO())
    return packed | {"export_practices": exported.read_text(encoding="utf-8")}


def test_every_place_that_can_hold_a_contact_person_is_looked_at() -> None:
    models = {
        model.__name__
        for model in apps.get_models()
        for field in model._meta.fields
        if field.is_relation and field.related_model is ContactPerson
    }

    assert models - NOT_PUBLIC == set(HOLDERS)


@pytest.mark.once
def test_when_the_day_has_passed_nothing_of_the_person_is_left(world, tomorrow, tmp_path) -> None:
    before = public_bytes(world, tmp_path)
    for holder, (person, page) in world.items():
        # Otherwise the test would look past the place where it is shown.
        assert person.email in before[page.url], holder
    assert world["PracticePage"][0].email in before["export_practices"]

    tomorrow()

    after = public_bytes(world, tmp_path)
    assert set(after) == set(before)
    left = [
        (address, mark)
        for person, _page in world.values()
        for mark in marks_of(person)
        for address, text in after.items()
        if mark in text
    ]
    assert left == []


def test_a_search_for_the_name_finds_nothing_afterwards(world, tomorrow, client) -> None:
    tomorrow()

    for person, _page in world.values():
        for asked in (person.name, person.email):
            answer = client.get("/api/v1/practices", {"q": asked})
            assert answer.status_code == 200
            assert answer.json()["items"] == [], asked
            suggested = client.get(SUGGESTIONS, {"q": asked}).json()["suggestions"]
            assert [row for row in suggested if asked in row.values()] == []


def test_the_units_office_takes_the_persons_place(world, tomorrow, client) -> None:
    tomorrow()

    for holder in ("PracticePage", "PlanPage"):
        person, page = world[holder]
        assert person.unit.office_email in client.get(page.url).content.decode()
