"""From a query to a page of results; the same steps for HTML, the API and feeds."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils.translation import gettext
from wagtail.models import Page

from practices_pages import languages, visibility
from practices_pages.catalogue import searching
from practices_pages.catalogue.filters import Catalogue
from practices_pages.catalogue.labels import Term
from practices_pages.catalogue.results import Card, Results
from practices_pages.catalogue.statements import Window
from practices_pages.catalogue.states import PAGE, Complaint, State, read, unknown_value
from practices_pages.catalogue.tallying import Found, Tally, tally


def pages_of(catalogue: Catalogue, *, within: Page | None = None) -> QuerySet[Page]:
    """The pages of a catalogue that the public may see, each once per language."""
    content_type = ContentType.objects.get_for_model(catalogue.model)
    pages = Page.objects.filter(content_type=content_type, alias_of=None)
    if within is not None:
        pages = languages.below(pages, within)
    return visibility.public(pages)


def results(
    catalogue: Catalogue,
    parameters: Mapping[str, list[str]],
    *,
    pages: QuerySet[Page],
) -> Results:
    """What a visitor sees for a query string. What means nothing is left out and complained of."""
    state, complaints = read(parameters, catalogue)
    found = found_in(catalogue, state, pages=pages)
    found.complaints[:0] = complaints
    return found


def found_in(
    catalogue: Catalogue,
    state: State,
    *,
    pages: QuerySet[Page],
    window: Window | None = None,
) -> Results:
    """The answer to a state: a page of it with its cards, or only the part that `window` says."""
    complaints: list[Complaint] = []
    search = Search(catalogue, pages, window=window)
    found = searching.find(state.text, pages=pages) if state.text else None
    if found and found.is_empty and window is None:
        return search.nothing(state)
    state, counted = search.settled(state, complaints, found)
    if window is not None:
        return Results(catalogue, state, complaints, counted)
    last = max(1, -(-counted.total // catalogue.on_a_page))
    if state.page > last:
        complaints.append(no_such_page(state.page))
        state, counted = search.settled(state.at_page(last), complaints, found)
    answer = Results(catalogue, state, complaints, counted)
    answer.cards = cards(catalogue, counted, found)
    if not counted.total and state.text:
        answer.without_text = search.count(state.without_text(), None).total
    return answer


def no_such_page(number: int) -> Complaint:
    message = gettext("There is no page %(number)d; this is the last.")
    return Complaint(PAGE, message % {"number": number})


@dataclass(frozen=True)
class Search:
    """The counting steps over one set of pages."""

    catalogue: Catalogue
    pages: QuerySet[Page]
    # Instead of that of the state's page.
    window: Window | None = field(default=None, kw_only=True)

    def settled(
        self, state: State, complaints: list[Complaint], found: Found | None
    ) -> tuple[State, Tally]:
        """A value that no vocabulary knows is taken out of the state, and counted anew."""
        counted = self.count(state, found)
        unknown = [
            (name, value)
            for name, value in sorted(state.chosen)
            if counted.labels and value not in counted.labels.get(name, {})
        ]
        if not unknown:
            return state, counted
        for name, value in unknown:
            message = unknown_value(self.catalogue.filter_named[name], value)
            complaints.append(Complaint(name, message))
            state = state.dropping(name, value).at_page(state.page)
        return state, self.count(state, found)

    def nothing(self, state: State) -> Results:
        """No page has the text: one count for all that there is without it, and its spelling."""
        complaints = [no_such_page(state.page)] if state.page > 1 else []
        bare, counted = self.settled(state.without_text(), complaints, None)
        answer = Results(
            self.catalogue, bare.searching(state.text), complaints, Tally(labels=counted.labels)
        )
        answer.without_text = counted.total
        answer.elsewhere = counted
        answer.corrected = searching.corrected(state.text, pages=self.pages)
        return answer

    def count(self, state: State, found: Found | None) -> Tally:
        size = self.catalogue.on_a_page
        facets = list(self.catalogue.filter_named)
        window = self.window or Window((state.page - 1) * size, size, facets=facets)
        return tally(self.catalogue, state, self.pages, window, found)


def cards(catalogue: Catalogue, counted: Tally, found: Found | None = None) -> list[Card]:
    """The pages of a tally, in its order, with the labels of their values."""
    pages = catalogue.shown(catalogue.model.objects.all())
    if found is not None:
        pages = pages.defer(None)  # The excerpts are from all the texts.
    loaded: Mapping[int, Any] = pages.in_bulk(counted.pages)
    similar: Collection[int] = frozenset(found.similar) if found else ()
    made = [
        Card(loaded[pk], _terms_of(counted, pk), is_similar=pk in similar)
        for pk in counted.pages
        if pk in loaded  # Else it was deleted a moment ago.
    ]
    if found is not None:
        searching.show_matches(made, found)
    return made


def _terms_of(counted: Tally, pk: int) -> dict[str, list[Term]]:
    terms: dict[str, list[Term]] = {}
    for name, value in counted.facts.get(pk, []):
        if term := counted.labels.get(name, {}).get(value):
            terms.setdefault(name, []).append(term)
    return {name: sorted(those, key=lambda term: term.order) for name, those in terms.items()}
