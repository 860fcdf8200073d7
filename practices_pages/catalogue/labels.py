"""What the values of filters are called, and in which order they stand."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from practices_pages.catalogue.filters import Catalogue, Filter
from practices_pages.polish_order import polish_key


@dataclass(frozen=True)
class Term:
    value: str
    name: str
    # The name, with where it lies when two of them meet.
    label: str
    order: tuple[int, bytes, str]


# By filter, then by value.
Labels = dict[str, dict[str, Term]]
# The same for what stands in the database: label and place; None: in no vocabulary.
Stored = Mapping[str, Mapping[str, tuple[str, int] | None]]


def labels_of(catalogue: Catalogue, stored: Stored) -> Labels:
    """Terms by filter and value. A value that is in no vocabulary is left out."""
    labels: Labels = {}
    for name, values in stored.items():
        one = catalogue.filter_named[name]
        labels[name] = _told_apart(one, _terms(one, values))
    return labels


def looked_up(catalogue: Catalogue, asked: Mapping[str, Collection[str]]) -> Stored:
    """For values that were not counted by a statement, which brings their labels with them."""
    stored: dict[str, dict[str, tuple[str, int] | None]] = {}
    for name, values in asked.items():
        terms = catalogue.filter_named[name].terms
        rows = terms() if terms is not None and values else ()
        known = {value: (label, place) for value, label, place in rows}
        stored[name] = {value: known.get(value) for value in values}
    return stored


def _terms(one: Filter, values: Mapping[str, tuple[str, int] | None]) -> dict[str, Term]:
    if one.terms is not None:
        known = ((value, row) for value, row in values.items() if row is not None)
        return {
            value: Term(value, label, label, (place, polish_key(label), value))
            for value, (label, place) in known
        }
    listed = one.choices or [(value, value) for value in sorted(values, reverse=True)]
    return {
        value: Term(value, str(label), str(label), (place, b"", value))
        for place, (value, label) in enumerate(listed)
        if value in values
    }


def _told_apart(one: Filter, known: dict[str, Term]) -> dict[str, Term]:
    """236 names belong to two or more units: those that meet here say where they lie."""
    if one.beside is None:
        return known
    often = Counter(term.name for term in known.values())
    return {
        value: replace(term, label=f"{term.name} ({one.beside(value)})")
        if often[term.name] > 1
        else term
        for value, term in known.items()
    }
