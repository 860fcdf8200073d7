"""What went on the wire, delivery by delivery. Read only: what may be done
about a delivery is done on its announcement's screen.
"""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, TitleColumn

from newsletter.admin_views.base import Action, DetailView, Text
from newsletter.admin_views.exports import ExportMixin
from newsletter.admin_views.lists import (
    ListView,
    TagColumn,
    inspect_url,
    reference_matches,
    short,
)
from newsletter.models import Delivery, DeliveryState, SkipReason

ARRIVED = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)


class DeliveryFilters(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=DeliveryState.choices, widget=forms.CheckboxSelectMultiple
    )
    skip_reason = django_filters.ChoiceFilter(label=_("Why not sent"), choices=SkipReason.choices)
    announcement = django_filters.CharFilter(
        label=_("Reference of the announcement"), max_length=36, method="of_announcement"
    )

    class Meta:
        model = Delivery
        fields: list[str] = []

    def of_announcement(self, rows: QuerySet[Any], name: str, typed: str) -> QuerySet[Any]:
        found = reference_matches("announcement__ref", typed)
        return rows.filter(found) if found else rows.none()


class DeliveryList(ListView):
    permissions = ("newsletter.view_delivery",)
    filterset_class = DeliveryFilters
    # As the index on (announcement, subscription, attempt) has them, so that a long list is quick.
    default_ordering = ("-announcement_id", "-subscription_id", "-attempt", "-pk")
    search_hint = _("Delivery or reference")
    about = _("One person's copy of an announcement each.")
    nothing_yet = _("Nothing yet. Deliveries appear when the first announcement opens.")
    exports = True

    @property
    def columns(self) -> list[BaseColumn]:
        return [
            TitleColumn(
                "id",
                label=_("Delivery"),
                accessor=lambda row: short(row.pk),
                get_url=lambda row: self.screen.url("inspect", row.pk),
            ),
            TagColumn("state", label=_("State"), strong=ARRIVED),
            Column("why", label=_("Why not sent"), accessor="get_skip_reason_display"),
            Column("announcement", label=_("Announcement"), accessor="announcement"),
            Column("reference", label=_("Reference"), accessor=short_reference_of),
            Column("tries", label=_("Tries")),
            DateColumn("settled_at", label=_("Settled")),
        ]

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = Delivery.objects.select_related("announcement", "subscription")
        return rows.only(
            "id",
            "state",
            "skip_reason",
            "tries",
            "attempt",
            "settled_at",
            "next_attempt_at",
            "answer",
            "esp_message_id",
            "announcement",
            "subscription",
            "announcement__ref",
            "subscription__ref",
        )

    def find(self, typed: str) -> Q | None:
        by_id, by_ref = (reference_matches(f, typed) for f in ("id", "subscription__ref"))
        return by_id | by_ref if by_id and by_ref else None


def short_reference_of(row: Any) -> str:
    return short(row.subscription.ref) if row.subscription else gettext("erased")


def reference_of(row: Any) -> str:
    return str(row.subscription.ref) if row.subscription else gettext("erased")


class DeliveryExport(ExportMixin, DeliveryList):
    permissions = ("newsletter.view_delivery",)
    filename = "deliveries"
    headings = (
        _("Delivery"),
        _("Announcement"),
        _("Reference"),
        _("Attempt"),
        _("State"),
        _("Why not sent"),
        _("Tries"),
        _("Next attempt"),
        _("Settled"),
        _("ESP message id"),
        _("Last answer"),
    )

    def cells(self, row: Any) -> list[Any]:
        return [
            row.pk,
            row.announcement.ref,
            row.subscription.ref if row.subscription else "",
            row.attempt,
            row.state,
            row.skip_reason,
            row.tries,
            row.next_attempt_at,
            row.settled_at,
            row.esp_message_id,
            row.answer,
        ]


class DeliveryDetail(DetailView):
    permissions = ("newsletter.view_delivery",)

    def rows(self) -> QuerySet[Any]:
        rows = Delivery.objects.select_related("announcement", "subscription")
        return rows if self.sees_addresses else rows.defer("subscription__address")

    def facts(self) -> list[tuple[Text, Any]]:
        row = self.object
        address = row.subscription.address if row.subscription and self.sees_addresses else ""
        return [
            (_("Delivery"), row.pk),
            (_("Announcement"), row.announcement.ref),
            (_("Reference"), reference_of(row)),
            (_("Address"), address if self.sees_addresses else gettext("hidden")),
            (_("State"), row.get_state_display()),
            (_("Why not sent"), row.get_skip_reason_display()),
            (_("Attempt"), row.attempt),
            (_("Tries"), row.tries),
            (_("Next attempt"), row.next_attempt_at),
            (_("Settled"), row.settled_at),
            (_("ESP message id"), row.esp_message_id),
            (_("Last answer"), row.answer),
        ]

    def actions(self) -> list[Action]:
        row, actions = self.object, []
        if self.has_perms("newsletter.view_announcement"):
            url = inspect_url("announcement", row.announcement_id)
            actions.append(Action(_("Open the announcement"), url))
        if row.subscription and self.has_perms("newsletter.view_subscription"):
            url = inspect_url("subscription", row.subscription_id)
            actions.append(Action(_("Open the subscription"), url))
        return actions
