"""The catalogue of practices."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db.models import F, OuterRef, Prefetch, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.models import Page

from practices_pages import languages, pictures, visibility
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
from practices_pages.catalogue.vocabularies import (
    PAGE_KEY,
    area_filter,
    competence_filter,
    names_of_pages,
    project_filter,
    school_filter,
    unit_filters,
    year_filter,
)
from practices_pages.models.costs import CostBand
from practices_pages.models.units import LocalGovernmentUnit
from practices_pages.sanitise import WEB_SCHEMES, is_safe_address

HEAVY = (
    "local_system",
    "problem",
    "solution",
    "who_when_what",
    "effects",
    "cost",
    "why_promote",
    "replication",
)


def _units(practice: Any) -> Iterator[tuple[LocalGovernmentUnit, str]]:
    for row in practice.practice_units.all():
        if row.unit is not None:
            yield row.unit, row.kind_at_time


def year_of(practice: Any) -> int | None:
    """The year a description speaks of: an archival one of its original, else of its update."""
    if practice.is_archival and practice.original_date:
        return int(practice.original_date.year)
    if practice.updated_on:
        return int(practice.updated_on.year)
    published = practice.first_published_at
    return int(timezone.localtime(published).year) if published else None


def has_film(practice: Any) -> bool:
    """A film at any address, or one of ours that the public may see."""
    if is_safe_address(practice.film_url, WEB_SCHEMES):
        return True
    live = [film.pk for page in _translations(practice) for film in page.films.all() if film.live]
    return bool(live) and visibility.public(Page.objects.filter(pk__in=live)).exists()


def collections_of(practice: Any) -> Iterator[str]:
    """Whether a collection is public is asked when its title is looked up."""
    for page in _translations(practice):
        for item in page.collection_items.all():
            if item.page.live:
                yield languages.key_of(item.page)


def _translations(practice: Any) -> Iterable[Any]:
    return practice.identity.pages.all() if practice.identity else ()


def _titles_of_collections() -> QuerySet[Any, Any]:
    return names_of_pages(apps.get_model("practices_pages.CollectionPage"), "title")


def _counted(number: int) -> str:
    return ngettext("%(number)d practice", "%(number)d practices", number) % {"number": number}


def _shown(practices: QuerySet[Any]) -> QuerySet[Any]:
    won = apps.get_model("practices_pages.PracticeDistinction").objects.filter(page=OuterRef("pk"))
    return (
        practices.select_related("identity", "locale", "main_image")
        .prefetch_related("main_image__renditions")
        .annotate(first_award=Subquery(won.order_by("sort_order").values("award")[:1]))
        .defer(*HEAVY)
    )


PRACTICES = CATALOGUES.add(
    Catalogue(
        name="practices",
        page_type="practices_pages.PracticePage",
        filters=(
            area_filter(),
            *unit_filters(_units, relation="practice_units__unit"),
            competence_filter(),
            school_filter(),
            Filter(
                "cost",
                _("Cost"),
                lambda practice: [practice.cost_band.value],
                choices=tuple(CostBand.choices),
                about="Cost of the whole solution in PLN.",
            ),
            year_filter(year_of),
            project_filter(),
            flag(
                "film",
                _("Film"),
                _("with a film"),
                holds=has_film,
                about="`yes`: only those with a film.",
            ),
            flag(
                "documents",
                _("Documents"),
                _("with documents to use"),
                holds=lambda practice: any(row.document_id for row in practice.documents.all()),
                about="`yes`: only those with documents to use.",
            ),
            Filter(
                "collection",
                _("Collection"),
                collections_of,
                terms=_titles_of_collections,
                pattern=PAGE_KEY,
                about="Key of a collection, the same in every language.",
            ),
        ),
        sorts=(
            Sort("newest", _("Newest first"), NEWEST_FIRST),
            Sort("relevance", _("Best match"), NEWEST_FIRST, needs_text=True),
            Sort("title", _("Title, from A to Z"), BY_TITLE),
            Sort("cost", _("Cost, the lowest first"), BY_NUMBER),
        ),
        prefetch=(
            "project",
            "areas",
            "competences",
            "school_types",
            "cost_items",
            "documents",
            "practice_units__unit__parent",
            "practice_units__unit__kind_periods",
            "identity__pages__films",
            "identity__pages__collection_items__page",
        ),
        sort_number=lambda practice: list(CostBand).index(practice.cost_band),
        shown=_shown,
        counted=_counted,
        feed="feeds:practices",
        card_template="practices_pages/practice_result.html",
    )
)


def published_practices() -> Any:
    """Practices that the public may see, the newest first, with what the API says of them.

    A fixed number of queries, whatever the number of practices.
    """
    practices = PRACTICES.model.objects.originals()
    public = visibility.public(practices)
    return with_facts(public).order_by(F("first_published_at").desc(nulls_last=True), "-pk")


def with_facts(practices: QuerySet[Any]) -> QuerySet[Any]:
    """With what the API and the home page say of a practice in a list."""
    return practices.select_related("identity", "locale").prefetch_related(
        Prefetch("main_image", queryset=pictures.prefetched("card")),
        "practice_units__unit",
        "areas",
        "competences",
        "school_types",
        "cost_items",
    )
