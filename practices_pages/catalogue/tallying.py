"""One statement for a whole page of results: how many, which, what they have, and all facets.

The pages come from a queryset (visibility.py has its say there); each carries one flag per active
filter. A facet counts the pages that every *other* filter lets through, so that its numbers are
what choosing a value would give.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from practices_pages.catalogue.filters import Catalogue
from practices_pages.catalogue.labels import Labels, labels_of
from practices_pages.catalogue.statements import Statement, Window
from practices_pages.catalogue.states import State


@dataclass(frozen=True)
class Found:
    """Ids of the pages that a text matches, the best first; `similar` follow as second best."""

    exact: tuple[int, ...] = ()
    similar: tuple[int, ...] = ()
    # What was looked for, for marking it; whoever searches knows its form.
    query: Any = None

    @property
    def is_empty(self) -> bool:
        return not (self.exact or self.similar)


@dataclass
class Tally:
    total: int = 0
    # Of the total, how many match the text itself.
    exact: int = 0
    pages: list[int] = field(default_factory=list)
    counts: dict[str, dict[str, int]] = field(default_factory=lambda: defaultdict(dict))
    facts: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))
    # How many there would be without one of the active filters.
    without: dict[str, int] = field(default_factory=dict)
    # Of every value that occurs or is chosen.
    labels: Labels = field(default_factory=dict)


def tally(
    catalogue: Catalogue,
    state: State,
    pages: QuerySet[Any],
    window: Window,
    found: Found | None,
) -> Tally:
    """`pages` are those of the catalogue that the visitor may see; `found` only with a text."""
    given = [*found.exact, *found.similar] if found else None
    try:
        statement = Statement(catalogue, state, pages, given)
    except EmptyResultSet:
        return Tally()
    exact = len(found.exact) if found else 0
    sql, parameters = statement.whole(window, exact=exact)
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return _read(catalogue, cursor.fetchall())


def _read(catalogue: Catalogue, rows: list[tuple[Any, ...]]) -> Tally:
    result = Tally()
    placed: list[tuple[int, int]] = []
    stored: dict[str, dict[str, tuple[str, int] | None]] = defaultdict(dict)
    for kind, facet, value, number, label, place in rows:
        match kind:
            case "count":
                result.counts[facet][value] = number
            case "fact":
                result.facts[number].append((facet, value))
            case "page":
                placed.append((int(value), number))
            case "without":
                result.without[facet] = number
            case "total" | "exact":
                setattr(result, kind, number)
        if kind in ("count", "fact", "chosen") and facet in catalogue.filter_named:
            stored[facet][value] = None if label is None else (label, place)
    result.pages = [page for _place, page in sorted(placed)]
    result.labels = labels_of(catalogue, stored)
    return result
