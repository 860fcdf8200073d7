"""A page of results as a visitor sees it: cards, facets with counts, chips, and the ways on."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.paginator import Paginator
from django.utils.translation import gettext

from practices_pages.catalogue.filters import Catalogue
from practices_pages.catalogue.labels import Term
from practices_pages.catalogue.states import Complaint, State
from practices_pages.catalogue.tallying import Tally

# So many options of a facet stand open; the rest is behind "show more".
OPEN_OPTIONS = 8
AREA, MOST_AREAS = "area", 6


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True)
class Facet:
    """A filter with what can be chosen now. Not offered: too long, `hint` says what shortens it."""

    name: str
    label: str
    options: tuple[Option, ...]
    is_offered: bool
    hint: str
    # A single box to tick, which needs no heading of its own.
    is_flag: bool = False

    @property
    def chosen(self) -> int:
        return sum(option.is_chosen for option in self.options)

    @property
    def first(self) -> tuple[Option, ...]:
        """What stands open: the first options, and every chosen one."""
        if len(self.options) <= OPEN_OPTIONS + 2:
            return self.options
        return tuple(o for n, o in enumerate(self.options) if n < OPEN_OPTIONS or o.is_chosen)

    @property
    def rest(self) -> tuple[Option, ...]:
        open_values = {option.value for option in self.first}
        return tuple(option for option in self.options if option.value not in open_values)


@dataclass(frozen=True)
class Chip:
    """A chosen value, and the address without it."""

    filter_label: str
    label: str
    address: str


@dataclass(frozen=True)
class Advice:
    """A way out of an empty result: one filter less, and how many that would give."""

    label: str
    address: str
    count: int


@dataclass(frozen=True)
class Order:
    """A way to sort; the value of the default one is empty, so that a text brings its own."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class PageLink:
    """A link of the row below the list; without a number it is a gap."""

    number: int | None
    address: str = ""
    is_current: bool = False


@dataclass
class Card:
    """What a list shows of a page: the page, and its values in the filters with their labels."""

    page: Any
    terms: dict[str, list[Term]]
    is_similar: bool = False
    # With the words of a search marked, where there is one.
    title: str = ""
    excerpt: str = ""


@dataclass
class Results:
    catalogue: Catalogue
    state: State
    complaints: list[Complaint]
    tally: Tally
    cards: list[Card] = field(default_factory=list)
    # How many there would be without the text, when there is nothing with it.
    without_text: int = 0
    # And then also what there would be, and the text as it may have been meant.
    elsewhere: Tally = field(default_factory=Tally)
    corrected: str = ""

    @property
    def total(self) -> int:
        return self.tally.total

    @property
    def count(self) -> str:
        return self.catalogue.counted(self.total)

    @cached_property
    def facets(self) -> list[Facet]:
        return list(_facets(self.catalogue, self.state, self.tally))

    @property
    def lists(self) -> list[Facet]:
        return [f for f in self.facets if not f.is_flag and (f.options or not f.is_offered)]

    @property
    def flags(self) -> list[Facet]:
        return [facet for facet in self.facets if facet.is_flag and facet.options]

    @cached_property
    def chips(self) -> list[Chip]:
        return [
            Chip(str(one.label), term.label, self.state.dropping(one.name, term.value).address)
            for one in self.catalogue.filters
            for term in sorted(self.terms(one.name), key=lambda term: term.order)
            if term.value in self.state.values(one.name)
        ]

    def terms(self, name: str) -> list[Term]:
        return list(self.tally.labels.get(name, {}).values())

    @property
    def advice(self) -> list[Advice]:
        ways = [
            Advice(
                gettext("Without the filter “%s”") % self.catalogue.filter_named[name].label,
                self.state.without(name).address,
                count,
            )
            for name, count in self.tally.without.items()
            if count
        ]
        if self.without_text:
            label = gettext("Without the words “%s”") % self.state.text
            ways.append(Advice(label, self.state.without_text().address, self.without_text))
        return sorted(ways, key=lambda way: -way.count)

    @property
    def corrected_address(self) -> str:
        """Without filters: in the whole catalogue some page has the corrected word."""
        return State().searching(self.corrected).address

    @property
    def areas(self) -> list[Advice]:
        """When no page has the text: areas to look around in, the fullest first."""
        bare = self.state.without_text()
        labels = self.elsewhere.labels.get(AREA, {})
        found = [
            Advice(labels[value].label, bare.alone(AREA, value).address, count)
            for value, count in self.elsewhere.counts.get(AREA, {}).items()
            if value in labels and count
        ]
        return sorted(found, key=lambda area: (-area.count, area.label))[:MOST_AREAS]

    @property
    def orders(self) -> list[Order]:
        default = self.catalogue.default_sort(self.state.text)
        offered = [one for one in self.catalogue.sorts if self.state.text or not one.needs_text]
        values = ["" if one is default else one.name for one in offered]
        return [
            Order(value, str(one.label), value == self.state.sort)
            for value, one in zip(values, offered, strict=True)
        ]

    @property
    def last_page(self) -> int:
        return self._paginator.num_pages

    @property
    def page_links(self) -> list[PageLink]:
        numbers = self._paginator.get_elided_page_range(self.state.page, on_each_side=2, on_ends=1)
        return [
            PageLink(number, self.state.at_page(number).address, number == self.state.page)
            if isinstance(number, int)
            else PageLink(None)
            for number in numbers
        ]

    @property
    def previous_address(self) -> str:
        return self.state.at_page(self.state.page - 1).address if self.state.page > 1 else ""

    @property
    def next_address(self) -> str:
        is_last = self.state.page >= self.last_page
        return "" if is_last else self.state.at_page(self.state.page + 1).address

    @property
    def is_for_search_engines(self) -> bool:
        """The catalogue and each value alone: combinations are millions of almost equal pages."""
        return len(self.state.chosen) <= 1 and not self.state.text and not self.state.sort

    @property
    def exact_cards(self) -> list[Card]:
        return [card for card in self.cards if not card.is_similar]

    @property
    def similar_cards(self) -> list[Card]:
        return [card for card in self.cards if card.is_similar]

    @property
    def _paginator(self) -> Paginator[int]:
        return Paginator(range(self.total), self.catalogue.on_a_page)


def _facets(catalogue: Catalogue, state: State, counted: Tally) -> Iterator[Facet]:
    for one in catalogue.filters:
        chosen, counts = state.values(one.name), counted.counts.get(one.name, {})
        is_offered = bool(chosen) or len(counts) <= one.most
        terms = [
            term
            for term in counted.labels.get(one.name, {}).values()
            if is_offered and (term.value in counts or term.value in chosen)
        ]
        options = tuple(
            Option(term.value, term.label, counts.get(term.value, 0), term.value in chosen)
            for term in sorted(terms, key=lambda term: term.order)
        )
        is_flag = len(one.choices) == 1
        yield Facet(one.name, str(one.label), options, is_offered, str(one.hint), is_flag)
