"""From a query string to a state and back: what is asked for, in one canonical form.

Pure: whether a value exists in a vocabulary is known only later, from the database.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from urllib.parse import urlencode

from django.utils.translation import gettext

from practices_pages.catalogue.filters import Catalogue, Filter

TEXT, SORT, PAGE = "q", "sort", "page"
LONGEST_TEXT = 200
MOST_VALUES = 40
LAST_PAGE = 100_000
# What other sites hang on the addresses of links: no mistake of the visitor.
FOREIGN = re.compile(r"utm_[a-z]+|fbclid|gclid|mtm_[a-z]+")
CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Complaint:
    """Something in the query that was left out. `message` is for a person."""

    parameter: str
    message: str


@dataclass(frozen=True)
class State:
    """What a visitor asked of a catalogue. `sort` is empty for the default order."""

    chosen: frozenset[tuple[str, str]] = frozenset()
    text: str = ""
    sort: str = ""
    page: int = 1

    def values(self, name: str) -> frozenset[str]:
        return frozenset(value for filter_name, value in self.chosen if filter_name == name)

    @property
    def active(self) -> list[str]:
        """Names of the filters in which something is chosen."""
        return sorted({name for name, _value in self.chosen})

    @property
    def is_plain(self) -> bool:
        """The whole catalogue, in whatever order and on whatever page."""
        return not self.chosen and not self.text

    def adding(self, name: str, value: str) -> "State":
        return replace(self, chosen=self.chosen | {(name, value)}, page=1)

    def dropping(self, name: str, value: str) -> "State":
        return replace(self, chosen=self.chosen - {(name, value)}, page=1)

    def without(self, name: str) -> "State":
        kept = frozenset(pair for pair in self.chosen if pair[0] != name)
        return replace(self, chosen=kept, page=1)

    def alone(self, name: str, value: str) -> "State":
        """As if `value` were the only one chosen in its filter."""
        return self.without(name).adding(name, value)

    def without_text(self) -> "State":
        return replace(self, text="", page=1)

    def searching(self, text: str) -> "State":
        return replace(self, text=text, page=1)

    def sorted_by(self, sort: str) -> "State":
        return replace(self, sort=sort, page=1)

    def at_page(self, page: int) -> "State":
        return replace(self, page=page)

    def parameters(self) -> list[tuple[str, str]]:
        pairs = sorted(self.chosen)
        if self.text:
            pairs.append((TEXT, self.text))
        if self.sort:
            pairs.append((SORT, self.sort))
        if self.page > 1:
            pairs.append((PAGE, str(self.page)))
        return pairs

    @property
    def query(self) -> str:
        """The canonical query string, equal for equal states; empty for the whole catalogue."""
        return urlencode(self.parameters())

    @property
    def address(self) -> str:
        """A link to this state from any other state of the same page."""
        return f"?{self.query}" if self.query else "."


@dataclass
class Reading:
    """A query string that is being read; complaints gather on the way."""

    catalogue: Catalogue
    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, parameter: str, message: str) -> None:
        self.complaints.append(Complaint(parameter, message))


def read(
    parameters: Mapping[str, list[str]],
    catalogue: Catalogue,
    *,
    also: Iterable[str] = (),
    is_strict: bool = False,
) -> tuple[State, list[Complaint]]:
    """The state that a query asks for, and what in it means nothing.

    `also` are parameters that somebody else reads. Empty values say nothing, as forms send them,
    and what other sites hang on addresses is passed over: unless it `is_strict`, for programs,
    which also page by other means.
    """
    reading = Reading(catalogue)
    chosen: set[tuple[str, str]] = set()
    text = sort = ""
    page = 1
    others = set(also)
    known = {*known_parameters(catalogue), *others} - ({PAGE} if is_strict else set())
    for name, given in parameters.items():
        values = [value.strip() for value in given if value.strip()]
        if is_strict and len(values) < len(given) and name in known - others:
            reading.complain(name, gettext("This parameter has no value."))
        if name in catalogue.filter_named:
            one = catalogue.filter_named[name]
            chosen |= {(name, value) for value in _chosen(one, values, reading)}
        elif name == TEXT:
            text = _text(values, reading)
        elif name == SORT:
            sort = _single(SORT, values, reading)
        elif name == PAGE and PAGE in known:
            page = _page(values, reading)
        elif name not in others and (is_strict or not FOREIGN.fullmatch(name)):
            reading.complain(name, _unknown(name, known))
    sort = _sort(sort, text, reading)
    return State(frozenset(chosen), text, sort, page), reading.complaints


def known_parameters(catalogue: Catalogue) -> set[str]:
    return {*catalogue.filter_named, TEXT, SORT, PAGE}


def _chosen(one: Filter, values: list[str], reading: Reading) -> Iterator[str]:
    if len(values) > MOST_VALUES:
        reading.complain(
            one.name,
            gettext("At most %(number)d values of one filter.") % {"number": MOST_VALUES},
        )
    for value in values[:MOST_VALUES]:
        if one.accepts(value):
            yield value
        else:
            reading.complain(one.name, unknown_value(one, value))


def unknown_value(one: Filter, value: str) -> str:
    return gettext("“%(label)s”: there is no “%(value)s” to choose.") % {
        "label": one.label,
        "value": CONTROL.sub(" ", value)[:60],
    }


def _unknown(name: str, known: set[str]) -> str:
    similar = get_close_matches(name, sorted(known), n=1)
    if similar:
        return gettext("There is no such parameter. Did you mean “%s”?") % similar[0]
    return gettext("There is no such parameter. These exist: %s.") % ", ".join(sorted(known))


def _single(name: str, values: list[str], reading: Reading) -> str:
    if len(values) > 1:
        reading.complain(name, gettext("This parameter may be given once."))
    return values[0] if values else ""


def _text(values: list[str], reading: Reading) -> str:
    text = " ".join(CONTROL.sub(" ", _single(TEXT, values, reading)).split())
    if len(text) > LONGEST_TEXT:
        reading.complain(
            TEXT,
            gettext("The text is too long: only its first %(number)d characters were used.")
            % {"number": LONGEST_TEXT},
        )
    return text[:LONGEST_TEXT].strip()


def _sort(name: str, text: str, reading: Reading) -> str:
    catalogue = reading.catalogue
    if not name or name == catalogue.default_sort(text).name:
        return ""
    known = catalogue.sort_named.get(name)
    if known is None:
        names = ", ".join(catalogue.sort_named)
        reading.complain(SORT, gettext("There is no such order. These exist: %s.") % names)
        return ""
    if known.needs_text and not text:
        reading.complain(SORT, gettext("This order needs a text to look for."))
        return ""
    return name


def _page(values: list[str], reading: Reading) -> int:
    number = _single(PAGE, values, reading)
    if not number:
        return 1
    if number.isascii() and number.isdigit() and len(number) <= 6 and 1 <= int(number) <= LAST_PAGE:
        return int(number)
    reading.complain(PAGE, gettext("The number of the page is no whole number from 1 upwards."))
    return 1
