"""Lists, report, dashboard and completeness of pages, at Wagtail's hooks."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from practices_pages.accessibility_review import accessibility_panel
from practices_pages.completeness_panel import lacks
from practices_pages.contact_report import ContactReport
from practices_pages.page_lists import PageLists
from practices_pages.waiting_panel import waiting_panel


@hooks.register("register_admin_viewset")
def list_pages_by_type() -> PageLists:
    return PageLists()


@hooks.register("register_admin_urls")
def editor_urls() -> list[URLPattern]:
    return [
        path("lacks/<int:pk>/", lacks, name="practices_pages_lacks"),
        path("reports/contacts/", ContactReport.as_view(), name="practices_pages_contact_report"),
        path(
            "reports/contacts/results/",
            ContactReport.as_view(results_only=True),
            name="practices_pages_contact_report_results",
        ),
    ]


class ContactReportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("practices_pages.change_contactperson"))


@hooks.register("register_reports_menu_item")
def contact_report_menu_item() -> MenuItem:
    return ContactReportMenuItem(
        _("Contacts to re-confirm"),
        reverse_lazy("practices_pages_contact_report"),
        name="contacts-to-reconfirm",
        icon_name="user",
        order=850,
    )


@hooks.register("construct_homepage_panels")
def say_what_waits(request: HttpRequest, panels: list[Any]) -> None:
    for panel in (accessibility_panel(request.user), waiting_panel(request.user)):
        if panel is not None:
            panels.append(panel)
