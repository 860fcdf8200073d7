"""What a person meets in the editor of a practice, beside the gate itself."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.urls import reverse
from wagtail.models import WorkflowState

from practices_pages.gate import last_editor_id, text_of
from practices_pages.models import ContactPerson, PracticePage
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages.editing import edit_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    return make_site_tree()


def told(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def edit_address(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def submit(client, page):
    return client.post(edit_address(page), edit_form(page, **{"action-submit": "1"}))


def test_the_title_of_a_new_practice_fills_in_its_address(client, index):
    client.force_login(make_user("author"))
    address = reverse("wagtailadmin_pages:add", args=["practices_pages", "practicepage", index.pk])
    title = BeautifulSoup(client.get(address).content, "html.parser").find(id="id_title")
    assert "w-sync" in title["data-controller"]
    assert title["data-w-sync-target-value"] == "#id_slug"


def test_whoever_opens_and_saves_a_text_unchanged_is_not_its_editor(index):
    author, editor = make_user("author"), make_user("editor")
    page = make_practice(index, edited_by=author, effects="", cost="<p>Dwa  złote</p>")
    page.effects = '<p data-block-key="a1b2c"></p>'
    page.cost = '<p data-block-key="d3e4f">Dwa złote</p>'
    assert last_editor_id(page.save_revision(user=editor)) == author.pk
    page.cost = "<p>Trzy złote</p>"
    assert last_editor_id(page.save_revision(user=editor)) == editor.pk


def test_the_order_in_which_areas_are_read_is_no_change():
    assert text_of({"areas": [3, 1]}) == text_of({"areas": [1, 3]})
    assert text_of({"areas": [3, 1]}) != text_of({"areas": [3]})


def test_an_author_who_submits_an_incomplete_text_learns_what_it_lacks(client, index):
    author = make_user("author")
    page = make_practice(index, owner=author, licence="")
    client.force_login(author)
    response = submit(client, page)
    assert WorkflowState.objects.active().for_instance(page).exists()
    assert "licencj" in told(response)


def test_an_author_who_submits_a_complete_text_is_told_of_no_lack(client, index):
    author = make_user("author")
    page = make_practice(index, owner=author)
    client.force_login(author)
    assert "Zanim" not in told(submit(client, page))


def test_a_reviewer_is_told_why_approving_is_not_offered(client, index):
    author, editor = make_user("author"), make_user("editor")
    page = make_practice(index, owner=author)
    client.force_login(author)
    submit(client, page)
    client.force_login(editor)
    assert "inna osoba" not in told(client.get(edit_address(page)))
    page = PracticePage.objects.get(pk=page.pk)
    client.post(edit_address(page), edit_form(page, lead="Nowy lead redaktora."))
    assert "inna osoba" in told(client.get(edit_address(page)))


def test_units_of_the_same_name_can_be_told_apart_where_they_are_chosen(client, index):
    make_unit("Zagórze", kind="rural", code="129801")
    make_unit("Zagórze", kind="urban", code="029801")
    client.force_login(make_user("editor"))
    chooser = "wagtailsnippetchoosers_practices_pages_localgovernmentunit:choose"
    found = BeautifulSoup(client.get(reverse(chooser)).json()["html"], "html.parser")
    rows = {row.get_text(" ", strip=True) for row in found.select("tbody tr")}
    assert any("małopolskie" in row and "gmina wiejska" in row for row in rows)
    assert any("dolnośląskie" in row and "gmina miejska" in row for row in rows)


def test_a_moderator_schedules_what_another_person_wrote(client, index):
    author, moderator = make_user("author"), make_user("moderator")
    page = make_practice(index, owner=author)
    client.force_login(moderator)
    form = edit_form(page, **{"action-publish": "1", "go_live_at": "2099-12-24 10:00"})
    response = client.post(edit_address(page), form)
    page = PracticePage.objects.get(pk=page.pk)
    assert page.approved_schedule, told(response)
    assert not page.live


def test_approving_does_not_lose_a_schedule_that_was_just_set(client, index):
    author = make_user("author")
    page = make_practice(index, owner=author)
    client.force_login(author)
    submit(client, page)
    client.force_login(make_user("administrator"))
    approving = {"action-workflow-action": "1", "workflow-action-name": "approve"}
    form = edit_form(page, **approving, go_live_at="2099-12-24 10:00")
    response = client.post(edit_address(page), form)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()


def test_an_editor_sees_that_the_consent_of_a_contact_person_has_ended():
    ended = ContactPerson(name="Ewa Próbna", published_until=date(2020, 1, 1))
    assert "zgoda wygasła" in str(ended)
    assert str(ContactPerson(name="Ewa Próbna", published_until=date(2099, 1, 1))) == "Ewa Próbna"
    assert ended.as_public_contact().name == "Ewa Próbna"


def test_the_list_of_units_has_polish_headings(client):
    make_unit("Zagórze")
    client.force_login(make_user("moderator"))
    address = reverse("wagtailsnippets_practices_pages_localgovernmentunit:list")
    page = BeautifulSoup(client.get(address).content, "html.parser")
    headings = " ".join(th.get_text(" ", strip=True) for th in page.select("table.listing th"))
    assert "Województwo" in headings
    assert "Voivodeship" not in headings
