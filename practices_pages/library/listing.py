"""From a query string to a page of the library; its state, facets and links are a catalogue's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wagtail.documents import get_document_model
from wagtail.models import Page

from practices_pages.catalogue.labels import Labels, labels_of, looked_up
from practices_pages.catalogue.listing import Search, no_such_page
from practices_pages.catalogue.results import Card, Results
from practices_pages.catalogue.states import State, read
from practices_pages.catalogue.tallying import Found, Tally
from practices_pages.library.entries import Entry
from practices_pages.library.filters import LIBRARY
from practices_pages.library.matching import matching
from practices_pages.library.tallying import Shelf, order_of, shelf, tally


@dataclass(frozen=True)
class Download:
    """A file as the list offers it, perhaps with another one for screen readers."""

    document: Any
    is_accessible: bool
    alternative: Any = None


@dataclass(frozen=True)
class EntryCard:
    entry: Entry
    publication: Page | None
    downloads: list[Download]
    places: list[Page]


@dataclass(frozen=True)
class LibrarySearch(Search):
    shelf: Shelf

    def count(self, state: State, found: Found | None) -> Tally:
        keys, by_title = list(self.shelf.entries), set[int]()
        if state.text:
            keys, by_title = matching(self.shelf.entries.values(), state.text)
        sort = state.sort or self.catalogue.default_sort(state.text).name
        counted = tally(self.catalogue, state, self.shelf, keys, order_of(sort, by_title))
        asked = {one.name: {*state.values(one.name)} for one in self.catalogue.filters}
        for facts in self.shelf.facts.values():
            for name, values in facts.items():
                asked[name] |= values
        counted.labels = labels_of(self.catalogue, looked_up(self.catalogue, asked))
        return counted


def library_results(parameters: Mapping[str, list[str]]) -> Results:
    """What a visitor sees for a query string. What means nothing is left out and complained of."""
    state, complaints = read(parameters, LIBRARY)
    search = LibrarySearch(LIBRARY, Page.objects.none(), shelf())
    state, counted = search.settled(state, complaints, None)
    last = max(1, -(-counted.total // LIBRARY.on_a_page))
    if state.page > last:
        complaints.append(no_such_page(state.page))
        state, counted = search.settled(state.at_page(last), complaints, None)
    answer = Results(LIBRARY, state, complaints, counted)
    answer.cards = _cards(counted.pages, search.shelf, counted.labels)
    if not counted.total and state.text:
        answer.without_text = search.count(state.without_text(), None).total
    return answer


def _cards(keys: list[int], shelf: Shelf, labels: Labels) -> list[Card]:
    """With the documents and pages they name: two statements for the whole list."""
    shown = [shelf.entries[key] for key in keys]
    files = [one for entry in shown for one in entry.files]
    named = {one.document for one in files} | {one.alternative for one in files if one.alternative}
    documents = get_document_model().objects.in_bulk(named)
    homes = {page for entry in shown for page in entry.places}
    homes |= {entry.publication.page for entry in shown if entry.publication}
    pages = Page.objects.select_related("locale").in_bulk(homes)
    return [
        Card(_entry_card(entry, documents, pages), _terms(shelf.facts[entry.key], labels))
        for entry in shown
    ]


def _terms(facts: Mapping[str, frozenset[str]], labels: Labels) -> dict[str, list[Any]]:
    return {
        name: sorted(
            (labels[name][value] for value in values if value in labels[name]),
            key=lambda term: term.order,
        )
        for name, values in facts.items()
    }


def _entry_card(entry: Entry, documents: dict[int, Any], pages: dict[int, Page]) -> EntryCard:
    return EntryCard(
        entry=entry,
        publication=pages.get(entry.publication.page) if entry.publication else None,
        downloads=[
            Download(
                documents[one.document],
                one.is_accessible,
                documents.get(one.alternative) if one.alternative else None,
            )
            for one in entry.files
            if one.document in documents
        ],
        places=[pages[page] for page in entry.places if page in pages],
    )
