"""Which entries a text finds: those that have every word of it, whatever their endings."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

import snowballstemmer

from practices_pages.library.entries import Entry

WORD = re.compile(r"\w+")
NOT_COMPOSED = str.maketrans("łŁ", "lL")
STEMMER = snowballstemmer.stemmer("polish")
SHORTEST_STEM = 3


def matching(entries: Iterable[Entry], text: str) -> tuple[list[int], set[int]]:
    """The keys of those that match, and of those that do so by their title alone."""
    asked = [_beginnings(word) for word in WORD.findall(text.casefold())]
    if not asked:
        return [], set()
    found: list[int] = []
    by_title: set[int] = set()
    for entry in entries:
        if _has_all(words_of(entry.text), asked):
            found.append(entry.key)
            if _has_all(words_of(entry.title), asked):
                by_title.add(entry.key)
    return found, by_title


def _has_all(words: frozenset[str], asked: list[tuple[str, ...]]) -> bool:
    return all(any(word.startswith(beginnings) for word in words) for beginnings in asked)


def _beginnings(word: str) -> tuple[str, ...]:
    stem = folded(STEMMER.stemWord(word))
    return (folded(word), stem) if len(stem) >= SHORTEST_STEM else (folded(word),)


@lru_cache(maxsize=20_000)
def words_of(text: str) -> frozenset[str]:
    return frozenset(WORD.findall(folded(text.casefold())))


def folded(text: str) -> str:
    taken_apart = unicodedata.normalize("NFKD", text.translate(NOT_COMPOSED))
    return "".join(sign for sign in taken_apart if not unicodedata.combining(sign))
