"""Finds units by what somebody types: parts of names, without Polish letters, in any case form."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from practices_pages.models import LocalGovernmentUnit
from practices_pages.unit_index import words_of

MOST = 20
# Case endings are at most this long; so much of a word stays for certain.
LONGEST_ENDING, SHORTEST_STEM = 3, 3
# Said in front of a name, and part of none.
NOUNS = {"gmina", "gminy", "gminie", "miasto", "miasta", "powiat", "powiatu", "powiecie", "w", "we"}
PLAIN = str.maketrans("łŁ", "lL")


@dataclass(frozen=True)
class UnitsFound:
    units: tuple[LocalGovernmentUnit, ...] = ()
    # How many more there are.
    more: int = 0


def find_units(text: str) -> UnitsFound:
    """Communes and powiats whose name begins with each word, the shortest names first; if there
    are none, those whose name the words may be a case form of. Three queries."""
    words = [_plain(word) for word in words_of(text[:100])]
    words = [word for word in words if word not in NOUNS] or words
    if not words:
        return UnitsFound()
    names = [
        (code, _plain_words(name))
        for code, name in LocalGovernmentUnit.objects.values_list("code", "name")
        if len(code) > 2
    ]
    found = _matching(words, names) or _matching([_stem(word) for word in words], names)
    chosen = found[:MOST]
    units = LocalGovernmentUnit.objects.filter(code__in=chosen).select_related("parent")
    units = units.prefetch_related("kind_periods")
    by_code = {unit.code: unit for unit in units}
    return UnitsFound(tuple(by_code[code] for code in chosen), len(found) - len(chosen))


def unit_of(code: str) -> LocalGovernmentUnit | None:
    """A commune or a powiat by its TERYT code, also with the seventh digit."""
    if not (code.isascii() and code.isdigit() and len(code) in {4, 6, 7}):
        return None
    units = LocalGovernmentUnit.objects.prefetch_related("kind_periods")
    return units.filter(code=code[:6]).first()


def _matching(words: list[str], names: Iterable[tuple[str, list[str]]]) -> list[str]:
    found = [
        (sum(map(len, name)), " ".join(name), code)
        for code, name in names
        if all(any(part.startswith(word) for part in name) for word in words)
    ]
    return [code for _length, _name, code in sorted(found)]


def _stem(word: str) -> str:
    return word[: max(SHORTEST_STEM, len(word) - LONGEST_ENDING)]


def _plain_words(name: str) -> list[str]:
    return [_plain(word) for word in words_of(name)]


def _plain(word: str) -> str:
    letters = unicodedata.normalize("NFD", word.translate(PLAIN))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
