"""The wording people agree to: versions, immutable once shown, in force once approved."""

from typing import Any

import django_filters
from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import BaseColumn, Column, DateColumn, TitleColumn
from wagtail.admin.widgets.button import HeaderButton
from wagtail.log_actions import log as log_action

from newsletter import consent
from newsletter.admin_views.base import Action, ActionView, DetailView, PageActionView, Text
from newsletter.admin_views.lists import (
    ListView,
    language,
)
from newsletter.models import Clause


class ClauseFilters(WagtailFilterSet):
    locale = django_filters.ChoiceFilter(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = Clause
        fields: list[str] = []


def beginning(clause: Any) -> str:
    return Truncator(clause.consent).words(16)


class ClauseList(ListView):
    permissions = ("newsletter.view_clause",)
    filterset_class = ClauseFilters
    default_ordering = ("-version", "locale")
    search_hint = _("Text of the clause")
    about = _("The wording people agree to. The newest approved version of a language is shown.")
    nothing_yet = _(
        "The built-in wording is in use, as a draft. Make a version of your own and approve it."
    )

    @property
    def columns(self) -> list[BaseColumn]:
        return [
            TitleColumn(
                "version",
                label=_("Version"),
                accessor=str,
                get_url=lambda row: self.screen.url("inspect", row.pk),
                sort_key="version",
            ),
            Column("consent", label=_("Consent"), accessor=beginning),
            DateColumn("created_at", label=_("Created")),
            DateColumn("first_shown_at", label=_("First shown")),
            DateColumn("approved_at", label=_("Approved")),
        ]

    def get_base_queryset(self) -> QuerySet[Any]:
        return super().get_base_queryset().defer("information")

    def find(self, typed: str) -> Q | None:
        return Q(consent__icontains=typed) | Q(information__icontains=typed)

    @property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.has_perms(*NewVersion.permissions):
            return []
        return [self.add_button(_("New version"), "new")]


class ClauseDetail(DetailView):
    permissions = ("newsletter.view_clause",)
    template_name = "newsletter/admin/clause.html"

    def rows(self) -> QuerySet[Any]:
        return Clause.objects.select_related("approved_by")

    def facts(self) -> list[tuple[Text, Any]]:
        row = self.object
        return [
            (_("Version"), row.version),
            (_("Language"), language(row)),
            (_("Created"), row.created_at),
            (_("First shown"), row.first_shown_at),
            (_("Approved"), row.approved_at),
            (_("Approved by"), row.approved_by),
            (_("Fingerprint"), row.fingerprint),
        ]

    def actions(self) -> list[Action]:
        if not self.object.is_draft or not self.has_perms(*Approve.permissions):
            return []
        return [Action(_("Approve…"), self.screen.url("approve", self.object.pk))]


class Approve(ActionView):
    permissions = ("newsletter.view_clause", "newsletter.change_clause")
    template_name = "newsletter/admin/approve.html"
    title = _("Approve the clause")
    consequences = (
        _("You confirm for the controller that this wording is right and complete."),
        _("If it is the newest version of its language, people see it from now on."),
        _("An approval cannot be taken back; make a new version instead."),
    )
    button = _("Yes, approve")
    success = _("The clause is approved.")

    def act(self, form: Any) -> None:
        was_draft = self.object.is_draft
        clause = consent.approve_clause(self.object, self.staff)
        if was_draft:
            log_action(clause, "newsletter.approve_clause", user=self.staff)


class NewVersionForm(forms.Form):
    """The wording in every language of the site, starting from the one in force."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for locale, name in settings.LANGUAGES:
            clause = self._clause(locale)
            self.fields[f"consent_{locale}"] = forms.CharField(
                label=_("Consent (%(language)s)") % {"language": name},
                initial=clause.consent,
                max_length=2_000,
                widget=forms.Textarea(attrs={"rows": 3, "lang": locale}),
                help_text=_("What stands beside the checkbox."),
            )
            self.fields[f"information_{locale}"] = forms.CharField(
                label=_("Information about the processing (%(language)s)") % {"language": name},
                initial=clause.information,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 14, "lang": locale}),
                help_text=_("Plain text. An empty line separates paragraphs."),
            )

    def _clause(self, locale: str) -> Clause:
        with translation.override(locale):
            return consent.current_clause(locale)

    def clean(self) -> dict[str, Any]:
        # Browsers send CRLF; the wording is hashed, so it has one kind of line end.
        return {name: value.replace("\r\n", "\n") for name, value in self.cleaned_data.items()}


class NewVersion(PageActionView):
    permissions = ("newsletter.view_clause", "newsletter.add_clause")
    form_class = NewVersionForm
    title = _("New version of the clause")
    consequences = (
        _("Both languages get a new version, as a draft."),
        _("The approved version stays in force until you approve the new one."),
    )
    button = _("Save as a draft")
    success = _("The new version is saved. Approve it when it is ready.")

    def act(self, form: Any) -> None:
        for locale, _name in settings.LANGUAGES:
            clause = consent.new_clause_version(
                locale,
                consent=form.cleaned_data[f"consent_{locale}"],
                information=form.cleaned_data[f"information_{locale}"],
            )
            log_action(clause, "newsletter.new_clause", user=self.staff)
