"""Which entries a text finds: those that have every word of it, by the rules of the search."""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from practices_pages import polish
from practices_pages.library.entries import Entry
from practices_pages.search import parse_with_synonyms
from practices_pages.search_query import Sought


class Words(NamedTuple):
    """What the words of a text may be."""

    lemmas: frozenset[str]
    stems: frozenset[str]


def matching(entries: Iterable[Entry], text: str) -> tuple[list[int], set[int]]:
    """The keys of those that match, and of those that do so by their title alone."""
    sought = parse_with_synonyms(text)
    if not sought:
        return [], set()
    found = [entry for entry in entries if _has_all(words_of(entry.text), sought)]
    by_title = {entry.key for entry in found if _has_all(words_of(entry.title), sought)}
    return [entry.key for entry in found], by_title


def _has_all(words: Words, sought: list[Sought]) -> bool:
    return all(
        not words.lemmas.isdisjoint(word.terms)
        or not words.stems.isdisjoint(word.stems)
        or any(all(words.lemmas & terms for terms in phrase) for phrase in word.phrases)
        for word in sought
    )


@lru_cache(maxsize=20_000)
def words_of(text: str) -> Words:
    analyses = [word.analysis for word in polish.words(polish.plain(text))]
    return Words(
        frozenset(lemma for one in analyses for lemma in one.lemmas),
        frozenset(stem for one in analyses for stem in one.stems),
    )
