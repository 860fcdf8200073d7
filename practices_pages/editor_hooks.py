"""The gate in Wagtail's admin: editor, bulk action and the admin's own API."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.actions import DeletePageAction
from wagtail.actions.delete_page import DeletePagePermissionError
from wagtail.admin.api.actions.publish import PublishPageAPIAction
from wagtail.admin.api.views import PagesAdminAPIViewSet
from wagtail.admin.views.pages.bulk_actions.publish import PublishBulkAction
from wagtail.models import Page

from practices_pages.gate import (
    GatedPublishAction,
    PublicationRefused,
    check_publication,
    edit_address,
    pass_gate,
    problems,
    tell_refusal,
)
from practices_pages.models import PracticeIndexPage
from practices_pages.models.public_page import GatedPage
from practices_pages.workflows import install_editorial_workflow, waits_for_somebody_else


@hooks.register("before_publish_page")
def refuse_in_editor(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The edit view publishes with Wagtail's own action, so the gate stands before it.

    Answering here keeps the draft that the view has just saved.
    """
    if not isinstance(page, GatedPage):
        return None
    revision = page.latest_revision
    try:
        # The create view publishes through Page.publish(), which passes the gate itself.
        is_new = request.resolver_match is not None and request.resolver_match.url_name == "add"
        gate = check_publication if is_new else pass_gate
        gate(page, revision=revision, user=request.user)
    except PublicationRefused as refused:
        tell_refusal(request, refused)
        return redirect(edit_address(page))
    return None


# After Wagtail's own, wherever this app stands in INSTALLED_APPS: the last one registered counts.
@hooks.register("register_bulk_action", order=100)
class GatedPublishBulkAction(PublishBulkAction):
    """Publishes page by page: one that is refused is named and does not stop the others."""

    def __init__(self, request: HttpRequest, model: Any) -> None:
        super().__init__(request, model)
        self.refused: list[PublicationRefused] = []

    def get_execution_context(self) -> dict[str, Any]:
        return {**super().get_execution_context(), "refused": self.refused}

    @classmethod
    def execute_action(
        cls,
        objects: list[Page],
        include_descendants: bool = False,
        user: Any = None,
        refused: list[PublicationRefused] | None = None,
        **kwargs: Any,
    ) -> tuple[int, int]:
        refused = [] if refused is None else refused
        children: list[Page] = []
        if include_descendants:
            for page in objects:
                children += page.get_descendants().not_live().specific()
        if user is not None:
            children = [p for p in children if p.permissions_for_user(user).can_publish()]
        return (
            sum(cls._publish(page, user, refused) for page in objects),
            sum(cls._publish(page, user, refused) for page in children),
        )

    @classmethod
    def _publish(cls, page: Page, user: Any, refused: list[PublicationRefused]) -> int:
        try:
            with transaction.atomic():
                super().execute_action([page], user=user)
        except PublicationRefused as refusal:
            refused.append(refusal)
            return 0
        return 1

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> Any:
        if not num_parent_objects and not num_child_objects:
            return None
        return super().get_success_message(num_parent_objects, num_child_objects)

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)
        for refusal in self.refused:
            tell_refusal(self.request, refusal)
        return response


class GatedPublishAPIAction(PublishPageAPIAction):
    def _action_from_data(self, instance: Any, data: Any) -> GatedPublishAction:
        user = self.request.user
        revision = instance.get_latest_revision() or instance.save_revision(user=user)
        return GatedPublishAction(revision, user=user)


class GatedPagesAdminAPIViewSet(PagesAdminAPIViewSet):
    actions = PagesAdminAPIViewSet.actions | {"publish": GatedPublishAPIAction}


@hooks.register("construct_admin_api")
def gate_admin_api(router: Any) -> None:
    router.register_endpoint("pages", GatedPagesAdminAPIViewSet)


class LockedPagesStay(DeletePageAction):
    """Wagtail deletes a locked page; we do not, whoever asks."""

    def check(self, skip_permission_checks: bool = False) -> None:
        super().check(skip_permission_checks)
        if locked_in(self.instance):
            raise DeletePagePermissionError(_("A locked page cannot be deleted. Unlock it first."))


@hooks.register("register_actions")
def register_gated_actions(registry: Any) -> None:
    # On Page and not on AbstractPage: Wagtail's own registration there would come first.
    registry.register(Page, GatedPublishAction)
    registry.register(Page, LockedPagesStay)


def locked_in(page: Page) -> list[str]:
    """Titles of the locked pages that would go with `page`."""
    locked = page.get_descendants(inclusive=True).filter(locked=True)
    return list(locked.values_list("title", flat=True)[:10])


@hooks.register("before_delete_page")
def keep_locked_page(request: HttpRequest, page: Page) -> HttpResponse | None:
    return _refuse_deletion(request, locked_in(page))


@hooks.register("before_bulk_action")
def keep_locked_pages(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    if action_type != "delete":
        return None
    pages = [page for page in objects if isinstance(page, Page)]
    return _refuse_deletion(request, [title for page in pages for title in locked_in(page)])


def _refuse_deletion(request: HttpRequest, locked: list[str]) -> HttpResponse | None:
    if not locked:
        return None
    messages.error(
        request,
        _("Locked pages cannot be deleted. Unlock first: %(titles)s.")
        % {"titles": ", ".join(locked)},
    )
    return redirect("wagtailadmin_explore_root")


@hooks.register("after_create_page")
def set_up_workflow(request: HttpRequest, page: Page) -> None:
    if isinstance(page, PracticeIndexPage):
        install_editorial_workflow(page)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_what_a_submitted_text_lacks(request: HttpRequest, page: Page) -> None:
    """An incomplete text may be submitted; its author learns now why nobody can approve it."""
    if "action-submit" not in request.POST or not isinstance(page, GatedPage):
        return
    if found := problems(page.get_latest_revision_as_object()):
        messages.warning(
            request,
            _("Before “%(title)s” can be approved: %(problems)s")
            % {"title": page.title, "problems": " ".join(problem.message for problem in found)},
        )


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def say_what_looks_wrong(request: HttpRequest, page: Page) -> None:
    if not isinstance(page, GatedPage):
        return
    for warning in page.get_latest_revision_as_object().publication_warnings():
        messages.warning(request, warning.message)


@hooks.register("before_edit_page")
def say_why_approving_is_not_offered(request: HttpRequest, page: Page) -> None:
    if request.method == "GET" and waits_for_somebody_else(page, request.user):
        messages.info(
            request, _("You changed this version last, so another person has to approve it.")
        )
