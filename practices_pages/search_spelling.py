"""The spelling that somebody may have meant: words of public pages that are one edit away.

One statement. Bounded by how many words are tried and how long they may be: at most 3 times 1,300
spellings are made, looked up in the dictionary, and asked for by a unique index.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery

from practices_pages import polish
from practices_pages.models.search import SearchPosting, SearchTerm

# A shorter word is one edit away from too many others, a longer one is seldom typed.
SHORTEST, LONGEST = 4, 18
MOST_WORDS = 3
LETTERS = "aąbcćdeęfghijklłmnńoópqrsśtuvwxyzźż"


def corrected(text: str, *, pages: QuerySet[Any]) -> str:
    """The query with its unknown words corrected; empty where there is nothing to correct.

    A word is known when one of `pages` has it, and only their words are offered.
    """
    plain = polish.plain(text)
    tried = [word for word in polish.words(plain) if SHORTEST <= len(word.text) <= LONGEST]
    tried = tried[:MOST_WORDS]
    spelt = {word: _by_term(word.text) for word in tried}
    own = {word: {*word.analysis.lemmas} for word in tried}
    terms = {term for forms in spelt.values() for term in forms}.union(*own.values())
    counts = _counts(terms, pages) if terms else {}
    better = {
        word: _best(word.text, spelt[word], counts)
        for word in tried
        if own[word].isdisjoint(counts)
    }
    for word in sorted(better, key=lambda word: -word.start):
        if better[word]:
            plain = plain[: word.start] + better[word] + plain[word.end :]
    return plain if any(better.values()) else ""


def _by_term(word: str) -> dict[str, set[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for spelling in set(_edits(word)) - {word}:
        for term in polish.terms_as_written(spelling):
            found[term].add(spelling)
    return found


def _edits(word: str) -> Iterator[str]:
    """A letter too many, two that changed places, a wrong one, one too few."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        yield from (before + letter + after for letter in LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def _counts(terms: set[str], pages: QuerySet[Any]) -> dict[str, int]:
    """In how many of `pages` each term stands, as far as it stands in any."""
    postings = SearchPosting.objects.filter(
        term_id=OuterRef("pk"), page_id__in=pages.order_by().values("pk")
    )
    counted = postings.order_by().values("term_id").annotate(count=Count("*")).values("count")
    rows = SearchTerm.objects.filter(term__in=terms).annotate(pages=Subquery(counted))
    return {row.term: row.pages for row in rows if row.pages}


def _best(word: str, spelt: dict[str, set[str]], counts: dict[str, int]) -> str:
    """Of the word that most pages have, the form that begins as what was typed."""
    offered = [
        (-counts[term], form[0] != word[0], form)
        for term, forms in spelt.items()
        if term in counts
        for form in forms
    ]
    return min(offered)[2] if offered else ""
