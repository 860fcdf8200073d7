"""Subscriptions: who is written to, and about what.

Staff can end a subscription. Confirming one is for that person alone, so there is no view for it.
"""

from typing import Any

import django_filters
from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, TitleColumn
from wagtail.log_actions import log as log_action

from newsletter import consent
from newsletter.admin_views.base import (
    VIEW_ADDRESS,
    Action,
    ActionView,
    DetailView,
    Text,
)
from newsletter.admin_views.consents import method
from newsletter.admin_views.exports import ExportMixin
from newsletter.admin_views.lists import ListView, TagColumn, language, reference_matches, short
from newsletter.models import (
    ConsentEvent,
    Delivery,
    Subscription,
    SubscriptionState,
    SubscriptionTopic,
)
from newsletter.topics import topic_labels

# How many deliveries and events a subscription's page lists before it links to the whole list.
LISTED = 20


class SubscriptionFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=SubscriptionState.choices)
    locale = django_filters.ChoiceFilter(label=_("Language"), choices=settings.LANGUAGES)
    topic = django_filters.ChoiceFilter(
        label=_("Topic"), choices=lambda: topic_labels().items(), method="with_topic"
    )

    class Meta:
        model = Subscription
        fields: list[str] = []

    def with_topic(self, rows: QuerySet[Any], name: str, topic: str) -> QuerySet[Any]:
        chosen = SubscriptionTopic.objects.filter(subscription=OuterRef("pk"), topic=topic)
        return rows.filter(Exists(chosen))


class SubscriptionList(ListView):
    has_addresses = True
    permissions: tuple[str, ...] = ("newsletter.view_subscription",)
    filterset_class = SubscriptionFilters
    default_ordering = ("-requested_at", "-pk")
    about = _("Who asked for the newsletter. Only the person can confirm a subscription.")
    nothing_yet = _("Nobody has subscribed yet. The first sign-up on the site appears here.")
    exports = True

    def get_search_hint(self) -> Text:
        return _("Reference or address") if self.sees_addresses else _("Reference")

    @property
    def columns(self) -> list[BaseColumn]:
        address = [Column("address", label=_("Address"))] if self.sees_addresses else []
        return [
            TitleColumn(
                "ref",
                label=_("Reference"),
                accessor=lambda row: short(row.ref),
                get_url=lambda row: self.screen.url("inspect", row.pk),
            ),
            *address,
            TagColumn("state", label=_("State"), strong=(SubscriptionState.CONFIRMED,)),
            Column("locale", label=_("Language"), accessor=language),
            Column("topics", label=_("Topics"), accessor=self._topics),
            DateColumn("requested_at", label=_("Requested"), sort_key="requested_at"),
            DateColumn("confirmed_at", label=_("Confirmed"), sort_key="confirmed_at"),
            DateColumn("withdrawn_at", label=_("Withdrawn"), sort_key="withdrawn_at"),
        ]

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = super().get_base_queryset().prefetch_related("topics")
        return rows if self.sees_addresses else rows.defer("address")

    def find(self, typed: str) -> Q | None:
        found = reference_matches("ref", typed)
        if self.sees_addresses:
            # An address has no more than that; a longer text would only cost time.
            by_address = Q(address__icontains=typed.strip()[:254])
            found = found | by_address if found else by_address
        return found

    @cached_property
    def _labels(self) -> dict[str, str]:
        return topic_labels()

    def _topics(self, row: Any) -> str:
        return ", ".join(self._labels.get(topic.topic, topic.topic) for topic in row.topics.all())


class SubscriptionExport(ExportMixin, SubscriptionList):
    permissions = (
        "newsletter.view_subscription",
        VIEW_ADDRESS,
        "newsletter.export_subscription",
    )
    filename = "subscriptions"
    headings = (
        _("Reference"),
        _("Address"),
        _("State"),
        _("Language"),
        _("Topics"),
        _("Requested"),
        _("Confirmed"),
        _("Withdrawn"),
    )

    def cells(self, row: Any) -> list[Any]:
        topics = " ".join(topic.topic for topic in row.topics.all())
        dates = [row.requested_at, row.confirmed_at, row.withdrawn_at]
        return [row.ref, row.address, row.state, row.locale, topics, *dates]


class SubscriptionDetail(DetailView):
    permissions = ("newsletter.view_subscription",)
    template_name = "newsletter/admin/subscription.html"

    def rows(self) -> QuerySet[Any]:
        rows = Subscription.objects.prefetch_related("topics")
        return rows if self.sees_addresses else rows.defer("address")

    def facts(self) -> list[tuple[Text, Any]]:
        labels, row = topic_labels(), self.object
        topics = [labels.get(topic.topic, topic.topic) for topic in row.topics.all()]
        return [
            (_("Reference"), row.ref),
            (_("Address"), row.address if self.sees_addresses else gettext("hidden")),
            (_("State"), row.get_state_display()),
            (_("Language"), language(row)),
            (_("Topics"), ", ".join(topics)),
            (_("Requested"), row.requested_at),
            (_("Confirmed"), row.confirmed_at),
            (_("Withdrawn"), row.withdrawn_at),
        ]

    def actions(self) -> list[Action]:
        if not self.has_perms("newsletter.delete_subscription"):
            return []
        pk = self.object.pk
        actions = [Action(_("Erase…"), self.screen.url("erase", pk), is_serious=True)]
        if self.object.state != SubscriptionState.WITHDRAWN:
            actions.insert(0, Action(_("Withdraw…"), self.screen.url("withdraw", pk)))
        return actions

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        deliveries = events = None
        if self.has_perms("newsletter.view_delivery"):
            deliveries = Delivery.objects.filter(subscription=self.object.pk)
            deliveries = deliveries.select_related("announcement")
            deliveries = deliveries.order_by("-announcement_id", "-attempt")[:LISTED]
        if self.has_perms("newsletter.view_consentevent"):
            rows = ConsentEvent.objects.filter(subject_ref=self.object.ref)
            rows = rows.only("sequence", "type", "at", "method", "clause_version")[:LISTED]
            events = [(event, method(event)) for event in rows]
        return super().get_context_data(
            deliveries=deliveries, events=events, listed=LISTED, **kwargs
        )


class StaffAct(ActionView):
    permissions = ("newsletter.view_subscription", "newsletter.delete_subscription")

    def rows(self) -> QuerySet[Any]:
        return Subscription.objects.all()

    @property
    def form_of_staff(self) -> str:
        return f"user:{self.staff.pk}"


class Withdraw(StaffAct):
    title = _("Withdraw the subscription")
    consequences = (
        _("From this moment nothing more is sent to this person."),
        _("The proof of consent stays, and the withdrawal is added to it."),
        _("Only the person can subscribe again, by a new confirmation."),
    )
    button = _("Yes, withdraw")
    success = _("The subscription was withdrawn.")

    def act(self, form: Any) -> None:
        consent.withdraw(self.object, method=consent.Method.STAFF, form=self.form_of_staff)
        log_action(self.object, "newsletter.withdraw", user=self.staff)


class Erase(StaffAct):
    title = _("Erase the subscription")
    consequences = (
        _("The subscription and its address are deleted for good."),
        _("The proof of consent stays, without address and network."),
        _("The address is blocked by a keyed hash: only the person can lift that."),
        _("This cannot be undone."),
    )
    button = _("Yes, erase")
    success = _("The subscription was erased.")
    is_serious = True

    def act(self, form: Any) -> None:
        # First the log: it needs the row, and it keeps the reference only.
        log_action(self.object, "newsletter.erase", user=self.staff, deleted=True)
        consent.erase(self.object, method=consent.Method.STAFF, form=self.form_of_staff)

    def get_success_url(self) -> str:
        return str(self.screen.url("index"))
