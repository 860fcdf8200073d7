"""What a catalogue is: a page type, its filters and its orders. Pure description, no query."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.apps import apps
from django.db.models import F, OrderBy, QuerySet
from django.utils.translation import ngettext

YES = "yes"
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,60}")

Values = Callable[[Any], Iterable[str]]
# Rows of (value, label, place): the place orders them, the label within a place.
Terms = Callable[[], QuerySet[Any, Any]]


@dataclass(frozen=True)
class Filter:
    """One filter: a parameter of the address, and a facet with counts.

    `values` derives them from a live page. Their labels are `choices`, in that order, or come from
    the database by `terms`, or else are the values themselves, greatest first.
    """

    name: str
    label: Any
    values: Values
    choices: tuple[tuple[str, Any], ...] = ()
    terms: Terms | None = None
    pattern: re.Pattern[str] = SLUG
    # Where the values come from: a lookup from the page to rows of that model. When such a row
    # changes, the pages are derived again.
    relation: str = ""
    vocabulary: str = ""
    # Told apart by this where two values have the same label.
    beside: Callable[[str], str] | None = None
    # A longer list is of no use: it is offered only once the other filters made it as short.
    most: int = 1000
    # What to choose to make it short.
    hint: Any = ""
    # For developers, in English: what the values are.
    about: str = ""

    def accepts(self, value: str) -> bool:
        """Whether `value` can be one of ours; those of the database are looked up later."""
        if self.choices:
            return any(value == choice for choice, _label in self.choices)
        return self.pattern.fullmatch(value) is not None

    def follows(self, model: Any) -> bool:
        """Whether values come from rows of `model`. Not from those of a model of a migration."""
        return bool(self.vocabulary) and apps.get_model(self.vocabulary) is model


def flag(
    name: str, label: Any, option: Any, *, holds: Callable[[Any], bool], about: str = ""
) -> Filter:
    """A filter with one box to tick."""
    return Filter(
        name=name,
        label=label,
        values=lambda page: [YES] if holds(page) else [],
        choices=((YES, option),),
        about=about,
    )


@dataclass(frozen=True)
class Sort:
    name: str
    label: Any
    # Fields of Page; "catalogue_entry__sort_title" and "…__sort_number" are ours.
    order: tuple[OrderBy, ...] = ()
    needs_text: bool = False


NEWEST_FIRST = (F("first_published_at").desc(nulls_last=True),)
BY_TITLE = (F("catalogue_entry__sort_title").asc(nulls_last=True),)
BY_NUMBER = (F("catalogue_entry__sort_number").asc(nulls_last=True),)


def counted_results(number: int) -> str:
    return ngettext("%(number)d result", "%(number)d results", number) % {"number": number}


@dataclass(frozen=True)
class Catalogue:
    """One kind of pages that visitors filter, count and sort. `name` never changes: it is stored.

    `prefetch` is what the filters' `values` read of a page, `shown` what its cards do. The first
    of `sorts` is the default; with a text it is the first that needs one.
    """

    name: str
    page_type: str
    filters: tuple[Filter, ...]
    sorts: tuple[Sort, ...]
    prefetch: tuple[str, ...] = ()
    sort_number: Callable[[Any], int | None] = lambda page: None
    # How a list loads its pages: what the cards show without further queries.
    shown: Callable[[QuerySet[Any]], QuerySet[Any]] = lambda pages: pages
    # Gets `card` and `level`, that of its heading.
    card_template: str = ""
    # "12 practices", in the language of whoever reads.
    counted: Callable[[int], str] = counted_results
    on_a_page: int = 12
    # Name of the address of its feed, which takes the same filters.
    feed: str = ""

    @property
    def model(self) -> Any:
        return apps.get_model(self.page_type)

    @cached_property
    def filter_named(self) -> dict[str, Filter]:
        return {one.name: one for one in self.filters}

    @cached_property
    def sort_named(self) -> dict[str, Sort]:
        return {one.name: one for one in self.sorts}

    def default_sort(self, text: str) -> Sort:
        by_relevance = [one for one in self.sorts if one.needs_text] if text else []
        return (by_relevance or [one for one in self.sorts if not one.needs_text])[0]

    def facts(self, page: Any) -> Iterator[tuple[str, str]]:
        for one in self.filters:
            for value in dict.fromkeys(one.values(page)):
                if value:
                    yield one.name, value


@dataclass
class Register:
    """Every catalogue of the site by the type of its pages."""

    known: dict[str, Catalogue] = field(default_factory=dict)

    def add(self, catalogue: Catalogue) -> Catalogue:
        self.known[catalogue.page_type.lower()] = catalogue
        return catalogue

    def of(self, model: Any) -> Catalogue | None:
        return self.known.get(model._meta.label_lower)

    def __iter__(self) -> Iterator[Catalogue]:
        return iter(self.known.values())


CATALOGUES = Register()
