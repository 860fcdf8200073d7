"""The proof of consent: events, which nobody changes, and the wording people agree to."""

from functools import reduce
from operator import or_
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, TitleColumn

from newsletter import consent
from newsletter.admin_views.base import DetailView, PageActionView, Text
from newsletter.admin_views.exports import ExportMixin
from newsletter.admin_views.lists import (
    ListView,
    TagColumn,
    language,
    number_matches,
    reference_matches,
    short,
)
from newsletter.models import ConsentChain, ConsentEvent, ConsentEventType, Subscription
from newsletter.topics import topic_labels

# Reading the whole chain takes about a second for this many events; more is for the command.
VERIFIED_HERE = 20_000
SECRETS = ("address", "address_salt", "network", "network_salt")


METHODS: dict[str, Text] = {
    consent.Method.FORM: _("form"),
    consent.Method.MAILED_LINK: _("mailed link"),
    consent.Method.ONE_CLICK: _("one click in the mail program"),
    consent.Method.ESP: _("mail provider"),
    consent.Method.STAFF: _("staff"),
    consent.Method.SYSTEM: _("the system itself"),
}


def method(event: Any) -> str:
    return str(METHODS.get(event.method, event.method))


class EventFilters(WagtailFilterSet):
    type = django_filters.ChoiceFilter(label=_("Event"), choices=ConsentEventType.choices)
    at = django_filters.DateFromToRangeFilter(label=_("Date"), widget=DateRangePickerWidget)

    class Meta:
        model = ConsentEvent
        fields: list[str] = []


class EventList(ListView):
    has_addresses = True
    permissions: tuple[str, ...] = ("newsletter.view_consentevent",)
    filterset_class = EventFilters
    default_ordering = ("-sequence",)
    template_name = "newsletter/admin/events.html"
    about = _("What people agreed to and took back. Nothing here can be changed or deleted.")
    nothing_yet = _("Nothing yet. The first sign-up on the site is recorded here.")
    exports = True

    def get_search_hint(self) -> Text:
        if self.sees_addresses:
            return _("Reference, number or address")
        return _("Reference or number")

    @property
    def columns(self) -> list[BaseColumn]:
        address = [Column("address", label=_("Address"))] if self.sees_addresses else []
        return [
            TitleColumn(
                "sequence",
                label=_("No."),
                get_url=lambda row: self.screen.url("inspect", row.pk),
                sort_key="sequence",
            ),
            TagColumn("type", label=_("Event"), strong=(ConsentEventType.CONFIRMED,)),
            Column(
                "subject_ref", label=_("Reference"), accessor=lambda row: short(row.subject_ref)
            ),
            *address,
            Column("method", label=_("Method"), accessor=method),
            Column("clause_version", label=_("Clause")),
            DateColumn("at", label=_("At"), sort_key="at"),
        ]

    def get_base_queryset(self) -> QuerySet[Any]:
        hidden = () if self.sees_addresses else SECRETS
        return super().get_base_queryset().defer("wording", *hidden)

    def find(self, typed: str) -> Q | None:
        found = [reference_matches("subject_ref", typed), number_matches("sequence", typed)]
        if self.sees_addresses:
            found.append(Q(address__icontains=typed.strip()[:254]))
        matches = [condition for condition in found if condition]
        return reduce(or_, matches) if matches else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chain = ConsentChain.objects.first() or ConsentChain()
        return super().get_context_data(
            chain=chain,
            verify_url=self.screen.url("verify"),
            is_verified_here=chain.length <= VERIFIED_HERE,
            **kwargs,
        )


class EventExport(ExportMixin, EventList):
    permissions = ("newsletter.view_consentevent", "newsletter.export_consent")
    filename = "consent-events"

    def get_headings(self) -> list[Text]:
        secret = [_("Address"), _("Network")] if self.sees_addresses else []
        return [
            _("No."),
            _("Event"),
            _("At"),
            _("Reference"),
            _("Topics"),
            _("Clause"),
            _("Language"),
            _("Method"),
            _("Form"),
            *secret,
            _("Wording"),
            _("Previous hash"),
            _("Hash"),
        ]

    def get_base_queryset(self) -> QuerySet[Any]:
        rows = ConsentEvent.objects.all()
        return rows if self.sees_addresses else rows.defer(*SECRETS)

    def cells(self, row: Any) -> list[Any]:
        secret = [row.address, row.network] if self.sees_addresses else []
        return [
            row.sequence,
            row.type,
            row.at,
            row.subject_ref,
            " ".join(row.topics),
            row.clause_version,
            row.locale,
            row.method,
            row.form,
            *secret,
            row.wording,
            row.previous_hash,
            row.hash,
        ]


class EventDetail(DetailView):
    permissions = ("newsletter.view_consentevent",)
    template_name = "newsletter/admin/event.html"

    def rows(self) -> QuerySet[Any]:
        rows = ConsentEvent.objects.all()
        return rows if self.sees_addresses else rows.defer(*SECRETS)

    def get_page_subtitle(self) -> str:
        return f"{self.object.sequence}, {self.object.get_type_display()}"

    def facts(self) -> list[tuple[Text, Any]]:
        row, labels = self.object, topic_labels()
        return [
            (_("No."), row.sequence),
            (_("Event"), row.get_type_display()),
            (_("At"), row.at),
            (_("Reference"), row.subject_ref),
            (_("Address"), self._secret("address")),
            (_("Network"), self._secret("network")),
            (_("Method"), method(row)),
            (_("Form"), row.form),
            (_("Language"), language(row)),
            (_("Topics"), ", ".join(labels.get(topic, topic) for topic in row.topics)),
            (_("Clause"), row.clause_version),
            (_("Hash"), row.hash),
            (_("Previous hash"), row.previous_hash),
        ]

    def _secret(self, name: str) -> str:
        return str(getattr(self.object, name)) if self.sees_addresses else gettext("hidden")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        subscription = None
        if self.has_perms("newsletter.view_subscription"):
            rows = Subscription.objects.filter(ref=self.object.subject_ref)
            subscription = rows.values_list("pk", flat=True).first()
        return super().get_context_data(subscription=subscription, **kwargs)


class VerifyChain(PageActionView):
    """Reads the whole chain and says what it found; a long one is left to the command."""

    permissions = ("newsletter.view_consentevent",)
    form_class = forms.Form
    title = _("Verify the chain")
    consequences = (_("Every event is read and its hash is computed again. Nothing is changed."),)
    button = _("Verify")

    def form_valid(self, form: Any) -> HttpResponse:
        length = (ConsentChain.objects.first() or ConsentChain()).length
        if length > VERIFIED_HERE:
            messages.warning(
                self.request,
                gettext("The chain is too long to be verified here. Run the command %(command)s.")
                % {"command": "newsletter_consent verify"},
            )
            return redirect(self.get_back_url())
        report = consent.verify_chain()
        if report.is_whole:
            messages.success(
                self.request,
                gettext("The chain is whole: %(count)d events, last hash %(hash)s.")
                % {"count": report.length, "hash": report.last_hash[:16]},
            )
        else:
            messages.error(
                self.request,
                gettext("The chain is broken at event %(number)d: %(reason)s.")
                % {"number": report.broken_at, "reason": report.reason},
            )
        return redirect(self.get_back_url())
