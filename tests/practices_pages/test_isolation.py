"""Whoever may only add pages works on the drafts of their units, and on no others."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Comment, GroupPagePermission, Page, PageSubscription, WorkflowState

from newsletter.models import Letter
from practices_pages import isolation
from practices_pages.models import ContactPerson, LocalGovernmentUnit, PracticePage, UnitMembership
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages.editing import edit_form
from tests.practices_pages.isolation_world import fresh, make_contact, make_document, make_image

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> SimpleNamespace:
    index, unit = make_site_tree(), make_unit("Gmina Swoja")
    anna, celina = make_user("author", username="anna"), make_user("author", username="celina")
    return SimpleNamespace(
        index=index,
        unit=unit,
        other=make_unit("Gmina Obca"),
        anna=anna,
        celina=celina,
        page=make_practice(index, owner=anna, unit=unit, title="Szkic Anny"),
    )


def join(user, unit, role="author", **days):
    return UnitMembership.objects.create(user=user, unit=unit, role=role, **days)


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def edit(page) -> str:
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def explorer(world, user) -> str:
    address = reverse("wagtailadmin_explore", args=[world.index.pk])
    return signed_in(user).get(address).content.decode()


def test_a_colleague_of_the_unit_edits_and_submits_the_draft(world):
    join(world.celina, world.unit)
    client = signed_in(world.celina)
    assert "Szkic Anny" in explorer(world, world.celina)
    client.post(edit(world.page), edit_form(world.page, lead="Lead Celiny."))
    assert fresh(world.page).get_latest_revision_as_object().lead == "Lead Celiny."
    client.post(edit(world.page), edit_form(world.page, **{"action-submit": "1"}))
    assert WorkflowState.objects.active().get().requested_by == world.celina


@pytest.mark.parametrize(("role", "may_delete"), [("author", False), ("coordinator", True)])
def test_only_a_coordinator_deletes_a_colleagues_draft_and_nobody_publishes(
    role, may_delete, world
):
    join(world.celina, world.unit, role)
    may = world.page.permissions_for_user(world.celina)
    assert (may.can_edit(), may.can_delete(), may.can_move()) == (True, may_delete, may_delete)
    assert not may.can_publish()
    delete = reverse("wagtailadmin_pages:delete", args=[world.page.pk])
    signed_in(world.celina).post(delete)
    assert PracticePage.objects.filter(pk=world.page.pk).exists() is not may_delete


def test_a_live_practice_is_deleted_by_no_coordinator(world):
    page = make_practice(world.index, owner=world.anna, unit=world.unit, live=True)
    join(world.celina, world.unit, "coordinator")
    assert page.permissions_for_user(world.celina).can_edit()
    assert not page.permissions_for_user(world.celina).can_delete()


def test_a_practice_of_two_units_is_seen_by_members_of_either(world):
    join(world.celina, world.other)
    assert "Szkic Anny" not in explorer(world, world.celina)
    draft = fresh(world.page).get_latest_revision_as_object()
    draft.practice_units.add(type(draft.practice_units.first())(unit=world.other))
    draft.save_revision()
    assert "Szkic Anny" in explorer(world, world.celina)
    assert "Szkic Anny" in explorer(world, world.anna)


def test_who_leaves_a_unit_loses_sight_at_once_even_of_what_they_own(world):
    client = signed_in(world.anna)
    client.post(edit(world.page), edit_form(world.page, **{"action-submit": "1"}))
    assert client.get(edit(world.page)).status_code == 200
    assert "Szkic Anny" in client.get(reverse("wagtailadmin_home")).content.decode()
    UnitMembership.objects.filter(user=world.anna).update(
        since=timezone.localdate() - timedelta(days=9), until=timezone.localdate()
    )
    assert client.get(edit(world.page)).status_code == 404
    assert "Szkic Anny" not in client.get(reverse("wagtailadmin_home")).content.decode()
    assert "Szkic Anny" not in explorer(world, world.anna)


def test_an_own_draft_without_a_unit_is_seen_by_its_owner_alone(world):
    make_practice(world.index, owner=world.anna, unit=None, title="Bez jednostki")
    join(world.celina, world.unit)
    assert "Bez jednostki" in explorer(world, world.anna)
    assert "Bez jednostki" not in explorer(world, world.celina)


@pytest.mark.parametrize("role", ["editor", "moderator", "administrator"])
def test_editors_see_every_draft_as_before(role, world):
    assert "Szkic Anny" in explorer(world, make_user(role))
    assert not isolation.is_isolated(make_user(role))


def test_more_rights_in_one_place_open_no_drafts_in_another(world):
    editor = world.celina
    group = editor.groups.get()
    other = Page.objects.get(pk=world.index.get_parent().pk)
    elsewhere = other.add_child(instance=Page(title="Gdzie indziej", slug="indziej", live=False))
    change = GroupPagePermission.objects.get(group=group).permission.__class__.objects.get(
        content_type__app_label="wagtailcore", codename="change_page"
    )
    GroupPagePermission.objects.create(group=group, page=elsewhere, permission=change)
    seen = isolation.visible_to(type(editor).objects.get(pk=editor.pk))
    assert elsewhere in seen
    assert not seen.filter(pk=world.page.pk).exists()


def test_an_author_writes_in_the_name_of_own_units_only(world):
    client = signed_in(world.anna)
    data = edit_form(world.page) | {"practice_units-0-unit": str(world.other.pk)}
    assert client.post(edit(world.page), data).status_code == 404
    # What an editor has put there may stay.
    draft = fresh(world.page).get_latest_revision_as_object()
    draft.practice_units.add(type(draft.practice_units.first())(unit=world.other))
    draft.save_revision(user=make_user("editor"))
    assert client.post(edit(world.page), edit_form(world.page, lead="Nowy.")).status_code == 302
    chooser = LocalGovernmentUnit.snippet_viewset.chooser_viewset.get_url_name("choose_results")
    found = client.get(reverse(chooser)).content.decode()
    assert "Gmina Swoja" in found
    assert "Gmina Obca" not in found


def test_nobody_sends_a_draft_out_of_their_own_sight(world):
    join(world.celina, world.unit)
    data = edit_form(world.page) | {"practice_units-0-DELETE": "1"}
    answer = signed_in(world.celina).post(edit(world.page), data)
    assert "Proszę zostawić" in answer.content.decode()
    assert fresh(world.page).get_latest_revision_as_object().practice_units.count() == 1


def link(kind: str, key: int) -> str:
    """Rich text as the editor posts it, with one link."""
    block = {
        "key": "abcde", "text": "tutaj", "type": "unstyled", "depth": 0,
        "inlineStyleRanges": [], "entityRanges": [{"offset": 0, "length": 5, "key": 0}],
    }  # fmt: skip
    entity = {"type": kind, "mutability": "MUTABLE", "data": {"id": key}}
    return json.dumps({"blocks": [block], "entityMap": {"0": entity}})


def test_what_another_unit_keeps_cannot_be_attached_or_linked(world):
    stranger = make_user("author", username="obca")
    join(stranger, world.other)
    draft = make_practice(world.index, owner=stranger, unit=world.other, title="Kanarek")
    image = make_image("Kanarek", "kanarek", stranger)
    document = make_document("Kanarek", "kanarek", stranger)
    contact = make_contact("Osoba Kanarek", world.other)
    form = edit_form(world.page)
    client = signed_in(world.anna)
    for changes in (
        {"main_image": image.pk},
        {"contact": contact.pk},
        {"documents-TOTAL_FORMS": "1", "documents-0-document": document.pk},
        {"problem": link("LINK", draft.pk)},
        {"problem": link("DOCUMENT", document.pk)},
    ):
        for name in ("edit", "preview_on_edit"):
            address = reverse(f"wagtailadmin_pages:{name}", args=[world.page.pk])
            answer = client.post(address, form | changes)
            assert answer.status_code == 404, changes
            assert "anarek" not in answer.content.decode()
    copy = reverse("wagtailadmin_pages:copy", args=[world.page.pk])
    assert client.post(copy, {"new_parent_page": draft.pk}).status_code == 404


@pytest.mark.parametrize("entities", ["7", '["x"]', '{"0": {"type": [], "data": 1}}', "[" * 99_999])
def test_a_text_that_only_looks_like_the_editors_is_no_failure(world, entities):
    form = edit_form(world.page) | {"lead": f'{{"entityMap": {entities}}}'}
    assert signed_in(world.anna).post(edit(world.page), form).status_code in {200, 302}


def test_a_text_with_links_is_saved_again_and_what_it_links_already_may_stay(world):
    stranger = make_user("author", username="obca")
    public = make_practice(world.index, owner=stranger, unit=world.other, live=True, title="Jawna")
    document = make_document("Regulamin", "regulamin", stranger)
    text = f'<p><a linktype="document" id="{document.pk}">a</a> '
    text += f'<a linktype="page" id="{public.pk}">b</a></p>'
    world.page.problem = text
    world.page.save_revision()
    client = signed_in(world.anna)
    form = edit_form(world.page) | {"problem": link("DOCUMENT", document.pk)}
    assert client.post(edit(world.page), form | {"lead": "Nowy lead."}).status_code == 302
    saved = fresh(world.page).get_latest_revision_as_object()
    assert saved.lead == "Nowy lead."
    assert f'id="{document.pk}"' in saved.problem


def test_own_files_and_those_of_colleagues_and_of_public_pages_are_found(world):
    join(world.celina, world.unit)
    stranger = make_user("author", username="obca")
    own = make_image("Zdjęcie Anny", "anny", world.anna)
    shared = make_image("Zdjęcie Celiny", "celiny", world.celina)
    foreign = make_image("Zdjęcie obce", "obce", stranger)
    public = make_image("Zdjęcie publiczne", "publiczne", stranger)
    told = {"image_alt": "Sala", "image_credit": "Urząd"}
    make_practice(world.index, unit=world.other, live=True, main_image=public, **told)
    seen = set(isolation.visible_files(world.anna, type(own).objects.all()))
    assert seen == {own, shared, public}
    address = reverse("wagtailimages:edit", args=[foreign.pk])
    assert signed_in(world.anna).get(address).status_code == 404
    assert signed_in(make_user("editor")).get(address).status_code == 200


def test_authors_add_contact_persons_of_own_units_and_find_no_others(world):
    make_contact("Osoba Obca", world.other)
    client = signed_in(world.anna)
    address = reverse(ContactPerson.snippet_viewset.get_url_name("add"))
    data = {"name": "Osoba Nowa", "published_until": "2030-01-01"}
    assert client.post(address, data | {"unit": world.other.pk}).status_code == 404
    client.post(address, data | {"unit": world.unit.pk})
    assert ContactPerson.objects.get(name="Osoba Nowa").added_by == world.anna
    found = client.get(reverse(ContactPerson.snippet_viewset.get_url_name("list")))
    assert "Osoba Nowa" in found.content.decode()
    assert "Osoba Obca" not in found.content.decode()


def test_notices_of_comments_and_rejections_reach_only_who_still_sees(world, settings):
    settings.EMAIL_BACKEND = "cms.mail.LetterBackend"
    join(world.celina, world.unit)
    page = fresh(world.page)
    for user in (world.anna, world.celina):
        PageSubscription.objects.create(page=page, user=user, comment_notifications=True)
    page.get_workflow().start(page, world.anna)
    UnitMembership.objects.filter(user=world.anna).delete()
    editor = make_user("editor")
    Letter.objects.all().delete()
    fresh(page).current_workflow_task_state.specific.reject(user=editor, comment="Poufne")
    assert not Letter.objects.exists()
    comments = edit_form(fresh(page)) | {
        "comments-TOTAL_FORMS": "1",
        "comments-0-text": "Tylko dla jednostki",
        "comments-0-contentpath": "lead",
        "comments-0-position": "",
        "comments-0-id": "",
        "comments-0-DELETE": "",
        "comments-0-replies-TOTAL_FORMS": "0",
        "comments-0-replies-INITIAL_FORMS": "0",
    }
    signed_in(editor).post(edit(page), comments)
    assert Comment.objects.filter(text="Tylko dla jednostki").exists()
    assert {letter.to for letter in Letter.objects.all()} == {world.celina.email}
