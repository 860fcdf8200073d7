"""The seam to full-text search."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from practices_pages import search
from practices_pages.catalogue.results import Card
from practices_pages.catalogue.tallying import Found


def find(text: str, *, pages: QuerySet[Any]) -> Found:
    """Which of `pages` match `text`, the best first."""
    found = search.find(text, pages=pages)
    return Found(tuple(found.exact), tuple(found.similar), found)


def corrected(text: str, *, pages: QuerySet[Any]) -> str:
    """The text as it may have been meant, where none of `pages` has it as it is."""
    return search.corrected(text, pages=pages)


def show_matches(cards: Iterable[Card], found: Found) -> None:
    """Put into the cards where their pages were found: the words marked, in title and text."""
    if found.query is None:
        return
    cards = list(cards)
    texts = search.excerpts([card.page for card in cards], found.query)
    for card in cards:
        card.title = search.highlight(card.page.title, found.query)
        card.excerpt = texts[card.page.pk]
