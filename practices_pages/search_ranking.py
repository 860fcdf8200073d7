"""From the words of a query to pages, best first: a statement for what the index knows of the words
and one for the pages, the same on every database.

All arithmetic in SQL is with whole numbers, so that no database rounds otherwise than another.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from practices_pages import polish
from practices_pages.models.search import SearchedPage, SearchPosting, SearchTerm, SynonymGroup
from practices_pages.search_query import DISTANT, RELATED, SYNONYM, Phrase, Sought, Terms

# Beside how rare a word is, so that one that stands everywhere still counts.
COMMONEST = 0.2
SCALE = 100
MOST_RELATED = 12
# Of what is asked for, weighed by how rare the words are, so many percent must be in a page.
ENOUGH = 25
# So many entries of the index are read without anybody waiting. A query that would read more asks
# for its commonest words by their own form alone, and for a few of them: they tell nothing apart.
MOST_ENTRIES = 40_000
MOST_COMMON = 5

POSTINGS = SearchPosting._meta.db_table

Params = list[Any]


@dataclass(frozen=True)
class Ranked:
    page_id: int
    score: int
    is_exact: bool


@dataclass(frozen=True)
class Term:
    """A term that some page has, and in how many."""

    pk: int
    term: str
    stem: str
    pages: int


@dataclass(frozen=True)
class Known:
    """What the index knows of the words of a query, how many pages it has, and the synonyms."""

    terms: tuple[Term, ...]
    total: int
    groups: tuple[str, ...]


@dataclass(frozen=True)
class Slot:
    """A word of the query as the index knows it.

    Any of `terms` stands for it with its factor, or one whole phrase: each of its words as one of
    its terms. `rarity` is the word's part of the whole query.
    """

    rarity: int
    terms: dict[int, int]
    phrases: tuple[tuple[dict[int, int], ...], ...]
    # How many rows of the index that is.
    entries: int


def rank(sought: Sequence[Sought], known: Known, pages: QuerySet[Any]) -> list[Ranked]:
    """Pages in which every word stands, then those in which enough of the query does."""
    slots = list(_slots(sought, known))
    if sum(slot.entries for slot in slots) > MOST_ENTRIES:
        slots = list(_slots(_in_common_words(sought, known), known))
    arms = [_arm(slot) for slot in slots if slot.terms or slot.phrases]
    if not arms:
        return []
    try:
        allowed, its_params = pages.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return []
    hits, params = _union(arms)
    enough = sum(slot.rarity for slot in slots) * ENOUGH // 100
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT page_id, total, words FROM"  # noqa: S608
            f" (SELECT page_id, SUM(score) * COUNT(*) AS total, COUNT(*) AS words FROM ({hits})"
            f" AS hit GROUP BY page_id HAVING SUM(rarity) >= %s) AS best"
            f" WHERE page_id IN ({allowed}) ORDER BY words DESC, total DESC, page_id DESC",
            [*params, enough, *its_params],
        )
        rows = cursor.fetchall()
    return [Ranked(page_id, int(total), words == len(slots)) for page_id, total, words in rows]


def _slots(sought: Sequence[Sought], index: Known) -> Iterator[Slot]:
    known, total = index.terms, index.total
    by_term = {row.term: row for row in known}
    for word in sought:
        shares = {by_term[term].pk: share for term, share in word.terms.items() if term in by_term}
        for row in _related(word, known):
            shares.setdefault(row.pk, RELATED)
        if not shares:
            shares = {row.pk: DISTANT for row in _distant(word, known)}
        counted = {row.pk: row.pages for row in known}
        rarity = _rarity(max((counted[pk] for pk in shares), default=0), total)
        phrases = [
            tuple(_any_of(terms, by_term, rarity * SYNONYM) for terms in phrase)
            for phrase in sorted(word.phrases, key=_in_order)
        ]
        phrases = [phrase for phrase in phrases if all(phrase)]
        read = [*shares, *(pk for phrase in phrases for terms in phrase for pk in terms)]
        yield Slot(
            round(rarity),
            {pk: round(rarity * share) for pk, share in sorted(shares.items())},
            tuple(phrases),
            sum(counted[pk] for pk in read),
        )


def _in_common_words(sought: Sequence[Sought], index: Known) -> list[Sought]:
    """Without kin and synonyms of words that most pages have, and of those only the first few."""
    found, common = [], 0
    for word in sought:
        own = [row for row in index.terms if word.terms.get(row.term) == 1]
        commonest = max(own, key=lambda row: (row.pages, row.term), default=None)
        if commonest is None or commonest.pages * 2 < index.total:
            found.append(word)
        elif common < MOST_COMMON:
            common += 1
            found.append(Sought(word.text, {commonest.term: 1.0}, frozenset()))
    return found


def known_of(sought: Sequence[Sought]) -> Known:
    """One statement, with the groups of synonyms as they are now."""
    terms = {term for word in sought for term in word.terms}
    terms |= {
        term for word in sought for phrase in word.phrases for part in phrase for term in part
    }
    stems = {stem for word in sought for stem in word.stems}
    families = {polish.family(term) for word in sought for term in word.own} - {""}
    postings = SearchPosting.objects.filter(term_id=OuterRef("pk")).order_by()
    counted = postings.values("term_id").annotate(count=Count("*")).values("count")
    everything = SearchedPage.objects.order_by().annotate(one=Value(1)).values("one")
    found = (
        SearchTerm.objects.filter(Q(term__in=terms) | Q(stem__in=stems) | Q(family__in=families))
        .annotate(
            pages=Coalesce(Subquery(counted), 0),
            total=Subquery(everything.annotate(count=Count("*")).values("count")),
        )
        .order_by()
        .values_list(Value("term"), "pk", "term", "stem", "pages", "total")
    )
    groups = SynonymGroup.objects.order_by().values_list(
        Value("group"), "pk", "words", Value(""), Value(0), Value(0)
    )
    rows = sorted(found.union(groups, all=True), key=lambda row: row[2])
    known = [row for row in rows if row[0] == "term" and row[4]]
    return Known(
        terms=tuple(Term(pk, term, stem, pages) for _kind, pk, term, stem, pages, _total in known),
        total=known[0][5] if known else 0,
        groups=tuple(row[2] for row in rows if row[0] == "group"),
    )


def _related(word: Sought, known: Sequence[Term]) -> list[Term]:
    """Words of the same stem, those that stand in most pages."""
    related = [row for row in known if row.stem in word.stems and row.term not in word.terms]
    return sorted(related, key=lambda row: (-row.pages, row.term))[:MOST_RELATED]


def _distant(word: Sought, known: Sequence[Term]) -> list[Term]:
    """Words that begin as this one does, which the index does not have."""
    kin = [row for row in known if any(polish.is_kin(row.term, term) for term in word.own)]
    return sorted(kin, key=lambda row: (-row.pages, row.term))[:MOST_RELATED]


def _rarity(pages: int, total: int) -> float:
    seldom = math.log(1 + (total - pages + 0.5) / (pages + 0.5)) if pages <= total else 0
    return SCALE * (COMMONEST + seldom)


def _any_of(terms: Terms, by_term: dict[str, Term], factor: float) -> dict[int, int]:
    return {by_term[term].pk: round(factor) for term in sorted(terms) if term in by_term}


def _in_order(phrase: Phrase) -> list[list[str]]:
    return [sorted(terms) for terms in phrase]


def _arm(slot: Slot) -> tuple[str, Params]:
    """A statement for the pages that have the word: each once, with its best score."""
    ways = [_pages_with(slot.terms)] if slot.terms else []
    ways += [_pages_with_all(phrase) for phrase in slot.phrases]
    sql, params = ways[0]
    if len(ways) > 1:
        sql, params = _union(ways)
        sql = f"SELECT page_id, MAX(score) AS score FROM ({sql}) AS way GROUP BY page_id"  # noqa: S608
    return f"SELECT page_id, score, %s AS rarity FROM ({sql}) AS arm", [slot.rarity, *params]  # noqa: S608


def _pages_with(terms: dict[int, int]) -> tuple[str, Params]:
    if len(terms) == 1:
        ((term, factor),) = terms.items()
        return f"SELECT page_id, weight * %s AS score FROM {POSTINGS} WHERE term_id = %s", [  # noqa: S608
            factor,
            term,
        ]
    cases = " ".join("WHEN %s THEN %s" for _term in terms)
    places = ", ".join("%s" for _term in terms)
    return (
        f"SELECT page_id, MAX(weight * CASE term_id {cases} END) AS score FROM {POSTINGS}"  # noqa: S608
        f" WHERE term_id IN ({places}) GROUP BY page_id",
        [*(value for pair in terms.items() for value in pair), *terms],
    )


def _pages_with_all(words: Sequence[dict[int, int]]) -> tuple[str, Params]:
    sql, params = _union([_pages_with(terms) for terms in words])
    return (
        f"SELECT page_id, SUM(score) / %s AS score FROM ({sql}) AS part"  # noqa: S608
        " GROUP BY page_id HAVING COUNT(*) = %s",
        [len(words), *params, len(words)],
    )


def _union(statements: Sequence[tuple[str, Params]]) -> tuple[str, Params]:
    sql = " UNION ALL ".join(sql for sql, _params in statements)
    return sql, [value for _sql, params in statements for value in params]
