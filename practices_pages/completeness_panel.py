"""What a page still lacks, beside the text while one writes: a side panel of the editor."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin.ui.components import MediaContainer
from wagtail.admin.ui.side_panels import BaseSidePanel
from wagtail.models import Page

from practices_pages.gate import Problem
from practices_pages.models.public_page import GatedPage

LIST = "practices_pages/admin/completeness_list.html"


class CompletenessPanel(BaseSidePanel):
    class SidePanelToggle(BaseSidePanel.SidePanelToggle):
        aria_label = _("Toggle completeness")
        icon_name = "tasks"
        counter_classname = "w-bg-critical-200"

        def get_context_data(self, parent_context: Any) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["count"] = len(self.panel.problems)
            return context

    name = "completeness"
    title = _("Completeness")
    template_name = "practices_pages/admin/completeness_panel.html"
    order = 150

    def __init__(self, page: Any, request: HttpRequest) -> None:
        super().__init__(page, request)
        self.problems = page.publication_problems()

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(parent_context),
            **shown(self.object, self.problems),
            # Without the key of the page: it has none before its first save.
            "address": reverse("practices_pages_lacks", args=[0]),
        }


class WithCompleteness:
    """For the views that create and edit a page."""

    page: Any
    request: HttpRequest

    def get_side_panels(self) -> MediaContainer:
        panels = super().get_side_panels()  # type: ignore[misc]
        is_whole = not getattr(self, "expects_json_response", False)
        if is_whole and isinstance(self.page, GatedPage):
            panels.append(CompletenessPanel(self.page, self.request))
        return MediaContainer(panels)


@require_safe
def lacks(request: HttpRequest, pk: int) -> HttpResponse:
    """The list for the latest saved version, asked for after every save of the editor."""
    page = get_object_or_404(Page, pk=pk).specific
    if not isinstance(page, GatedPage) or not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    latest = page.get_latest_revision_as_object()
    response = TemplateResponse(request, LIST, shown(latest, latest.publication_problems()))
    response.headers["Cache-Control"] = "no-store, private"
    return response


def shown(page: Any, problems: list[Problem]) -> dict[str, Any]:
    """The sections one by one, with a tick or without; then everything else that is missing, and
    what is only to be looked at again."""
    missing = {problem.field for problem in problems}
    sections = [
        {"section": section, "is_written": section.key not in missing}
        for section in getattr(page, "sections", [])
    ]
    keys = {row["section"].key for row in sections}
    return {
        "sections": sections,
        "written": sum(row["is_written"] for row in sections),
        "others": [problem for problem in problems if problem.field not in keys],
        "problems": problems,
        "warnings": page.publication_warnings(),
    }
