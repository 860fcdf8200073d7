"""Task types of the editorial workflow and its installation."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.log_actions import log
from wagtail.models import (
    AbstractGroupApprovalTask,
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    PageLogEntry,
    Task,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from practices_pages.gate import OVERRIDE, Problem, PublicationRefused, last_editor_id, problems

AUTHORS = "Autorzy"
EDITORS = "Redaktorzy"
MODERATORS = "Moderatorzy"
STAFF = (EDITORS, MODERATORS)
WORKFLOW_NAME = "Publikacja praktyki"
EDITING = "Redakcja"
MODERATION = "Moderacja"
INSTALLED = "practices.workflow_installed"

PAGE_PERMISSIONS = {
    AUTHORS: ("add",),
    EDITORS: ("add", "change"),
    MODERATORS: ("add", "change", "publish", "lock", "unlock"),
}
COLLECTION_PERMISSIONS = {
    AUTHORS: ("add", "choose"),
    EDITORS: ("add", "change", "choose"),
    MODERATORS: ("add", "change", "choose"),
}
VOCABULARY = ("thematicarea", "keycompetence", "schooltype")
UNITS = ("localgovernmentunit", "unitkindperiod")
MEMBERSHIPS = ("unitmembership",)
SYNONYMS = ("synonymgroup",)
SNIPPET_PERMISSIONS = {
    AUTHORS: {
        "view": ("contactperson", "localgovernmentunit", *VOCABULARY),
        "add": ("contactperson",),
    },
    EDITORS: {
        "view": ("contactperson", "localgovernmentunit", *SYNONYMS, *VOCABULARY),
        "add": ("contactperson", *SYNONYMS),
        "change": ("contactperson", *SYNONYMS),
        "delete": SYNONYMS,
    },
    MODERATORS: {
        "view": ("contactperson", "localgovernmentunit", *MEMBERSHIPS, *SYNONYMS, *VOCABULARY),
        "add": ("contactperson", *MEMBERSHIPS, *SYNONYMS, *UNITS, *VOCABULARY),
        "change": ("contactperson", *MEMBERSHIPS, *SYNONYMS, *UNITS, *VOCABULARY),
        "delete": ("contactperson", *MEMBERSHIPS, *SYNONYMS, *VOCABULARY),
        "import": ("practices",),
    },
}


class ReviewTask(AbstractGroupApprovalTask):
    """Approval by another person than whoever changed the text last, of a complete text."""

    class Meta:
        verbose_name = _("review by another person")
        verbose_name_plural = _("reviews by another person")

    @classmethod
    def get_description(cls) -> Any:
        return _("Members of the chosen groups approve what another person wrote.")

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, Any, bool]]:
        actions: list[tuple[str, Any, bool]] = super().get_actions(obj, user)
        if not actions or not _changed_last(obj, user):
            return actions
        # An administrator may override with a comment; for others approving is not offered.
        return [
            (name, label, asks)
            for name, label, asks in actions
            if name != "approve" or (user.is_superuser and asks)
        ]

    @transaction.atomic
    def on_action(self, task_state: Any, user: Any, action_name: str, **kwargs: Any) -> Any:
        if action_name == "approve":
            self._check_approval(task_state, user, str(kwargs.get("comment", "")).strip())
        return super().on_action(task_state, user, action_name, **kwargs)

    def _check_approval(self, task_state: Any, user: Any, comment: str) -> None:
        page = task_state.workflow_state.content_object.get_latest_revision_as_object()
        if getattr(page, "passes_gate", False) and (found := problems(page)):
            raise PublicationRefused(found, page)
        if not _changed_last(page, user):
            return
        if not (user.is_superuser and comment):
            message = gettext("You changed this version last, so another person has to approve it.")
            raise PublicationRefused([Problem("", message)], page)
        revision = page.get_latest_revision()
        data = {"note": comment, "task": self.name}
        log(instance=page, action=OVERRIDE, user=user, revision=revision, data=data)
        if "publication_note" in revision.content:
            # The gate asks again when the last approval publishes: the comment is the reason.
            revision.content["publication_note"] = comment[:500]
            revision.save(update_fields=["content"])


def waits_for_somebody_else(page: Page, user: Any) -> bool:
    """Whether `user` could approve the waiting `page`, had somebody else changed it last."""
    task = page.specific.current_workflow_task
    if not isinstance(task, ReviewTask) or not task.user_can_access_editor(page, user):
        return False
    return _changed_last(page, user)


def _changed_last(obj: Any, user: Any) -> bool:
    revision = obj.get_latest_revision()
    return revision is not None and last_editor_id(revision) == user.pk


def was_installed(model: type[Page]) -> bool:
    """Whether a list of this type was ever set up, even if somebody has deleted it since."""
    entries = PageLogEntry.objects.filter(action=INSTALLED)
    return bool(entries.filter(content_type=ContentType.objects.get_for_model(model)).exists())


@transaction.atomic
def install_editorial_workflow(
    index_page: Page, *, open_to: Iterable[str] = tuple(PAGE_PERMISSIONS)
) -> Workflow:
    """Groups, tasks and the workflow for the pages below `index_page`, with rights for
    the groups in `open_to`.

    A second call is safe: what exists keeps what an operator made of it, and a list that was set
    up once is not set up again.
    """
    groups = install_groups()
    workflow = _workflow(groups)
    if PageLogEntry.objects.filter(page=index_page.pk, action=INSTALLED).exists():
        return workflow
    for name in open_to:
        for permission in PAGE_PERMISSIONS[name]:
            GroupPagePermission.objects.get_or_create(
                group=groups[name], page_id=index_page.pk, permission=_page_permission(permission)
            )
    WorkflowPage.objects.get_or_create(page_id=index_page.pk, defaults={"workflow": workflow})
    log(instance=index_page, action=INSTALLED)
    return workflow


def install_groups() -> dict[str, Group]:
    """Authors, editors and moderators, each with what it needs outside of the page tree."""
    groups = {}
    for name in PAGE_PERMISSIONS:
        group, created = Group.objects.get_or_create(name=name)
        if created:
            _grant(group)
        groups[name] = group
    return groups


def _grant(group: Group) -> None:
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    for action, models in SNIPPET_PERMISSIONS[group.name].items():
        group.permissions.add(
            *Permission.objects.filter(
                content_type__app_label="practices_pages",
                codename__in=[f"{action}_{model}" for model in models],
            )
        )
    root = Collection.get_first_root_node()
    for permission in Permission.objects.filter(
        Q(codename__endswith="_image", content_type__app_label="wagtailimages")
        | Q(codename__endswith="_document", content_type__app_label="wagtaildocs")
    ):
        if permission.codename.split("_")[0] in COLLECTION_PERMISSIONS[group.name]:
            GroupCollectionPermission.objects.create(
                group=group, collection=root, permission=permission
            )


def _workflow(groups: dict[str, Group]) -> Workflow:
    workflow, created = Workflow.objects.get_or_create(name=WORKFLOW_NAME)
    if created:
        for order, (name, group) in enumerate(((EDITING, EDITORS), (MODERATION, MODERATORS))):
            task = _task(name, groups[group])
            WorkflowTask.objects.create(workflow=workflow, task=task, sort_order=order)
    return workflow


def _task(name: str, group: Group) -> Task:
    task, created = ReviewTask.objects.get_or_create(name=name)
    if created:
        task.groups.add(group)
    return task


def _page_permission(action: str) -> Any:
    return Permission.objects.get(content_type__app_label="wagtailcore", codename=f"{action}_page")
