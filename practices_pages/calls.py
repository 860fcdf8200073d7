"""Calls for authors that visitors see: open ones first, past ones as closed."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from practices_pages import languages, visibility
from practices_pages.models import SECTIONS, CallDeadline, CallPage, CallState, PracticePage

ORDER = (CallState.OPEN, CallState.AHEAD, CallState.CLOSED)

HEADINGS = {
    CallState.OPEN: _("Open calls"),
    CallState.AHEAD: _("Calls that open soon"),
    CallState.CLOSED: _("Past calls"),
}


@dataclass(frozen=True)
class CallGroup:
    state: CallState
    calls: list[CallPage]

    @property
    def heading(self) -> str:
        return str(HEADINGS[self.state])


@dataclass(frozen=True)
class OutlineSection:
    """A section of a description, and what the editor tells its author."""

    number: int
    heading: str
    advice: str


def published_calls() -> Any:
    return (
        visibility.public(CallPage.objects.filter(alias_of=None))
        .select_related("locale")
        .prefetch_related(
            Prefetch("deadlines", queryset=CallDeadline.objects.order_by("sort_order"))
        )
        .order_by("-first_published_at", "-pk")
    )


def call_groups(index: Page, on: date) -> list[CallGroup]:
    groups: dict[CallState, list[CallPage]] = {state: [] for state in ORDER}
    for call in languages.below(published_calls(), index):
        groups[call.state_on(on)].append(call)
    return [CallGroup(state, groups[state]) for state in ORDER if groups[state]]


def open_call(on: date) -> CallPage | None:
    """For the home page: the open call whose last deadline is nearest; one without comes last."""
    began = Q(opens_on=None) | Q(opens_on__lte=on)
    calls = languages.once(published_calls()).filter(began)
    latest = [call for call in calls if call.state_on(on) == CallState.OPEN]
    return min(latest, key=lambda call: call.last_deadline or date.max, default=None)


def outline() -> list[OutlineSection]:
    """The eight sections of a description with the advice that authors see in the editor, up to
    the semicolon: behind it stands what only the editor's form has."""
    fields: list[Any] = [PracticePage._meta.get_field(name) for name in SECTIONS]
    return [
        OutlineSection(number, str(field.verbose_name), _without_form(str(field.help_text)))
        for number, field in enumerate(fields, start=1)
    ]


def _without_form(advice: str) -> str:
    return advice.partition(";")[0].rstrip(". ") + "."
