"""Letters: that they were written and how they ended, never what they say."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, TitleColumn

from newsletter.admin_views.base import DetailView, Text
from newsletter.admin_views.deliveries import ARRIVED
from newsletter.admin_views.lists import (
    ListView,
    TagColumn,
    language,
    reference_matches,
    short,
)
from newsletter.models import DeliveryState, Letter, LetterKind


class LetterFilters(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=LetterKind.choices)
    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=DeliveryState.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Letter
        fields: list[str] = []


class LetterList(ListView):
    has_addresses = True
    permissions = ("newsletter.view_letter",)
    filterset_class = LetterFilters
    default_ordering = ("-created_at", "-pk")
    about = _("Confirmations, links and notices. What they say is never shown here.")
    nothing_yet = _("No letter has been written yet.")

    def get_search_hint(self) -> Text:
        return _("Letter, reference or address") if self.sees_addresses else _("Letter, reference")

    @property
    def columns(self) -> list[BaseColumn]:
        address = [Column("to", label=_("To"), accessor=addressee)] if self.sees_addresses else []
        return [
            TitleColumn(
                "id",
                label=_("Letter"),
                accessor=lambda row: short(row.pk),
                get_url=lambda row: self.screen.url("inspect", row.pk),
            ),
            TagColumn("kind", label=_("Kind")),
            TagColumn("state", label=_("State"), strong=ARRIVED),
            *address,
            Column("tries", label=_("Tries")),
            DateColumn("created_at", label=_("Created"), sort_key="created_at"),
            DateColumn("settled_at", label=_("Settled")),
        ]

    def get_base_queryset(self) -> QuerySet[Any]:
        return letters(with_addresses=self.sees_addresses)

    def find(self, typed: str) -> Q | None:
        by_id, by_ref = (reference_matches(f, typed) for f in ("id", "subscription__ref"))
        found = by_id | by_ref if by_id and by_ref else None
        if self.sees_addresses:
            text = typed.strip()[:254]
            by_address = Q(to__icontains=text) | Q(subscription__address__icontains=text)
            found = found | by_address if found else by_address
        return found


def letters(*, with_addresses: bool) -> QuerySet[Any]:
    """Without subject, text and key: a notice quotes drafts."""
    shown = ["id", "kind", "state", "skip_reason", "tries", "priority", "locale", "created_at"]
    shown += ["next_attempt_at", "settled_at", "esp_message_id", "answer"]
    shown += ["to", "subscription__address"] if with_addresses else []
    return Letter.objects.select_related("subscription").only(
        *shown, "subscription", "subscription__ref"
    )


def addressee(row: Any) -> str:
    return str(row.subscription.address if row.subscription else row.to)


class LetterDetail(DetailView):
    permissions = ("newsletter.view_letter",)

    def rows(self) -> QuerySet[Any]:
        return letters(with_addresses=self.sees_addresses)

    def get_page_subtitle(self) -> str:
        return f"{self.object.get_kind_display()}, {short(self.object.pk)}"

    def facts(self) -> list[tuple[Text, Any]]:
        row = self.object
        return [
            (_("Letter"), row.pk),
            (_("Kind"), row.get_kind_display()),
            (_("To"), addressee(row) if self.sees_addresses else gettext("hidden")),
            (_("Reference"), row.subscription.ref if row.subscription else ""),
            (_("State"), row.get_state_display()),
            (_("Why not sent"), row.get_skip_reason_display()),
            (_("Language"), language(row)),
            (_("Tries"), row.tries),
            (_("Created"), row.created_at),
            (_("Next attempt"), row.next_attempt_at),
            (_("Settled"), row.settled_at),
            (_("ESP message id"), row.esp_message_id),
            (_("Last answer"), row.answer),
        ]
