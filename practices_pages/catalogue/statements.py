"""The SQL of a tally. Every value in it is a parameter, every name our own."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from practices_pages.catalogue.filters import Catalogue, Filter, Terms
from practices_pages.catalogue.states import State
from practices_pages.models.facets import FacetValue

TABLE = FacetValue._meta.db_table
MATCHED_OF_FOUND = (
    "matched AS (SELECT asked.*, found.place FROM asked"
    " JOIN found ON found.page_id = asked.page_id)"
)

Part = tuple[str, list[Any]]


@dataclass(frozen=True)
class Window:
    """Which part of the list to bring, with its facts or without, and which facets."""

    offset: int
    limit: int
    facts: bool = True
    facets: Collection[str] = ()


@dataclass(frozen=True)
class Words:
    """A vocabulary of the database as a table of the statement, for those filters."""

    table: str
    sql: str
    parameters: list[Any]
    filters: list[str]

    @property
    def join(self) -> str:
        return (
            f" LEFT JOIN {self.table} ON {self.table}.value = listed.value"
            f" AND listed.facet IN ({_quoted(self.filters)})"
        )


class Statement:
    """`given` are ids of pages, the best first, when a text is looked for."""

    def __init__(
        self,
        catalogue: Catalogue,
        state: State,
        pages: QuerySet[Any],
        given: list[int] | None,
    ) -> None:
        self.catalogue = catalogue
        self.state = state
        self.active = state.active
        self.given = given
        self.sort = catalogue.sort_named[state.sort or catalogue.default_sort(state.text).name]
        self.pages = self._pages(pages)

    def whole(self, window: Window, *, exact: int) -> Part:
        """Rows of (kind, facet, value, number, label, place)."""
        words = list(_words(self.catalogue))
        branches, given = _joined(list(self._branches(window, exact)), " UNION ALL ")
        parts: list[Part] = [
            *self._matched(),
            (f"shown AS ({self._shown()})", [window.limit, window.offset]),
            (f"listed (kind, facet, value, number) AS ({branches})", given),
            *((f"{w.table} (value, label, place) AS ({w.sql})", w.parameters) for w in words),
        ]
        before, parameters = _joined(parts, ", ")
        label = _first_of([f"{one.table}.label" for one in words])
        place = _first_of([f"{one.table}.place" for one in words])
        columns = f"listed.kind, listed.facet, listed.value, listed.number, {label}, {place}"
        joins = "".join(one.join for one in words)
        return f"WITH {before} SELECT {columns} FROM listed{joins}", parameters  # noqa: S608

    def _pages(self, pages: QuerySet[Any]) -> Part:
        flags = {
            f"passes_{name}": ExpressionWrapper(
                Q(pk__in=_pages_with(self.catalogue, name, self.state.values(name))),
                BooleanField(),
            )
            for name in self.active
        }
        keys = {f"key_{n}": order.expression for n, order in enumerate(self.sort.order)}
        chosen = pages.order_by().annotate(**flags, **keys)
        return _compiled(chosen.values_list("pk", *flags, *keys))

    def _matched(self) -> Iterator[Part]:
        flags = [f"passes_{name}" for name in self.active]
        keys = [f"key_{n}" for n in range(len(self.sort.order))]
        columns = ", ".join(["page_id", *flags, *keys])
        sql, parameters = self.pages
        if self.given is None:
            yield f"matched ({columns}) AS ({sql})", parameters
            return
        yield f"found (page_id, place) AS ({_numbered_ids()})", [json.dumps(self.given)]
        yield f"asked ({columns}) AS ({sql})", parameters
        yield MATCHED_OF_FOUND, []

    def _shown(self) -> str:
        keys = [
            f"key_{n} {'DESC' if order.descending else 'ASC'}"
            f"{' NULLS LAST' if order.nulls_last else ''}"
            for n, order in enumerate(self.sort.order)
        ]
        if self.sort.needs_text and self.given is not None:
            keys = ["place"]
        order = ", ".join([*keys, "page_id DESC"])
        return (
            f"SELECT page_id, ROW_NUMBER() OVER (ORDER BY {order}) AS number FROM matched"  # noqa: S608
            f"{_where(self._passing())} ORDER BY number LIMIT %s OFFSET %s"
        )

    def _passing(self, *, but: str = "") -> list[str]:
        return [f"passes_{name}" for name in self.active if name != but]

    def _branches(self, window: Window, exact: int) -> Iterator[Part]:
        everything = self._passing()
        yield _count_of("total", "", everything), []
        if self.given is not None:
            yield _count_of("exact", "", [*everything, "place < %s"]), [exact]
        yield "SELECT 'page', '', CAST(number AS varchar(20)), page_id FROM shown", []
        if window.facts:
            columns = f"SELECT 'fact', v.facet, v.value, v.page_id FROM {TABLE} v"  # noqa: S608
            yield f"{columns} JOIN shown ON shown.page_id = v.page_id", []
        for name, value in sorted(self.state.chosen):
            yield f"SELECT 'chosen', '{name}', CAST(%s AS varchar(255)), 0", [value]
        for name in self.active:
            yield _count_of("without", name, self._passing(but=name)), []
        others = [name for name in window.facets if name not in self.active]
        if others:
            yield _counts(everything, others), [self.catalogue.name]
        for name in window.facets:
            if name in self.active:
                yield _counts(self._passing(but=name), [name]), [self.catalogue.name]


def _compiled(queryset: QuerySet[Any, Any]) -> Part:
    sql, parameters = queryset.query.get_compiler(connection=connection).as_sql()
    return sql, list(parameters)


def _joined(parts: list[Part], between: str) -> Part:
    return between.join(sql for sql, _given in parts), [v for _sql, given in parts for v in given]


def _words(catalogue: Catalogue) -> Iterator[Words]:
    """Each vocabulary of the database once, with the filters that it has the labels of."""
    filters: dict[Terms, list[Filter]] = defaultdict(list)
    for one in catalogue.filters:
        if one.terms is not None:
            filters[one.terms].append(one)
    for terms, those in filters.items():
        try:
            sql, parameters = _compiled(terms().order_by())
        except EmptyResultSet:
            continue
        yield Words(f"words_of_{those[0].name}", sql, parameters, [one.name for one in those])


def _pages_with(catalogue: Catalogue, facet: str, values: Collection[str]) -> QuerySet[Any, Any]:
    rows = FacetValue.objects.filter(catalogue=catalogue.name, facet=facet)
    return rows.filter(value__in=sorted(values)).values("page_id")


def _where(conditions: list[str]) -> str:
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _quoted(names: list[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _first_of(columns: list[str]) -> str:
    return f"COALESCE({', '.join([*columns, 'NULL'])})" if columns else "NULL"


def _count_of(kind: str, facet: str, conditions: list[str]) -> str:
    return f"SELECT '{kind}', '{facet}', '', COUNT(*) FROM matched{_where(conditions)}"  # noqa: S608


def _counts(conditions: list[str], facets: list[str]) -> str:
    return (
        f"SELECT 'count', v.facet, v.value, COUNT(*) FROM matched JOIN {TABLE} v"  # noqa: S608
        f" ON v.page_id = matched.page_id AND v.catalogue = %s AND v.facet IN ({_quoted(facets)})"
        f"{_where(conditions)} GROUP BY v.facet, v.value"
    )


def _numbered_ids() -> str:
    """Ids with their places, from one parameter: thousands of them would be slow one by one."""
    if connection.vendor == "postgresql":
        return (
            "SELECT CAST(id AS bigint), place - 1 FROM"
            " jsonb_array_elements_text(CAST(%s AS jsonb)) WITH ORDINALITY AS given(id, place)"
        )
    return "SELECT value, key FROM json_each(%s)"
