"""Imports in Wagtail's panel: their addresses, the entry of the menu, the right to do it."""

from typing import Any

from django.contrib.auth.models import Permission
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern, path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from practices_pages.import_admin import (
    PERMISSION,
    ActView,
    ImportsView,
    RunView,
    TemplateView,
    UndoView,
)


@hooks.register("register_admin_urls")
def import_urls() -> list[URLPattern]:
    return [
        path("practice-imports/", ImportsView.as_view(), name="practices_pages_imports"),
        re_path(
            r"^practice-imports/template\.(?P<format>csv|xlsx)$",
            TemplateView.as_view(),
            name="practices_pages_import_template",
        ),
        path("practice-imports/<int:pk>/", RunView.as_view(), name="practices_pages_import"),
        path(
            "practice-imports/<int:pk>/undo/",
            UndoView.as_view(),
            name="practices_pages_import_undo",
        ),
        re_path(
            r"^practice-imports/(?P<pk>[0-9]{1,9})/(?P<act>start|discard|continue)/$",
            ActView.as_view(),
            name="practices_pages_import_act",
        ),
    ]


class ImportMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)


@hooks.register("register_admin_menu_item")
def import_menu_item() -> MenuItem:
    return ImportMenuItem(
        _("Import of practices"),
        reverse_lazy("practices_pages_imports"),
        name="practice-imports",
        icon_name="download",
        order=260,
    )


@hooks.register("register_permissions")
def import_permission() -> QuerySet[Any]:
    return Permission.objects.filter(
        content_type__app_label="practices_pages", codename="import_practices"
    )
