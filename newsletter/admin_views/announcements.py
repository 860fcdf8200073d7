"""Announcements: what goes out and how far it is."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, TitleColumn

from newsletter import announcing
from newsletter.admin_views.announcement_acts import (
    CONTROL,
    CONTROLS,
    SETTLE,
    VIEW,
    AnnouncementView,
    State,
    titles,
)
from newsletter.admin_views.base import (
    Action,
    DetailView,
    Text,
)
from newsletter.admin_views.lists import ListView, TagColumn, list_url, reference_matches
from newsletter.models import (
    LEASED,
    WAITING,
    Announcement,
    AnnouncementStory,
    Delivery,
    DeliveryState,
    Letter,
    SkipReason,
)

# How many deliveries of unknown outcome a page lists; the others are in the list of deliveries.
LISTED = 50


@dataclass(frozen=True)
class Progress:
    """entitled = accepted + refused + skipped + unknown + to do."""

    entitled: int
    accepted: int
    refused: int
    skipped: int
    unknown: int
    to_do: int

    @property
    def settled(self) -> int:
        return self.entitled - self.to_do


GROUPS = {
    "accepted": {
        DeliveryState.ACCEPTED,
        DeliveryState.DELIVERED,
        DeliveryState.BOUNCED,
        DeliveryState.COMPLAINED,
    },
    "refused": {DeliveryState.REFUSED},
    "skipped": {DeliveryState.SKIPPED},
    "unknown": {DeliveryState.UNKNOWN},
    "to_do": {*WAITING, *LEASED},
}


def progress_of(announcements: Iterable[Announcement]) -> dict[int, Progress]:
    """The sums of a page of announcements, in one query over the index on (announcement, state)."""
    shown = list(announcements)
    rows = Delivery.objects.filter(announcement__in=[row.pk for row in shown])
    rows = rows.exclude(skip_reason=SkipReason.SENT_AGAIN).order_by()
    counts: dict[int, Counter[str]] = {row.pk: Counter() for row in shown}
    for key, state, count in rows.values_list("announcement", "state").annotate(Count("pk")):
        for group, states in GROUPS.items():
            counts[key][group] += count if state in states else 0
    return {
        row.pk: Progress(row.entitled, **{group: counts[row.pk][group] for group in GROUPS})
        for row in shown
    }


def opens_at(row: Announcement) -> str:
    """The moment itself: it may lie ahead, where "so long ago" would say that it is over."""
    return formats.date_format(timezone.localtime(row.release_at), "DATETIME_FORMAT")


class ProgressColumn(Column):
    cell_template_name = "newsletter/admin/progress_cell.html"


class AnnouncementFilters(WagtailFilterSet):
    state = django_filters.MultipleChoiceFilter(
        label=_("State"), choices=State.choices, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Announcement
        fields: list[str] = []


class AnnouncementList(ListView):
    permissions = (VIEW,)
    filterset_class = AnnouncementFilters
    default_ordering = ("-created_at", "-pk")
    paginate_by = 20
    search_hint = _("Title or reference")
    about = _("One letter each, about one or several stories.")
    nothing_yet = _("Nothing has been announced yet. Publish a practice and it appears here.")

    @property
    def columns(self) -> list[BaseColumn]:
        return [
            TitleColumn(
                "stories",
                label=_("Stories"),
                accessor=titles,
                get_url=lambda row: self.screen.url("inspect", row.pk),
            ),
            TagColumn("state", label=_("State"), strong=(State.OPEN, State.DONE)),
            ProgressColumn("progress", label=_("Deliveries"), accessor="progress"),
            Column("ref", label=_("Reference"), accessor=str),
            Column("release_at", label=_("Opens"), accessor=opens_at, sort_key="release_at"),
            DateColumn("finished_at", label=_("Finished"), sort_key="finished_at"),
        ]

    def get_base_queryset(self) -> QuerySet[Any]:
        return Announcement.objects.prefetch_related("stories")

    def find(self, typed: str) -> Q | None:
        told = AnnouncementStory.objects.filter(
            announcement=OuterRef("pk"), story__title__icontains=typed
        )
        by_ref = reference_matches("ref", typed)
        return Q(Exists(told)) | by_ref if by_ref else Q(Exists(told))

    def paginate_queryset(self, queryset: QuerySet[Any], page_size: int) -> tuple[Any, ...]:
        paginator, page, rows, has_others = super().paginate_queryset(queryset, page_size)
        shown = list(rows)
        sums = progress_of(shown)
        for row in shown:
            row.progress = sums[row.pk]
        page.object_list = shown
        return paginator, page, shown, has_others


class AnnouncementDetail(AnnouncementView, DetailView):
    template_name = "newsletter/admin/announcement.html"

    def facts(self) -> list[tuple[Text, Any]]:
        row = self.object
        return [
            (_("Reference"), row.ref),
            (_("State"), row.get_state_display()),
            (_("Created"), row.created_at),
            (_("Opens"), row.release_at),
            (_("Opened"), row.opened_at),
            (_("Finished"), row.finished_at),
            (_("Last decision by"), row.acted_by),
            (_("Decided"), row.acted_at),
            (_("Reason"), row.reason),
        ]

    def actions(self) -> list[Action]:
        actions = [Action(_("Preview the letter"), self.screen.url("preview", self.object.pk))]
        if self.has_perms(CONTROL):
            actions += [
                Action(view.link, self.screen.url(name, self.object.pk), is_serious=view.is_serious)
                for name, view in CONTROLS.items()
                if self.object.state in view.states
            ]
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        unknown = Delivery.objects.filter(
            announcement=self.object.pk, state=DeliveryState.UNKNOWN
        ).select_related("subscription")
        unknown = unknown.only("id", "attempt", "settled_at", "subscription", "subscription__ref")
        counts = announcing.delivery_counts(self.object)
        reasons = dict(SkipReason.choices)
        return super().get_context_data(
            counts=counts,
            skipped=[(reasons[name], count) for name, count in counts.skipped.items()],
            skipped_total=sum(counts.skipped.values()),
            settled=counts.entitled - counts.to_do,
            unknown=unknown.order_by("pk")[:LISTED],
            may_settle=self.has_perms(SETTLE),
            screen=self.screen,
            deliveries_url=self._deliveries_url(),
            can_be_taken_back=self._can_be_taken_back(),
            put_off=self._put_off(),
            **kwargs,
        )

    def _put_off(self) -> dict[str, Any] | None:
        """How much the mail server did not take, and when it is tried again. While it takes
        nothing at all only one mail is tried, and that may be a letter."""
        if self.object.state != State.OPEN:
            return None
        waiting = {"state": DeliveryState.DEFERRED}
        rows = (
            Delivery.objects.filter(announcement=self.object.pk, **waiting),
            Letter.objects.filter(**waiting),
        )
        sums = [row.aggregate(count=Count("pk"), at=Min("next_attempt_at")) for row in rows]
        attempts = [found["at"] for found in sums if found["at"]]
        if not attempts:
            return None
        return {"count": sum(found["count"] for found in sums), "at": min(attempts)}

    def _deliveries_url(self) -> str:
        if not self.has_perms("newsletter.view_delivery"):
            return ""
        return f"{list_url('delivery')}?announcement={self.object.ref}"

    def _can_be_taken_back(self) -> bool:
        return self.object.state == State.READY and self.object.release_at > timezone.now()
