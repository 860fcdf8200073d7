"""The catalogue of films."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices_pages import pictures
from practices_pages.catalogue.filters import (
    BY_TITLE,
    CATALOGUES,
    NEWEST_FIRST,
    Catalogue,
    Sort,
    flag,
)
from practices_pages.catalogue.vocabularies import (
    area_filter,
    competence_filter,
    project_filter,
    unit_filters,
    year_filter,
)
from practices_pages.models.units import LocalGovernmentUnit


def _units(film: Any) -> Iterator[tuple[LocalGovernmentUnit, str]]:
    for row in film.film_units.all():
        if row.unit is not None:
            yield row.unit, row.kind_at_time


def _counted(number: int) -> str:
    return ngettext("%(number)d film", "%(number)d films", number) % {"number": number}


def shown(films: QuerySet[Any]) -> QuerySet[Any]:
    """With what a card shows of them: a fixed number of queries."""
    return films.select_related("locale").prefetch_related(
        Prefetch("main_image", queryset=pictures.prefetched("card")),
        "film_units__unit",
        "areas",
        "questions",
    )


def _has_own_file(film: Any) -> bool:
    return film.video_id is not None


FILMS = CATALOGUES.add(
    Catalogue(
        name="films",
        page_type="practices_pages.FilmPage",
        filters=(
            area_filter(),
            *unit_filters(_units, relation="film_units__unit"),
            competence_filter(),
            project_filter(),
            year_filter(lambda film: film.filmed_on.year if film.filmed_on else None),
            flag("file", _("Player"), _("plays without YouTube"), holds=_has_own_file),
        ),
        sorts=(
            Sort("newest", _("Newest first"), NEWEST_FIRST),
            Sort("relevance", _("Best match"), NEWEST_FIRST, needs_text=True),
            Sort("title", _("Title, from A to Z"), BY_TITLE),
        ),
        prefetch=(
            "areas",
            "competences",
            "project",
            "film_units__unit__parent",
            "film_units__unit__kind_periods",
        ),
        shown=shown,
        counted=_counted,
        feed="feeds:films",
        card_template="practices_pages/film_result.html",
    )
)
