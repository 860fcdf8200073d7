"""Preview links in Wagtail's admin: their address, the button that leads there, their log."""

from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry
from wagtail.models import Page

from practices_pages.preview_admin import PreviewsView, RevokeView


@hooks.register("register_admin_urls")
def preview_urls() -> list[URLPattern]:
    return [
        path(
            "practices/<int:page_id>/previews/",
            PreviewsView.as_view(),
            name="practices_pages_previews",
        ),
        path(
            "practices/<int:page_id>/previews/<int:grant_id>/revoke/",
            RevokeView.as_view(),
            name="practices_pages_revoke_preview",
        ),
    ]


@hooks.register("register_page_header_buttons")
def preview_button(
    page: Page, user: Any, view_name: str, next_url: str | None = None
) -> Iterator[Button]:
    if not page.is_root() and page.permissions_for_user(user).can_edit():
        url = reverse("practices_pages_previews", args=[page.pk])
        yield Button(_("Preview links"), url, icon_name="view", priority=62)


@hooks.register("register_log_actions")
def preview_log_actions(actions: LogActionRegistry) -> None:
    actions.register_action(
        "practices_pages.preview_create",
        _("Make a preview link"),
        _("A preview link for a person without an account was made"),
    )
    actions.register_action(
        "practices_pages.preview_revoke",
        _("Withdraw a preview link"),
        _("A preview link was withdrawn"),
    )
