"""The feeds of this site. Each takes the parameters of its catalogue's page, but order and page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override as in_language
from django.views.decorators.http import require_safe
from wagtail.models import Locale, Page

from practices_pages import visibility
from practices_pages.catalogue import PRACTICES, Catalogue, Results, pages_of, read
from practices_pages.catalogue.films import FILMS
from practices_pages.catalogue.listing import cards, found_in
from practices_pages.catalogue.news import NEWS
from practices_pages.catalogue.results import Card
from practices_pages.catalogue.statements import Window
from practices_pages.catalogue.states import SORT, Complaint
from practices_pages.feeds import ENTRIES, Entry, Feed, answer
from practices_pages.models import FilmIndexPage, NewsIndexPage, PracticeIndexPage


@dataclass(frozen=True)
class FeedOf:
    """A catalogue as a feed. `key` is what a page is known by for ever; `categories` are the
    filters whose values an entry names."""

    catalogue: Catalogue
    title: Any
    index: type[Page]
    key: Callable[[Any], str]
    categories: tuple[str, ...] = ("area", "unit")


def _translation_key(page: Any) -> str:
    """It stays wherever the page moves."""
    return str(page.translation_key)


PRACTICES_FEED = FeedOf(PRACTICES, _("Good practices"), PracticeIndexPage, lambda page: page.pid)
FILMS_FEED = FeedOf(FILMS, _("Films"), FilmIndexPage, _translation_key)
NEWS_FEED = FeedOf(NEWS, _("News"), NewsIndexPage, _translation_key, categories=("project",))


@require_safe
def practices(request: HttpRequest) -> HttpResponse:
    """The newest practices, all or by the filters of the catalogue, in the site's language."""
    return _newest(request, PRACTICES_FEED)


@require_safe
def films(request: HttpRequest) -> HttpResponse:
    return _newest(request, FILMS_FEED)


@require_safe
def news(request: HttpRequest) -> HttpResponse:
    return _newest(request, NEWS_FEED)


def _newest(request: HttpRequest, of: FeedOf) -> HttpResponse:
    with in_language(Locale.get_default().language_code):
        state, complaints = read(dict(request.GET.lists()), of.catalogue, is_strict=True)
        if state.sort:
            complaints.append(Complaint(SORT, gettext("A feed has the newest first.")))
        if state.text:
            # Relevance would put an old practice before a new one.
            state = state.sorted_by(of.catalogue.sorts[0].name)
        pages = pages_of(of.catalogue).filter(locale=Locale.get_default())
        found = found_in(of.catalogue, state, pages=pages, window=Window(0, ENTRIES))
        if wrong := [*complaints, *found.complaints]:
            return _refused(wrong)
        return answer(request, _feed(request, of, found))


def _refused(complaints: list[Complaint]) -> HttpResponse:
    lines = "\n".join(f"{one.parameter}: {one.message}" for one in complaints)
    return HttpResponseBadRequest(f"{lines}\n", content_type="text/plain; charset=utf-8")


def _feed(request: HttpRequest, of: FeedOf, found: Results) -> Feed:
    chosen = ", ".join([*(chip.label for chip in found.chips), *filter(None, [found.state.text])])
    title = str(of.title)
    query = found.state.sorted_by("").query
    key = of.catalogue.name
    return Feed(
        key=f"{key}?{query}" if query else key,
        title=f"{title}: {chosen}" if chosen else title,
        url=_page_for_people(request, of, query),
        language=Locale.get_default().language_code,
        entries=tuple(
            _entry(request, of, card)
            for card in cards(of.catalogue, found.tally)
            if card.page.first_published_at
        ),
    )


def _page_for_people(request: HttpRequest, of: FeedOf, query: str) -> str:
    index = visibility.public(of.index._default_manager.order_by("path")).first()
    address = index.get_url(request) if index else "/"
    return request.build_absolute_uri(f"{address}?{query}" if query else address)


def _entry(request: HttpRequest, of: FeedOf, card: Card) -> Entry:
    page: Any = card.page
    published = page.first_published_at
    return Entry(
        key=f"{of.catalogue.name}/{of.key(page)}",
        title=page.title,
        url=request.build_absolute_uri(page.get_url(request)),
        summary=page.lead,
        published=published,
        updated=page.last_published_at or published,
        categories=tuple(term.name for name in of.categories for term in card.terms.get(name, [])),
    )
