"""The catalogue of plans, over all their collections."""

import re
from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices_pages.catalogue.filters import (
    BY_NUMBER,
    BY_TITLE,
    CATALOGUES,
    NEWEST_FIRST,
    Catalogue,
    Filter,
    Sort,
    flag,
)
from practices_pages.catalogue.vocabularies import area_filter, competence_filter, unit_filters
from practices_pages.models.plan_parts import PlanScope
from practices_pages.models.units import LocalGovernmentUnit

SCHOOL_YEAR = re.compile(r"[12][0-9]{3}/[12][0-9]{3}")


def _units(plan: Any) -> Iterator[tuple[LocalGovernmentUnit, str]]:
    if plan.unit is not None:
        yield plan.unit, plan.kind_at_time


def _latest_first(plan: Any) -> int | None:
    return -plan.day.year if plan.day else None


def _counted(number: int) -> str:
    return ngettext("%(number)d plan", "%(number)d plans", number) % {"number": number}


def _shown(plans: QuerySet[Any]) -> QuerySet[Any]:
    return plans.select_related("unit", "locale").prefetch_related("documents").defer("aims")


PLANS = CATALOGUES.add(
    Catalogue(
        name="plans",
        page_type="practices_pages.PlanPage",
        filters=(
            *unit_filters(_units, relation="unit"),
            Filter(
                "scope",
                _("Scope"),
                lambda plan: [plan.scope],
                choices=tuple(PlanScope.choices),
            ),
            Filter(
                "school_year",
                _("First school year"),
                lambda plan: [plan.school_year],
                pattern=SCHOOL_YEAR,
            ),
            area_filter(),
            competence_filter(),
            flag(
                "documents",
                _("Documents"),
                _("with files"),
                holds=lambda plan: any(row.document_id for row in plan.documents.all()),
            ),
        ),
        sorts=(
            Sort("title", _("Title, from A to Z"), BY_TITLE),
            Sort("relevance", _("Best match"), BY_TITLE, needs_text=True),
            Sort("latest", _("The latest plans first"), BY_NUMBER),
            Sort("newest", _("Newest first"), NEWEST_FIRST),
        ),
        prefetch=("areas", "competences", "documents", "unit__parent", "unit__kind_periods"),
        sort_number=_latest_first,
        shown=_shown,
        counted=_counted,
        card_template="practices_pages/plan_result.html",
    )
)
