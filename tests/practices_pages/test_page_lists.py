"""Editors find pages by state, unit, area, what is missing and whose consent ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from practices_pages.latest_facts import follow_forgotten
from practices_pages.models import ContactPerson, PracticePage, ThematicArea
from practices_pages.models.editing import FactKind, LatestFact
from tests.factories import make_practice, make_site_tree, make_unit, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> Any:
    return make_site_tree()


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(make_user("editor"))
    return client


def titles(client: Client, **chosen: Any) -> set[str]:
    answer = client.get(reverse("practicepage-list:index"), chosen)
    assert answer.status_code == 200
    return {page.title for page in answer.context["object_list"]}


def draft(index: Any, title: str, **fields: Any) -> PracticePage:
    page = make_practice(index, title=title, **fields)
    page.save_revision()
    return page


def make_contact(name: str, *, days: int) -> ContactPerson:
    until = timezone.localdate() + timedelta(days=days)
    return ContactPerson.objects.create(name=name, published_until=until)


def test_a_draft_is_found_by_what_its_latest_version_lacks(index: Any, editor: Client) -> None:
    page = draft(index, "Bez efektów")
    draft(index, "Nadal bez efektów", effects="")
    page.effects = ""
    page.save_revision()
    assert titles(editor, lack="effects") == {"Bez efektów", "Nadal bez efektów"}
    page.effects = "<p>Są.</p>"
    page.save_revision()
    assert titles(editor, lack="effects") == {"Nadal bez efektów"}


def test_pages_are_found_by_state(index: Any, editor: Client) -> None:
    draft(index, "Szkic")
    waiting = draft(index, "Czeka")
    waiting.get_workflow().start(waiting, make_user("author"))
    returned = draft(index, "Odesłana")
    returned.get_workflow().start(returned, make_user("author"))
    returned.current_workflow_task_state.specific.reject(user=make_user("editor"))
    live = draft(index, "Na żywo")
    live.save_revision().publish()
    changed = draft(index, "Zmieniana")
    changed.save_revision().publish()
    changed.lead = "Nowy lead, jeszcze niczyj."
    changed.save_revision()
    scheduled = draft(index, "Zaplanowana")
    scheduled.go_live_at = timezone.now() + timedelta(days=1)
    scheduled.save_revision().publish()
    assert titles(editor, state="draft") == {"Szkic"}
    assert titles(editor, state="waiting") == {"Czeka"}
    assert titles(editor, state="returned") == {"Odesłana"}
    assert titles(editor, state="live") == {"Na żywo", "Zmieniana"}
    assert titles(editor, state="changed") == {"Zmieniana"}
    assert titles(editor, state="scheduled") == {"Zaplanowana"}
    assert len(titles(editor)) == 6


def test_pages_are_found_by_unit_and_area(index: Any, editor: Client) -> None:
    rzeka = make_unit("Gmina Rzeka")
    page = draft(index, "Nad rzeką", unit=rzeka)
    page.areas = [ThematicArea.objects.get(slug="dowozenie")]
    page.save_revision()
    draft(index, "Gdzie indziej", areas=["cyfryzacja"])
    assert titles(editor, unit="rzeka") == {"Nad rzeką"}
    assert titles(editor, unit=rzeka.code) == {"Nad rzeką"}
    assert titles(editor, area="dowozenie") == {"Nad rzeką"}
    assert titles(editor, unit="'; DROP TABLE") == set()


def test_pages_are_found_by_the_consent_of_their_contact(index: Any, editor: Client) -> None:
    for title, days in (("Po terminie", -1), ("Wkrótce", 10), ("Spokojna", 300)):
        draft(index, title, contact=make_contact(title, days=days))
    draft(index, "Bez osoby", contact=None)
    assert titles(editor, consent="ended") == {"Po terminie"}
    assert titles(editor, consent="soon") == {"Wkrótce"}
    assert titles(editor, consent="none") == {"Bez osoby"}


def test_an_author_lists_no_draft_of_another_unit(index: Any, client: Client) -> None:
    author = make_user("author")
    draft(index, "Moja", owner=author)
    draft(index, "Obca", owner=make_user("author"), unit=make_unit("Gmina Obca"))
    client.force_login(author)
    assert titles(client) <= {"Moja"}


def test_a_list_takes_as_many_queries_for_twelve_pages_as_for_two(
    index: Any, client: Client, django_assert_max_num_queries: Any
) -> None:
    # Whoever may not publish is asked about the descendants of each page by Wagtail itself.
    client.force_login(make_user("moderator"))
    for number in range(2):
        draft(index, f"Szkic {number}")
    titles(client)
    with CaptureQueriesContext(connection) as few:
        titles(client)
    for number in range(10):
        draft(index, f"Dalszy szkic {number}")
    with django_assert_max_num_queries(len(few)):
        assert len(titles(client)) == 12


def test_pages_that_nobody_has_looked_at_are_looked_at_by_and_by(index: Any) -> None:
    page = draft(index, "Sprzed aktualizacji", problem="")
    LatestFact.objects.all().delete()
    while follow_forgotten(limit=2):
        pass
    assert LatestFact.objects.filter(page=page, kind=FactKind.LACK, value="problem").exists()
    assert follow_forgotten(limit=2) == 0


def test_the_editor_learns_what_is_missing_after_each_save(index: Any, editor: Client) -> None:
    page = draft(index, "Niepełna", cost="", licence="")
    answer = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert 'data-completeness="/panel/lacks/0/"' in answer.content.decode()
    listed = editor.get(reverse("practices_pages_lacks", args=[page.pk])).content.decode()
    assert "Części: 7 z 8" in listed
    assert 'href="#id_licence"' in listed
    page.cost, page.licence = "<p>Nic.</p>", "cc-by-4.0"
    page.save_revision()
    listed = editor.get(reverse("practices_pages_lacks", args=[page.pk])).content.decode()
    assert 'data-completeness-count="0"' in listed


def test_what_a_page_lacks_is_told_to_its_editors_alone(index: Any, client: Client) -> None:
    page = draft(index, "Obca", unit=make_unit("Gmina Obca"), owner=make_user("author"))
    client.force_login(make_user("author"))
    answer = client.get(reverse("practices_pages_lacks", args=[page.pk]))
    assert answer.status_code == 302
    assert answer.url == reverse("wagtailadmin_home")


def test_the_report_names_whom_to_ask_again(index: Any, editor: Client) -> None:
    late = make_contact("=1+1 Dawna", days=-3)
    make_contact("Rychła", days=5)
    make_contact("Odległa", days=400)
    draft(index, "Jej praktyka", contact=late)
    address = reverse("practices_pages_contact_report")
    answer = editor.get(address)
    rows = [(person.name, person.pages) for person in answer.context["object_list"]]
    assert rows == [("=1+1 Dawna", 1), ("Rychła", 0)]
    table = b"".join(editor.get(address, {"export": "csv"}).streaming_content).decode()
    assert "'=1+1 Dawna" in table
    assert "Odległa" not in table


def test_the_report_is_not_for_authors(client: Client) -> None:
    client.force_login(make_user("author"))
    assert client.get(reverse("practices_pages_contact_report")).status_code == 302


def waiting(client: Client) -> dict[str, int]:
    panels = client.get(reverse("wagtailadmin_home")).context["panels"]
    (panel,) = [panel for panel in panels if panel.name == "waiting"]
    return {row.what: row.number for row in panel.waiting}


def test_the_dashboard_tells_each_group_what_waits_for_it(index: Any, client: Client) -> None:
    author = make_user("author")
    draft(index, "Szkic", owner=author, unit=None)
    page = draft(index, "Czeka")
    page.get_workflow().start(page, author)
    make_contact("Dawna", days=-1)
    client.force_login(author)
    assert waiting(client) == {"dobre praktyki: szkice Państwa jednostek, jeszcze nieprzesłane": 1}
    client.force_login(make_user("editor"))
    assert waiting(client) == {
        "dobre praktyki: czekają na zadanie „Redakcja”": 1,
        "osoba kontaktowa, którą trzeba ponownie zapytać o zgodę": 1,
    }
    client.force_login(make_user("moderator"))
    assert "dobre praktyki: czekają na zadanie „Redakcja”" not in waiting(client)
