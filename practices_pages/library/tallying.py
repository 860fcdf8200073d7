"""The counts of a catalogue's page of results, of entries that are no pages: done in Python."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.utils import timezone

from practices_pages import public_changes
from practices_pages.catalogue.filters import Catalogue
from practices_pages.catalogue.states import State
from practices_pages.catalogue.tallying import Tally
from practices_pages.library.entries import Entry, entries
from practices_pages.library.filters import LIBRARY
from practices_pages.polish_order import polish_key

title_key = lru_cache(maxsize=20_000)(polish_key)
Facts = dict[str, frozenset[str]]
Order = Callable[[Entry], Any]


@dataclass(frozen=True)
class Shelf:
    """Entries by their keys, with their values in the filters."""

    entries: dict[int, Entry]
    facts: dict[int, Facts]

    @classmethod
    def of(cls, catalogue: Catalogue, found: list[Entry]) -> "Shelf":
        facts = {
            entry.key: {one.name: frozenset(one.values(entry)) - {""} for one in catalogue.filters}
            for entry in found
        }
        return cls({entry.key: entry for entry in found}, facts)


@dataclass(frozen=True)
class Kept:
    """The shelf of this process: good until something public changes."""

    shelf: Shelf
    standing: public_changes.Standing
    until: datetime

    @classmethod
    def of_now(cls, standing: public_changes.Standing) -> "Kept":
        """`standing` is from before: what changes meanwhile makes another one."""
        until = public_changes.next_by_itself(timezone.now())
        return cls(Shelf.of(LIBRARY, entries()), standing, until)

    def is_good(self, standing: public_changes.Standing) -> bool:
        return self.standing == standing and timezone.now() < self.until


_kept: Kept | None = None


def shelf() -> Shelf:
    """What the public may see. One statement while nothing has changed."""
    global _kept
    standing = public_changes.standing()
    kept = _kept
    if kept is None or not kept.is_good(standing):
        _kept = kept = Kept.of_now(standing)
    return kept.shelf


def tally(catalogue: Catalogue, state: State, shelf: Shelf, keys: list[int], order: Order) -> Tally:
    """`keys` are the entries that the text lets through. A facet counts the entries that every
    *other* filter lets through, so that its numbers are what choosing a value would give."""
    result = Tally(without=dict.fromkeys(state.active, 0))
    passing = []
    for key in keys:
        failing = {name for name in state.active if not shelf.facts[key][name] & state.values(name)}
        if not failing:
            passing.append(key)
        for name in state.active:
            result.without[name] += not failing - {name}
        for name, values in shelf.facts[key].items():
            if not failing - {name}:
                for value in values:
                    result.counts[name][value] = result.counts[name].get(value, 0) + 1
    result.total = result.exact = len(passing)
    passing.sort(key=lambda key: order(shelf.entries[key]))
    start = (state.page - 1) * catalogue.on_a_page
    result.pages = passing[start : start + catalogue.on_a_page]
    return result


def order_of(sort: str, by_title: set[int]) -> Order:
    """`by_title` are the keys of entries in whose title the text was found."""

    def newest(entry: Entry) -> tuple[Any, ...]:
        return (-entry.day.toordinal(), title_key(entry.title), entry.key)

    if sort == "title":
        return lambda entry: (title_key(entry.title), entry.key)
    if sort == "relevance":
        return lambda entry: (entry.key not in by_title, *newest(entry))
    return newest
