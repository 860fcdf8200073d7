"""Addresses that nobody may write to. Staff can add one; lifting a block is for that person alone,
so there is no view for it.
"""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log as log_action

from newsletter import consent
from newsletter.addresses import address_hash, normalise
from newsletter.admin_views.base import (
    VIEW_ADDRESS,
    PageActionView,
    Text,
)
from newsletter.admin_views.lists import ListView, TagColumn
from newsletter.errors import AddressInvalid
from newsletter.models import (
    Suppression,
    SuppressionReason,
)


class SuppressionFilters(WagtailFilterSet):
    reason = django_filters.ChoiceFilter(label=_("Reason"), choices=SuppressionReason.choices)

    class Meta:
        model = Suppression
        fields: list[str] = []


class SuppressionList(ListView):
    permissions = ("newsletter.view_suppression",)
    filterset_class = SuppressionFilters
    default_ordering = ("-created_at", "-pk")
    about = _(
        "Addresses that nobody may write to, kept as keyed hashes. Only the person can lift a "
        "block, by signing up anew and confirming."
    )
    nothing_yet = _("No address is blocked.")

    def get_search_hint(self) -> Text:
        return _("Hash or whole address") if self.sees_addresses else _("Hash")

    @property
    def columns(self) -> list[BaseColumn]:
        return [
            Column("address_hash", label=_("Hash"), accessor=lambda row: row.address_hash[:16]),
            TagColumn("reason", label=_("Reason")),
            DateColumn("created_at", label=_("Since"), sort_key="created_at"),
        ]

    def find(self, typed: str) -> Q | None:
        text = typed.strip().lower()
        if not set(text) - set("0123456789abcdef"):
            return Q(address_hash__startswith=text)
        if not self.sees_addresses:
            return None
        try:
            return Q(address_hash=address_hash(normalise(typed)))
        except AddressInvalid:
            return None

    @property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.has_perms(*BlockAddress.permissions):
            return []
        return [self.add_button(_("Block an address"), "add")]


class AddressForm(forms.Form):
    address = forms.CharField(
        label=_("Address"),
        max_length=320,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
        help_text=_("The whole e-mail address. It is kept as a keyed hash only."),
    )

    def clean_address(self) -> str:
        try:
            return normalise(self.cleaned_data["address"])
        except AddressInvalid as invalid:
            raise forms.ValidationError(str(invalid)) from invalid


class BlockAddress(PageActionView):
    # Whoever may try addresses out here may know them.
    permissions = ("newsletter.view_suppression", "newsletter.add_suppression", VIEW_ADDRESS)
    form_class = AddressForm
    title = _("Block an address")
    consequences = (
        _("Nothing is sent to this address any more, and a subscription of it ends now."),
        _("Staff cannot lift the block: only the person can, by signing up anew."),
    )
    button = _("Block")
    success = _("The address is blocked.")

    def act(self, form: Any) -> None:
        address = form.cleaned_data["address"]
        consent.suppress_address(address, by=self.staff)
        blocked = Suppression.objects.get(address_hash=address_hash(address))
        log_action(blocked, "newsletter.suppress", user=self.staff)
