"""The gate stands on every path that makes a page public."""

import json
from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from wagtail.actions import action_registry
from wagtail.models import APIToken, Page, PageLogEntry
from wagtail.test.utils.form_data import inline_formset

from practices_pages.gate import ARCHIVAL, MINOR_CORRECTION, OVERRIDE, PublicationRefused
from practices_pages.models import PracticePage
from practices_pages.publishing import publish_due
from tests.factories import (
    complete_practice_fields,
    make_practice,
    make_site_tree,
    make_unit,
    make_user,
)
from tests.practices_pages.editing import edit_form, edit_form_of_new

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    return make_site_tree()


@pytest.fixture
def author():
    return make_user("author")


@pytest.fixture
def moderator():
    return make_user("moderator")


def fresh(page):
    return PracticePage.objects.get(pk=page.pk)


def told(response):
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def edit(client, page, **changes):
    return client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]), edit_form(page, **changes)
    )


PUBLISH = {"action-publish": "1"}


def test_the_editor_shows_what_is_missing_next_to_the_fields(client, index, author, moderator):
    page = make_practice(index, edited_by=author, solution="", lead="")
    client.force_login(moderator)
    response = edit(client, page, **PUBLISH)
    assert response.status_code == 200
    form = response.context["form"]
    assert form.errors["lead"]
    assert form.errors["solution"]
    assert "problem" not in form.errors
    assert not fresh(page).live


def test_the_editor_names_a_missing_unit_at_its_rows(client, index, author, moderator):
    page = make_practice(index, edited_by=author, unit=None)
    client.force_login(moderator)
    response = edit(client, page, **PUBLISH)
    assert response.status_code == 200
    assert response.context["form"].formsets["practice_units"].non_form_errors()
    assert not fresh(page).live


def test_a_moderator_publishes_what_another_person_wrote(client, index, author, moderator):
    page = make_practice(index, owner=author)
    client.force_login(author)
    edit(client, page)
    client.force_login(moderator)
    response = edit(client, fresh(page), **PUBLISH)
    assert response.status_code == 302
    assert fresh(page).live, told(response)


def test_a_moderator_does_not_publish_a_text_changed_in_the_same_step(
    client, index, author, moderator
):
    page = make_practice(index, edited_by=author)
    client.force_login(moderator)
    response = edit(client, page, lead="Zmieniony w ostatniej chwili.", **PUBLISH)
    assert response.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert page.title in told(response)
    page = fresh(page)
    assert not page.live
    # What was typed is kept as a draft.
    assert page.get_latest_revision_as_object().lead == "Zmieniony w ostatniej chwili."


def test_a_minor_correction_of_a_live_page_needs_a_note_and_is_logged(client, index, moderator):
    page = make_practice(index, live=True)
    client.force_login(moderator)
    refused = edit(client, page, lead="Bez literówki.", **PUBLISH)
    assert "“" in told(refused) or "„" in told(refused)
    assert fresh(page).lead != "Bez literówki."
    edit(client, page, lead="Bez literówki.", publication_note="Literówka w leadzie", **PUBLISH)
    page = fresh(page)
    assert page.lead == "Bez literówki."
    assert page.publication_note == ""
    assert page.get_latest_revision_as_object().publication_note == ""
    entry = PageLogEntry.objects.get(action=MINOR_CORRECTION, page=page.pk)
    assert (entry.user, entry.data["note"]) == (moderator, "Literówka w leadzie")
    # The note was for one publication only.
    again = edit(client, page, lead="Jeszcze raz.", **PUBLISH)
    assert again.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert fresh(page).lead == "Bez literówki."


def test_an_administrator_overrides_with_a_reason_in_the_log(client, index):
    admin = make_user("administrator")
    page = make_practice(index, edited_by=admin)
    client.force_login(admin)
    edit(client, page, lead="Nowy lead.", **PUBLISH)
    assert not fresh(page).live
    edit(client, page, lead="Nowy lead.", publication_note="Dyżur", **PUBLISH)
    assert fresh(page).live
    entry = PageLogEntry.objects.get(action=OVERRIDE, page=page.pk)
    assert entry.data["note"] == "Dyżur"
    assert "Dyżur" in entry.formatter.format_message(entry)


def test_a_page_is_not_created_and_published_by_one_person(client, index, moderator):
    unit = make_unit()
    page = PracticePage(title="Nowa", slug="nowa", **complete_practice_fields())
    data = edit_form_of_new(page, unit)
    client.force_login(moderator)
    url = reverse("wagtailadmin_pages:add", args=["practices_pages", "practicepage", index.pk])
    response = client.post(url, data | PUBLISH)
    created = PracticePage.objects.get(slug="nowa")
    assert response.url == reverse("wagtailadmin_pages:edit", args=[created.pk])
    assert not created.live


def test_an_administrator_creates_and_publishes_with_a_note(client, index):
    admin = make_user("administrator")
    page = PracticePage(title="Nowa", slug="nowa", **complete_practice_fields())
    data = edit_form_of_new(page, make_unit(), publication_note="Pilne")
    client.force_login(admin)
    url = reverse("wagtailadmin_pages:add", args=["practices_pages", "practicepage", index.pk])
    client.post(url, data | PUBLISH)
    assert PracticePage.objects.get(slug="nowa").live
    assert PageLogEntry.objects.filter(action=OVERRIDE).count() == 1


# Drafts


@pytest.mark.parametrize("role", ["author", "moderator"])
def test_an_incomplete_draft_is_saved_whatever_is_missing(client, index, role):
    user = make_user(role)
    page = make_practice(index, complete=False, owner=user)
    client.force_login(user)
    response = edit(client, page, lead="", licence="")
    assert response.status_code == 302
    assert page.revisions.count() == 2


def test_autosave_keeps_an_incomplete_draft_with_half_filled_rows(client, index, author):
    page = make_practice(index, complete=False, owner=author)
    client.force_login(author)
    rows = {
        "cost_items": inline_formset([{"amount": "", "currency": "PLN", "frequency": "one_off",
                                       "per": "whole", "year": "", "funding_source": "gmina"}]),
        "documents": inline_formset([{"document": "", "description": "Wzór", "licence": ""}]),
        "practice_units": inline_formset([{"unit": "", "kind_at_time": ""}]),
        "steps": inline_formset([{"who": "Referat", "when": "", "what": ""}]),
    }  # fmt: skip
    response = client.post(
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        edit_form(page, **rows),
        headers={"Accept": "application/json"},
    )
    assert response.json()["success"] is True, response.content
    draft = fresh(page).get_latest_revision_as_object()
    assert draft.steps.get().who == "Referat"
    assert draft.cost_items.get().amount is None


def test_the_edit_form_opens_with_an_empty_note_and_a_new_page_announces(client, index, moderator):
    page = make_practice(index, publication_note="stara notatka", edited_by=moderator)
    client.force_login(moderator)
    shown = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    assert shown["publication_note"].value() == ""
    assert not shown["announce"].value()
    url = reverse("wagtailadmin_pages:add", args=["practices_pages", "practicepage", index.pk])
    assert client.get(url).context["form"]["announce"].value() is True


# Bulk


def bulk_publish(client, pages, **data):
    query = "&".join(f"id={page.pk}" for page in pages)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    return client.post(f"{url}?{query}", data)


def test_bulk_publish_tells_about_the_refused_and_publishes_the_others(
    client, index, author, moderator
):
    own = make_practice(index, title="Własna", edited_by=moderator)
    bad = make_practice(index, title="Niepełna", complete=False, edited_by=author)
    good = make_practice(index, title="Dobra", edited_by=author)
    client.force_login(moderator)
    response = bulk_publish(client, [own, bad, good])
    assert response.status_code == 302
    assert [fresh(page).live for page in (own, bad, good)] == [False, False, True]
    assert "Niepełna" in told(response)
    assert "Własna" in told(response)


def test_bulk_publish_of_a_list_with_its_children_goes_page_by_page(
    client, index, author, moderator
):
    bad = make_practice(index, complete=False, edited_by=author)
    good = make_practice(index, edited_by=author)
    client.force_login(moderator)
    response = bulk_publish(client, [index], include_descendants="on")
    assert response.status_code == 302
    assert [fresh(page).live for page in (bad, good)] == [False, True]


# Workflow


def approve(client, page, **extra):
    state = page.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    return client.post(url, extra.pop("data", {"comment": ""}), **extra)


def in_workflow(page, user):
    page.get_workflow().start(page, user)
    return fresh(page)


def test_the_workflow_refuses_an_incomplete_draft_with_a_message(client, index, author):
    page = in_workflow(make_practice(index, complete=False, edited_by=author), author)
    client.force_login(make_user("editor"))
    response = approve(client, page)
    assert response.url == reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert page.title in told(response)
    assert fresh(page).current_workflow_task_state.task.name == "Redakcja"


def test_the_modal_closes_and_the_editor_shows_why_approval_was_refused(client, index, author):
    page = in_workflow(make_practice(index, complete=False, edited_by=author), author)
    client.force_login(make_user("editor"))
    response = approve(
        client,
        page,
        data={"comment": "Świetne"},
        headers={"X-Requested-With": "XMLHttpRequest"},
    )
    assert response.status_code == 200
    edit_url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert response.json() == {"step": "success", "redirect": edit_url}
    assert page.title in client.get(edit_url).content.decode()


def test_a_hostile_title_stays_text_in_the_refusal(client, index, author):
    title = "<script>alert(1)</script>"
    page = in_workflow(make_practice(index, complete=False, edited_by=author, title=title), author)
    client.force_login(make_user("editor"))
    shown = client.get(approve(client, page).url).content.decode()
    assert "„&lt;script&gt;alert(1)&lt;/script&gt;”" in shown
    assert title not in shown


def test_a_practice_goes_public_after_both_approvals(client, index, author, moderator):
    page = in_workflow(make_practice(index, edited_by=author), author)
    client.force_login(make_user("editor"))
    approve(client, page)
    assert not fresh(page).live
    client.force_login(moderator)
    approve(client, fresh(page))
    assert fresh(page).live


def test_an_approval_that_became_incomplete_meanwhile_is_refused_in_the_last_step(
    client, index, author, moderator
):
    page = in_workflow(make_practice(index, edited_by=author), author)
    client.force_login(make_user("editor"))
    approve(client, page)
    draft = fresh(page).get_latest_revision_as_object()
    draft.effects = ""
    draft.save_revision(user=author)
    client.force_login(moderator)
    response = approve(client, fresh(page))
    assert response.status_code == 302
    assert not fresh(page).live


# Schedule


def test_an_incomplete_page_cannot_be_scheduled(client, index, author, moderator):
    page = make_practice(
        index, edited_by=author, cost="", go_live_at=timezone.now() + timedelta(days=1)
    )
    with pytest.raises(PublicationRefused):
        page.get_latest_revision().publish(user=moderator)
    assert not page.revisions.exclude(approved_go_live_at=None).exists()


def test_the_schedule_publishes_the_good_and_names_the_bad(index, author, moderator):
    pages = [make_practice(index, edited_by=author, title=title) for title in ("Zła", "Dobra")]
    for page in pages:
        page.get_latest_revision()
        page.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=1))
    bad = pages[0].get_latest_revision()
    bad.content["problem"] = ""
    bad.save(update_fields=["content"])
    report = publish_due()
    assert report.published == [pages[1].latest_revision_id]
    assert [refusal.title for refusal in report.refused] == ["Zła"]
    assert [fresh(page).live for page in pages] == [False, True]


# Programs


@pytest.fixture
def v3(settings, client):
    settings.ROOT_URLCONF = "tests.practices_pages.v3_urls"

    def post(user, page):
        _token, key = APIToken.create_token(user=user, name="test")
        return client.post(
            f"/api/v3-preview/pages/{page.pk}/actions/publish/",
            headers={"Authorization": f"Bearer {key}"},
        )

    return post


def test_api_v3_answers_422_and_names_the_problems(v3, index, author, moderator):
    page = make_practice(index, edited_by=author, problem="")
    response = v3(moderator, page)
    assert response.status_code == 422
    assert response["Content-Type"] == "application/problem+json"
    assert "errors" in response.json()
    assert not fresh(page).live


def test_api_v3_obeys_four_eyes(v3, index, author, moderator):
    own = make_practice(index, edited_by=moderator)
    foreign = make_practice(index, edited_by=author)
    assert v3(moderator, own).status_code == 422
    assert v3(moderator, foreign).status_code == 200
    assert [fresh(page).live for page in (own, foreign)] == [False, True]


def test_api_v3_still_asks_for_the_permission_first(v3, index, author):
    assert v3(author, make_practice(index, complete=False, owner=author)).status_code == 403


def test_the_admins_own_api_obeys_the_gate(client, index, author, moderator):
    bad = make_practice(index, edited_by=author, lead="")
    good = make_practice(index, edited_by=author)
    client.force_login(moderator)
    answers = [
        client.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, "publish"]))
        for page in (bad, good)
    ]
    assert [answer.status_code for answer in answers] == [400, 200]
    assert "lead" in answers[0].json()
    assert [fresh(page).live for page in (bad, good)] == [False, True]


def test_the_registered_action_obeys_the_gate(index, author, moderator):
    page = make_practice(index, edited_by=moderator)
    for model in (Page, PracticePage):
        action = action_registry.get_action_class(model, "publish")
        with pytest.raises(PublicationRefused):
            action(page.get_latest_revision(), user=moderator).execute()
    assert not fresh(page).live


def test_the_registered_action_asks_for_the_permission_before_the_gate(index, author):
    page = make_practice(index, complete=False, owner=author)
    action = action_registry.get_action_class(Page, "publish")
    with pytest.raises(PermissionDenied):
        action(page.get_latest_revision(), user=author).execute()


def test_code_without_a_user_is_held_to_the_content_only(index, moderator):
    own = make_practice(index, edited_by=moderator)
    own.get_latest_revision().publish()
    assert fresh(own).live
    bad = make_practice(index, complete=False)
    with pytest.raises(PublicationRefused) as refused:
        bad.get_latest_revision().publish()
    assert len(refused.value.problems) == 11
    assert not fresh(bad).live


def test_code_cannot_add_an_incomplete_page_live(index):
    with pytest.raises(PublicationRefused):
        index.add_child(instance=PracticePage(title="Od razu", slug="od-razu", live=True))
    assert not PracticePage.objects.filter(slug="od-razu").exists()


def test_an_archival_description_goes_out_with_its_reason_in_the_log(index, moderator):
    page = make_practice(
        index,
        complete=False,
        unit=make_unit(),
        edited_by=moderator,
        problem="<p>Opis z 2011 r.</p>",
        is_archival=True,
        archival_reason="Jedyny opis tej praktyki",
        source_url="https://baza.example/praktyka/1",
    )
    page.get_latest_revision().publish(user=moderator)
    assert fresh(page).live
    entry = PageLogEntry.objects.get(action=ARCHIVAL, page=page.pk)
    assert entry.data["note"] == "Jedyny opis tej praktyki"


def test_the_api_answer_of_the_middleware_is_problem_json(client, index, author, moderator):
    page = in_workflow(make_practice(index, complete=False, edited_by=author), author)
    client.force_login(make_user("editor"))
    response = approve(client, page, headers={"Accept": "application/json"})
    assert response.status_code == 422
    assert json.loads(response.content)["errors"]
