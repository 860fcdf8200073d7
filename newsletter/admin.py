"""The "Newsletter" group in Wagtail's admin menu, registered through wagtail-modeladmin.

Of modeladmin only the menu, the permissions and the naming of addresses are used. Its own views
stay unreachable: its inspect view opens with any permission on the model, its list filters by any
field that a query string names, and its forms write rows that only newsletter.consent and
newsletter.announcing may write.
"""

from typing import Any

from django.db.models import Model
from django.urls import path, register_converter, reverse
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.admin_url_finder import register_admin_url_finder
from wagtail_modeladmin.helpers import PermissionHelper
from wagtail_modeladmin.options import ModelAdmin, ModelAdminGroup

from newsletter.admin_views import (
    announcement_acts,
    announcements,
    clauses,
    consents,
    deliveries,
    letters,
    subscriptions,
    suppressions,
)
from newsletter.admin_views.base import Text
from newsletter.models import (
    Announcement,
    Clause,
    ConsentEvent,
    Delivery,
    Letter,
    Subscription,
    Suppression,
)


class ViewsOnly(PermissionHelper):
    """What the menu asks. Every view asks for its own permissions besides."""

    def user_can_list(self, user: Any) -> bool:
        return bool(user.has_perm(f"newsletter.view_{self.opts.model_name}"))

    def user_can_inspect_obj(self, user: Any, obj: Model) -> bool:
        return self.user_can_list(user)

    def user_can_create(self, user: Any) -> bool:
        return False

    def user_can_edit_obj(self, user: Any, obj: Model) -> bool:
        return False

    def user_can_delete_obj(self, user: Any, obj: Model) -> bool:
        return False


class ExportKind:
    regex = "csv|xlsx"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(ExportKind, "newsletter_export_kind")


class Screen(ModelAdmin):
    """A list, a page for each row, and the acts on it: nothing else has an address."""

    permission_helper_class = ViewsOnly
    menu_label: Text = ""
    key = "int"
    list_view: type[View]
    detail_view: type[View] | None = None
    export_view: type[View] | None = None
    # Route below the list -> (name, view).
    routes: dict[str, tuple[str, type[View]]] = {}

    def url(self, action: str, *args: Any) -> str:
        return reverse(self.url_helper.get_action_url_name(action), args=args)

    @property
    def export_permissions(self) -> tuple[str, ...]:
        return getattr(self.export_view, "permissions", ())

    def get_admin_urls_for_registration(self) -> tuple[Any, ...]:
        views: list[tuple[str, str, type[View], dict[str, Any]]] = [
            ("", "index", self.list_view, {}),
            ("results/", "results", self.list_view, {"results_only": True}),
        ]
        if self.export_view:
            route = "export/<newsletter_export_kind:kind>/"
            views.append((route, "export", self.export_view, {}))
        if self.detail_view:
            views.append((f"<{self.key}:pk>/", "inspect", self.detail_view, {}))
        views += [(route, name, view, {}) for route, (name, view) in self.routes.items()]
        base = self.url_helper.base_url_path
        return tuple(
            path(
                f"{base}/{route}",
                view.as_view(screen=self, **options),
                name=self.url_helper.get_action_url_name(name),
            )
            for route, name, view, options in views
        )

    def register_admin_url_finders(self) -> None:
        if self.detail_view:
            finder = type("ScreenURLFinder", (RowFinder,), {"screen": self})
            register_admin_url_finder(self.model, finder)

    def register_indexing(self) -> None:
        """No row here points at a page, so Wagtail's reference index has nothing to keep."""


class RowFinder:
    """Where Wagtail's log links to."""

    screen: Screen

    def __init__(self, user: Any) -> None:
        self.user = user

    def get_edit_url(self, instance: Model) -> str | None:
        if self.user is None or self.screen.permission_helper.user_can_list(self.user):
            return self.screen.url("inspect", instance.pk)
        return None


class AnnouncementScreen(Screen):
    model = Announcement
    menu_label = _("Announcements")
    menu_icon = "mail"
    list_view = announcements.AnnouncementList
    detail_view = announcements.AnnouncementDetail
    routes = {
        **{f"<int:pk>/{name}/": (name, view) for name, view in announcement_acts.CONTROLS.items()},
        "<int:pk>/preview/": ("preview", announcement_acts.Preview),
        "<int:pk>/preview/<slug:locale>/": ("preview_frame", announcement_acts.PreviewFrame),
        "<int:pk>/unknown/<uuid:delivery>/again/": ("send_again", announcement_acts.SendAgain),
        "<int:pk>/unknown/<uuid:delivery>/delivered/": (
            "consider_delivered",
            announcement_acts.ConsiderDelivered,
        ),
    }


class SubscriptionScreen(Screen):
    model = Subscription
    menu_label = _("Subscriptions")
    menu_icon = "group"
    list_view = subscriptions.SubscriptionList
    detail_view = subscriptions.SubscriptionDetail
    export_view = subscriptions.SubscriptionExport
    routes = {
        "<int:pk>/withdraw/": ("withdraw", subscriptions.Withdraw),
        "<int:pk>/erase/": ("erase", subscriptions.Erase),
    }


class ConsentEventScreen(Screen):
    model = ConsentEvent
    menu_label = _("Consent events")
    menu_icon = "history"
    list_view = consents.EventList
    detail_view = consents.EventDetail
    export_view = consents.EventExport
    routes = {"verify/": ("verify", consents.VerifyChain)}


class ClauseScreen(Screen):
    model = Clause
    menu_label = _("Consent clauses")
    menu_icon = "doc-full"
    list_view = clauses.ClauseList
    detail_view = clauses.ClauseDetail
    routes = {
        "new/": ("new", clauses.NewVersion),
        "<int:pk>/approve/": ("approve", clauses.Approve),
    }


class DeliveryScreen(Screen):
    model = Delivery
    menu_label = _("Deliveries")
    menu_icon = "list-ul"
    key = "uuid"
    list_view = deliveries.DeliveryList
    detail_view = deliveries.DeliveryDetail
    export_view = deliveries.DeliveryExport


class LetterScreen(Screen):
    model = Letter
    menu_label = _("Letters")
    menu_icon = "draft"
    key = "uuid"
    list_view = letters.LetterList
    detail_view = letters.LetterDetail


class SuppressionScreen(Screen):
    model = Suppression
    menu_label = _("Suppressions")
    menu_icon = "no-view"
    list_view = suppressions.SuppressionList
    routes = {"add/": ("add", suppressions.BlockAddress)}


class NewsletterGroup(ModelAdminGroup):
    menu_label = _("Newsletter")
    menu_item_name = "newsletter"
    menu_icon = "mail"
    menu_order = 250
    items = (
        AnnouncementScreen,
        DeliveryScreen,
        SubscriptionScreen,
        ConsentEventScreen,
        ClauseScreen,
        SuppressionScreen,
        LetterScreen,
    )
