"""isolation.py at Wagtail's hooks: policies, choosers, the dashboard, the explorer's filters."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.views.home import (
    LockedPagesPanel,
    RecentEditsPanel,
    UserObjectsInWorkflowModerationPanel,
)
from wagtail.admin.views.pages.bulk_actions.delete import DeleteBulkAction
from wagtail.admin.views.pages.bulk_actions.move import MoveBulkAction
from wagtail.admin.views.pages.bulk_actions.unpublish import UnpublishBulkAction
from wagtail.admin.views.pages.create import CreateView
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.documents import get_document_model
from wagtail.documents.api.admin.views import DocumentsAdminAPIViewSet
from wagtail.images import get_image_model
from wagtail.images.api.admin.views import ImagesAdminAPIViewSet
from wagtail.models import Page
from wagtail.permissions import policy_registry, register_permission_policy

from practices_pages.completeness_panel import WithCompleteness
from practices_pages.isolation import is_isolated, visible_files, visible_to
from practices_pages.isolation_policies import (
    ContactIsolationPolicy,
    FileIsolationPolicy,
    PageIsolationPolicy,
)
from practices_pages.isolation_views import SeenPageFilterSet, TellWhoSees
from practices_pages.models import ContactPerson

register_permission_policy(Page, PageIsolationPolicy())
for file_model in (get_image_model(), get_document_model()):
    policy = FileIsolationPolicy(file_model, owner_field_name="uploaded_by_user")
    # Of the exact class: wagtail.images and wagtail.documents register theirs when they are ready,
    # and that may be later than this.
    register_permission_policy(file_model, policy, exact_class=True)
register_permission_policy(ContactPerson, ContactIsolationPolicy(ContactPerson))


@hooks.register("construct_page_chooser_queryset")
def choose_seen_pages(pages: Any, request: HttpRequest) -> Any:
    if not is_isolated(request.user):
        return pages
    return pages.filter(pk__in=visible_to(request.user).order_by().values("pk"))


class SeenImagesAPI(ImagesAdminAPIViewSet):
    def get_queryset(self) -> Any:
        return visible_files(self.request.user, super().get_queryset())


class SeenDocumentsAPI(DocumentsAdminAPIViewSet):
    def get_queryset(self) -> Any:
        return visible_files(self.request.user, super().get_queryset())


@hooks.register("construct_admin_api", order=100)
def list_seen_files(router: Any) -> None:
    router.register_endpoint("images", SeenImagesAPI)
    router.register_endpoint("documents", SeenDocumentsAPI)


@hooks.register("construct_reports_menu")
def no_reports(request: HttpRequest, items: list[Any]) -> None:
    if is_isolated(request.user):
        items.clear()


class SeenRecentEdits(RecentEditsPanel):
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        mine = _editable(context["request"].user, [page.pk for _at, page in context["last_edits"]])
        context["last_edits"] = [
            (at, page) for at, page in context["last_edits"] if page.pk in mine
        ]
        return context


class SeenInModeration(UserObjectsInWorkflowModerationPanel):
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        states = list(context["workflow_states"])
        mine = _editable(context["request"].user, [int(state.object_id) for state in states])
        context["workflow_states"] = [s for s in states if int(s.object_id) in mine]
        return context


class SeenLockedPages(LockedPagesPanel):
    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(parent_context)
        pages = list(context["locked_pages"])
        mine = _editable(context["request"].user, [page.pk for page in pages])
        context["locked_pages"] = [page for page in pages if page.pk in mine]
        return context


PANELS = {
    RecentEditsPanel: SeenRecentEdits,
    UserObjectsInWorkflowModerationPanel: SeenInModeration,
    LockedPagesPanel: SeenLockedPages,
}


def _editable(user: Any, keys: list[int]) -> set[int]:
    editable = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change")
    return set(editable.filter(pk__in=keys).values_list("pk", flat=True))


@hooks.register("construct_homepage_panels", order=100)
def show_seen_pages_on_the_dashboard(request: HttpRequest, panels: list[Any]) -> None:
    if is_isolated(request.user):
        panels[:] = [PANELS[type(p)]() if type(p) in PANELS else p for p in panels]


class OfSeenPages:
    """Bulk actions on “all” take what the person sees, and name nothing else."""

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        keys = super().get_all_objects_in_listing_query(parent_id)  # type: ignore[misc]
        user = self.request.user  # type: ignore[attr-defined]
        if not is_isolated(user):
            return keys
        seen = visible_to(user).filter(pk__in=list(keys))
        return list(seen.values_list("pk", flat=True))


@hooks.register("register_bulk_action", order=100)
class DeleteSeenPages(OfSeenPages, DeleteBulkAction):
    pass


@hooks.register("register_bulk_action", order=100)
class MoveSeenPages(OfSeenPages, MoveBulkAction):
    pass


@hooks.register("register_bulk_action", order=100)
class UnpublishSeenPages(OfSeenPages, UnpublishBulkAction):
    pass


class EditPage(WithCompleteness, TellWhoSees):
    pass


class AddPage(WithCompleteness, CreateView):
    pass


class SeenPageViewSet(PageViewSet):
    filterset_class = SeenPageFilterSet
    edit_view_class = EditPage
    add_view_class = AddPage


@hooks.register("register_admin_viewset", order=100)
def show_pages_by_our_rule() -> PageViewSet:
    # After Wagtail's own for every page: a viewset for one page type still goes before it.
    return SeenPageViewSet()
