"""Editors find pages by state, unit, area, what is missing and whose consent ends."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from modelsearch.index import insert_or_update_object
from wagtail.models import Revision, TaskState, Workflow, WorkflowState

from practices_pages.latest_facts import follow_forgotten
from practices_pages.models import ContactPerson, PracticePage, ProjectContact, ThematicArea
from practices_pages.models.editing import FactKind, LatestFact
from practices_pages.waiting_panel import waiting_panel
from practices_pages.workflows import ReviewTask
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages.project_world import make_project

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
    assert titles(client) == {"Moja"}


def test_an_author_learns_nothing_of_what_another_unit_changes(index: Any, client: Client) -> None:
    foreign = draft(index, "Obca", owner=make_user("author"), unit=make_unit("Gmina Obca"))
    foreign.save_revision().publish()
    foreign.effects = ""
    foreign.save_revision()
    client.force_login(make_user("author"))
    assert titles(client) == set()
    assert titles(client, state="changed") == set()
    assert titles(client, lack="effects") == set()


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


def test_a_version_that_cannot_be_read_holds_up_no_other_page(index: Any) -> None:
    broken, page = draft(index, "Uszkodzona"), draft(index, "Cała", problem="")
    Revision.objects.filter(pk=broken.latest_revision_id).update(content={})
    LatestFact.objects.all().delete()
    assert follow_forgotten(limit=20)
    assert LatestFact.objects.filter(page=page, kind=FactKind.LACK, value="problem").exists()
    assert follow_forgotten(limit=20) == 0


def test_a_page_whose_contact_is_gone_is_listed_without_one(index: Any, editor: Client) -> None:
    person = make_contact("Odchodzi", days=-1)
    draft(index, "Jej praktyka", contact=person)
    person.delete()
    follow_forgotten(limit=20)
    assert titles(editor, consent="none") == {"Jej praktyka"}


def test_a_lack_of_a_field_that_is_no_more_is_passed_over(index: Any, editor: Client) -> None:
    page = draft(index, "Dawna", effects="")
    LatestFact.objects.create(page=page, kind=FactKind.LACK, value="field_of_old")
    assert titles(editor, lack="effects") == {"Dawna"}
    assert titles(editor, lack="anything") == {"Dawna"}


@pytest.mark.parametrize("chosen", [{}, {"q": "Szukana"}, {"q": "Szukana", "lack": "anything"}])
def test_a_list_names_units_and_counts_what_is_missing(
    index: Any, editor: Client, chosen: dict[str, str]
) -> None:
    page = draft(index, "Szukana", unit=make_unit("Gmina Rzeka"), effects="", problem="")
    insert_or_update_object(page)
    answer = editor.get(reverse("practicepage-list:index"), chosen).content.decode()
    assert "Gmina Rzeka" in answer
    assert "2 rzeczy" in answer


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


def test_whoever_is_in_a_team_is_counted_and_found_by_consent(index: Any, client: Client) -> None:
    client.force_login(make_user("administrator"))
    person = make_contact("Z zespołu", days=-3)
    project = make_project(title="Projekt z zespołem")
    project.team.add(ProjectContact(contact=person))
    project.save_revision()
    rows = client.get(reverse("practices_pages_contact_report")).context["object_list"]
    assert [(row.name, row.pages) for row in rows] == [("Z zespołu", 1)]
    answer = client.get(reverse("projectpage-list:index"), {"consent": "ended"})
    assert [page.title for page in answer.context["object_list"]] == ["Projekt z zespołem"]


def test_the_report_is_not_for_authors(client: Client) -> None:
    client.force_login(make_user("author"))
    assert client.get(reverse("practices_pages_contact_report")).status_code == 302


def waiting(client: Client) -> dict[str, int]:
    """What the dashboard says, each line having led to as many pages as it counts."""
    panels = client.get(reverse("wagtailadmin_home")).context["panels"]
    (panel,) = [panel for panel in panels if panel.name == "waiting"]
    for row in panel.waiting:
        assert client.get(row.url).context["paginator"].count == row.number, row
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


def test_what_waits_and_is_no_page_is_not_counted_among_pages(index: Any) -> None:
    people = ContentType.objects.get_for_model(ContactPerson)
    of_a_person = {"content_type": people, "base_content_type": people, "object_id": "osoba-1"}
    TaskState.objects.create(
        workflow_state=WorkflowState.objects.create(
            workflow=Workflow.objects.latest("pk"), **of_a_person
        ),
        revision=Revision.objects.create(content={}, **of_a_person),
        task=ReviewTask.objects.earliest("pk"),
    )
    panel = waiting_panel(make_user("editor"))
    assert panel is not None
    assert panel.waiting == []


def test_the_dashboard_counts_what_its_links_show(index: Any, client: Client) -> None:
    author = make_user("author")
    returned = draft(index, "Odesłana", owner=author)
    returned.get_workflow().start(returned, author)
    returned.current_workflow_task_state.specific.reject(user=make_user("editor"))
    for title, lead in (("Cała", "Lead."), ("Zmieniana", "Lead."), ("Bez leadu", "")):
        page = draft(index, title)
        page.save_revision().publish()
        page.lead = lead
        page.save_revision()
    moderated = draft(index, "U moderatorów")
    moderated.get_workflow().start(moderated, author)
    moderated.current_workflow_task_state.specific.approve(user=make_user("editor"))
    scheduled = draft(index, "Zaplanowana")
    scheduled.go_live_at = timezone.now() + timedelta(days=1)
    scheduled.save_revision().publish()
    client.force_login(author)
    assert waiting(client) == {"dobre praktyki: odesłane do poprawy": 1}
    client.force_login(make_user("moderator"))
    assert waiting(client) == {
        "dobre praktyki: zaplanowane do publikacji": 1,
        "dobre praktyki: czekają na zadanie „Moderacja”": 1,
        "dobre praktyki: opublikowane, a ich najnowszej wersji czegoś brakuje": 1,
    }


def test_the_dashboard_asks_a_few_questions_whatever_there_is(
    index: Any, django_assert_max_num_queries: Any
) -> None:
    moderator = make_user("moderator")
    with django_assert_max_num_queries(16):
        waiting_panel(moderator)
