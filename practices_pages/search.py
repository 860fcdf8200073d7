"""Full-text search: `find` pages, `excerpt` and `highlight` what was found, `suggest` while typing,
the `corrected` spelling where nothing was found.

Postings say which page has a word; whether the public may see the page is asked in each query, by
the pages that the caller hands in.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.safestring import SafeString

from practices_pages.models.search import SynonymGroup
from practices_pages.search_marking import EXCERPT, Marker
from practices_pages.search_query import Sought, parse
from practices_pages.search_ranking import Known, known_of, rank
from practices_pages.search_spelling import corrected
from practices_pages.search_texts import prose_of
from practices_pages.suggestions import Suggestion, suggest

__all__ = [
    "Found",
    "Suggestion",
    "corrected",
    "excerpt",
    "excerpts",
    "find",
    "highlight",
    "suggest",
]

# With fewer exact results than this, similar ones are shown as well.
FEW = 3


@dataclass(frozen=True)
class Found:
    """Ids of pages, best first: `exact` ones have every word, `similar` ones enough of them."""

    sought: tuple[Sought, ...] = ()
    exact: list[int] = field(default_factory=list)
    similar: list[int] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """The words that were looked for, as typed but in small letters."""
        return [word.text for word in self.sought]


def find(text: str, *, pages: QuerySet[Any]) -> Found:
    """Look for `text` among `pages`. Any text may come; two statements, three at most."""
    sought, known = _understood(text)
    ranked = rank(sought, known, pages) if known else []
    exact = [page.page_id for page in ranked if page.is_exact]
    similar = [page.page_id for page in ranked if not page.is_exact] if len(exact) < FEW else []
    return Found(tuple(sought), exact, similar)


def highlight(text: str, query: Found | str) -> SafeString:
    """The text, escaped, with <mark> around every word that the query found, in any form."""
    return _marker(query).marked(text)


def excerpt(page: Any, query: Found | str, *, length: int = EXCERPT) -> SafeString:
    """The best part of a page's text with the words of the query marked; empty without any."""
    return _marker(query).excerpt(prose_of(page), length=length)


def excerpts(pages: Iterable[Any], query: Found | str) -> dict[int, SafeString]:
    """The same for the pages of a list. `pages` are those that may be shown."""
    marker = _marker(query)
    return {page.pk: marker.excerpt(prose_of(page)) for page in pages}


def _marker(query: Found | str) -> Marker:
    return Marker(parse_with_synonyms(query) if isinstance(query, str) else query.sought)


# The groups of synonyms as they were last read.
_groups_seen: tuple[str, ...] = ()


def _understood(text: str) -> tuple[list[Sought], Known | None]:
    """The words of a query, and what the index knows of them.

    Both hang on the synonyms, so those are guessed to be what they were: they come with the answer
    to the same statement, and only where they have changed since is it asked anew.
    """
    global _groups_seen
    if not parse(text, ()):
        return [], None
    guessed = _groups_seen
    sought = parse(text, guessed)
    known = known_of(sought)
    if known.groups != guessed:
        _groups_seen = known.groups
        sought = parse(text, known.groups)
        known = known_of(sought)
    return sought, known


def parse_with_synonyms(text: str) -> list[Sought]:
    if not parse(text, ()):
        return []
    return parse(text, SynonymGroup.objects.values_list("words", flat=True))
