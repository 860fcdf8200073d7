"""What the composed site adds to Wagtail's panel."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogActionRegistry

from cms import second_factor_views
from cms.work_panel import work_panel


@hooks.register("insert_global_admin_js")
def start_what_inline_scripts_would_start() -> SafeString:
    return format_html('<script src="{}"></script>', static("cms/panel-starters.js"))


@hooks.register("construct_homepage_panels")
def say_that_work_stands_still(request: HttpRequest, panels: list[Any]) -> None:
    if panel := work_panel(request.user):
        panels.append(panel)


@hooks.register("register_admin_urls")
def second_factor_urls() -> list[URLPattern]:
    views = second_factor_views
    routes: list[tuple[str, type[View], str]] = [
        ("", views.DevicesView, ""),
        ("code/", views.CodeView, "_code"),
        ("again/", views.AgainView, "_again"),
        ("set-up/", views.SetUpView, "_set_up"),
        ("qr.svg", views.QRView, "_qr"),
        ("codes/", views.RecoveryCodesView, "_codes"),
        ("codes/file/", views.CodesFileView, "_codes_file"),
        ("<int:pk>/remove/", views.RemoveAppView, "_remove"),
        ("people/<int:pk>/", views.PersonView, "_person"),
    ]
    return [
        path(f"second-factor/{route}", view.as_view(), name=f"cms_second_factor{name}")
        for route, view, name in routes
    ]


@hooks.register("register_account_menu_item")
def second_factor_in_the_account(request: HttpRequest) -> dict[str, Any]:
    return {
        "url": reverse("cms_second_factor"),
        "label": gettext("Second factor"),
        "help_text": gettext("A code from your telephone besides the password."),
    }


@hooks.register("register_user_listing_buttons")
def second_factor_of_a_person(user: Any, request_user: Any) -> Iterator[Button]:
    if request_user.has_perm("auth.change_user") and user != request_user:
        url = reverse("cms_second_factor_person", args=[user.pk])
        yield Button(gettext("Second factor"), url, icon_name="lock", priority=40)


@hooks.register("register_log_actions")
def second_factor_log_actions(actions: LogActionRegistry) -> None:
    for action, label, message in (
        ("add", _("Add a second factor"), _("An authenticator app was added")),
        ("remove", _("Remove a second factor"), _("An authenticator app was removed")),
        ("codes", _("Make recovery codes"), _("New recovery codes were made")),
        (
            "reset",
            _("Remove the second factor of a person"),
            _("The second factor was removed and all sessions ended"),
        ),
    ):
        actions.register_action(f"cms.second_factor.{action}", label, message)
