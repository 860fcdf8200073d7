"""Nobody approves a text they changed last; what was allowed by exception is in the log."""

import pytest
from django.contrib.auth.models import Group
from django.contrib.messages import get_messages
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from wagtail.actions import action_registry
from wagtail.models import (
    GroupPagePermission,
    Page,
    PageLogEntry,
    TaskState,
    Workflow,
    WorkflowPage,
    WorkflowState,
)

from practices_pages.gate import OVERRIDE, PublicationRefused
from practices_pages.models import HomePage, PracticeIndexPage, PracticePage, ReviewTask
from practices_pages.workflows import (
    AUTHORS,
    EDITORS,
    MODERATORS,
    WORKFLOW_NAME,
    install_editorial_workflow,
)
from tests.factories import make_practice, make_site_tree, make_unit, make_user
from tests.practices_pages.editing import edit_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    return make_site_tree()


def fresh(page):
    return PracticePage.objects.get(pk=page.pk)


def submit(page, user):
    page.get_workflow().start(page, user)
    return fresh(page)


def act(page, user, action="approve", **kwargs):
    page = fresh(page)
    task = page.current_workflow_task
    task.on_action(page.current_workflow_task_state, user, action, **kwargs)
    return fresh(page)


def offered(page, user):
    page = fresh(page)
    return [
        (name, asks) for name, _label, asks in page.current_workflow_task.get_actions(page, user)
    ]


def test_an_editor_is_not_offered_to_approve_what_the_editor_wrote(index):
    editor = make_user("editor")
    page = submit(make_practice(index, edited_by=editor), editor)
    assert offered(page, editor) == [("reject", True)]
    assert ("approve", False) in offered(page, make_user("editor"))


def test_approving_ones_own_text_is_refused_even_when_not_offered(index):
    editor = make_user("editor")
    page = submit(make_practice(index, edited_by=editor), editor)
    with pytest.raises(PublicationRefused):
        act(page, editor)
    assert fresh(page).current_workflow_task_state.status == TaskState.STATUS_IN_PROGRESS


def test_one_person_in_two_groups_approves_both_steps_of_a_foreign_text_only(index):
    both = make_user("editor")
    both.groups.add(Group.objects.get(name=MODERATORS))
    author = make_user("author")
    page = submit(make_practice(index, edited_by=author), author)
    page = act(act(page, both), both)
    assert page.live


def test_a_save_that_changes_nothing_does_not_hide_who_wrote_the_text(index):
    editor = make_user("editor")
    page = make_practice(index, edited_by=editor)
    page.get_latest_revision_as_object().save_revision(user=make_user("author"))
    page = submit(fresh(page), editor)
    with pytest.raises(PublicationRefused):
        act(page, editor)


def test_a_save_that_changes_nothing_does_not_make_somebody_an_author(index):
    moderator = make_user("moderator")
    page = make_practice(index, edited_by=make_user("author"))
    page.get_latest_revision_as_object().save_revision(user=moderator)
    fresh(page).get_latest_revision().publish(user=moderator)
    assert fresh(page).live


def test_a_version_of_nobody_is_not_a_second_person(index):
    moderator = make_user("moderator")
    page = make_practice(index)
    page.get_latest_revision_as_object().save_revision(user=moderator)
    with pytest.raises(PublicationRefused):
        fresh(page).get_latest_revision().publish(user=moderator)


def test_a_note_does_not_speak_for_whoever_saves_next(index):
    first, second = make_user("moderator"), make_user("moderator")
    page = make_practice(index, live=True)
    draft = fresh(page)
    draft.lead, draft.publication_note = "Pierwsza poprawka.", "Literówka"
    draft.save_revision(user=first)
    draft = fresh(page).get_latest_revision_as_object()
    draft.lead = "Zupełnie inny lead."
    with pytest.raises(PublicationRefused):
        draft.save_revision(user=second).publish(user=second)


def test_a_note_helps_nobody_who_may_not_publish(index):
    editor = make_user("editor")
    page = make_practice(index, live=True)
    draft = fresh(page)
    draft.lead, draft.publication_note = "Poprawka.", "Literówka"
    revision = draft.save_revision(user=editor)
    with pytest.raises(PublicationRefused):
        revision.publish(user=editor, skip_permission_checks=True)
    assert fresh(page).lead != "Poprawka."


def test_an_administrator_approves_the_own_text_only_with_a_comment(index):
    admin = make_user("administrator")
    page = submit(make_practice(index, edited_by=admin), admin)
    assert offered(page, admin) == [("reject", True), ("approve", True)]
    with pytest.raises(PublicationRefused):
        act(page, admin)
    page = act(page, admin, comment="Zastępstwo redaktora")
    with pytest.raises(PublicationRefused):
        act(page, admin)
    page = act(page, admin, comment="Zastępstwo moderatora")
    assert page.live
    notes = PageLogEntry.objects.filter(action=OVERRIDE, page=page.pk).values_list(
        "data", flat=True
    )
    assert {data["note"] for data in notes} == {"Zastępstwo redaktora", "Zastępstwo moderatora"}
    assert page.get_latest_revision().content["publication_note"] == ""


def approve_in_editor(client, page, **changes):
    data = edit_form(page, **changes) | {
        "action-workflow-action": "true",
        "workflow-action-name": "approve",
        "workflow-action-extra-data": '{"comment": "Dobre"}',
    }
    return client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), data)


def test_approving_from_the_editor_without_a_change_passes(client, index):
    author = make_user("author")
    page = submit(make_practice(index, edited_by=author), author)
    client.force_login(make_user("editor"))
    response = approve_in_editor(client, page)
    assert response.status_code == 302
    assert fresh(page).current_workflow_task_state.task.name == "Moderacja"


def test_the_editor_refuses_to_approve_with_a_change_in_the_same_step(client, index):
    author = make_user("author")
    page = submit(make_practice(index, edited_by=author), author)
    client.force_login(make_user("editor"))
    response = approve_in_editor(client, page, lead="Poprawiony przed zatwierdzeniem.")
    assert response.status_code == 200
    assert response.context["form"].non_field_errors()
    assert "Poprawiony przed zatwierdzeniem." in response.content.decode()
    assert fresh(page).current_workflow_task_state.task.name == "Redakcja"
    assert page.revisions.count() == 1


def test_the_editor_shows_what_is_missing_when_approving(client, index):
    author = make_user("author")
    page = submit(make_practice(index, edited_by=author, cost=""), author)
    client.force_login(make_user("editor"))
    response = approve_in_editor(client, page)
    assert response.status_code == 200
    assert response.context["form"].errors["cost"]


@pytest.mark.parametrize("approved_first", [False, True], ids=["first step", "second step"])
def test_the_comment_of_a_rejection_reaches_the_author_by_mail(index, approved_first):
    author, editor, moderator = make_user("author"), make_user("editor"), make_user("moderator")
    page = submit(make_practice(index, owner=author), author)
    if approved_first:
        page = act(page, editor)
    mail.outbox.clear()
    reviewer = moderator if approved_first else editor
    act(page, reviewer, "reject", comment="Proszę dopisać, skąd były pieniądze.")
    letters = [letter for letter in mail.outbox if letter.to == [author.email]]
    assert len(letters) == 1
    assert "Proszę dopisać, skąd były pieniądze." in letters[0].body
    assert page.title in letters[0].subject
    assert fresh(page).current_workflow_state.status == WorkflowState.STATUS_NEEDS_CHANGES


def test_a_reviewer_is_told_that_a_text_waits(index):
    editor, author = make_user("editor"), make_user("author")
    submit(make_practice(index, edited_by=author), author)
    assert [letter.to for letter in mail.outbox if editor.email in letter.to]


def test_the_workflow_has_editing_then_moderation(index):
    workflow = WorkflowPage.objects.get(page=index.pk).workflow
    assert workflow.name == WORKFLOW_NAME
    assert [
        (task.name, [g.name for g in task.specific.groups.all()]) for task in workflow.tasks
    ] == [
        ("Redakcja", [EDITORS]),
        ("Moderacja", [MODERATORS]),
    ]


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("author", {"add"}),
        ("editor", {"add", "edit"}),
        ("moderator", {"add", "edit", "publish", "lock", "unlock"}),
    ],
)
def test_each_group_may_do_its_own_part_and_no_more(index, role, may):
    page = make_practice(index)
    user = make_user(role)
    tester, below = page.permissions_for_user(user), index.permissions_for_user(user)
    able = {
        name
        for name, allowed in {
            "add": below.can_add_subpage(),
            "edit": tester.can_edit(),
            "publish": tester.can_publish(),
            "lock": tester.can_lock(),
            "unlock": tester.can_unlock(),
        }.items()
        if allowed
    }
    assert able == may
    assert user.has_perm("wagtailadmin.access_admin")
    assert user.has_perm("practices_pages.view_localgovernmentunit")
    assert user.has_perm("practices_pages.add_contactperson")
    assert user.has_perm("practices_pages.change_thematicarea") == (role == "moderator")


def test_installing_again_keeps_what_an_operator_changed(index):
    authors = Group.objects.get(name=AUTHORS)
    authors.permissions.clear()
    GroupPagePermission.objects.filter(group=authors).delete()
    ReviewTask.objects.get(name="Redakcja").groups.set([authors])
    WorkflowPage.objects.filter(page=index.pk).delete()
    install_editorial_workflow(index)
    assert not authors.permissions.exists()
    assert not GroupPagePermission.objects.filter(group=authors).exists()
    assert not WorkflowPage.objects.filter(page=index.pk).exists()
    assert list(ReviewTask.objects.get(name="Redakcja").groups.all()) == [authors]
    assert Workflow.objects.filter(name=WORKFLOW_NAME).count() == 1


def test_a_list_created_in_the_admin_gets_its_workflow(client, index):
    client.force_login(make_user("administrator"))
    home = HomePage.objects.get()
    url = reverse("wagtailadmin_pages:add", args=["practices_pages", "practiceindexpage", home.pk])
    data = {"title": "Drugi zbiór", "slug": "drugi", "introduction": "null"}
    data |= {
        f"comments-{name}": count
        for name, count in {
            "TOTAL_FORMS": 0,
            "INITIAL_FORMS": 0,
            "MIN_NUM_FORMS": 0,
            "MAX_NUM_FORMS": 0,
        }.items()
    }
    client.post(url, data | {"action-publish": "1"})
    second = PracticeIndexPage.objects.get(slug="drugi")
    assert second.live
    assert second.get_workflow().name == WORKFLOW_NAME


def test_a_locked_page_is_not_deleted(client, index):
    page = make_practice(index, locked=True, unit=make_unit())
    client.force_login(make_user("administrator"))
    response = client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert page.title in " ".join(map(str, get_messages(response.wsgi_request)))
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "delete"])
    client.post(f"{url}?id={index.pk}")
    delete = action_registry.get_action_class(Page, "delete")
    with pytest.raises(PermissionDenied):
        delete(Page.objects.get(pk=page.pk), user=make_user("administrator")).execute()
    assert PracticePage.objects.filter(pk=page.pk).exists()
