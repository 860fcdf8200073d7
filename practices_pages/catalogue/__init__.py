"""The lists that visitors search, filter, count and sort: the same code for every page type.

    filters.py       what a catalogue is: a description without any query
    vocabularies.py  filters that several catalogues share (areas, units, competences, years)
    practices.py     the catalogue of practices
    plans.py         the catalogue of plans
    states.py        query string -> State -> canonical address; what means nothing is complained of
    searching.py     text -> ids of pages
    tallying.py      one statement: how many, which, their values, all facets
    labels.py        what the values are called, in one query
    listing.py       the steps from a query to a page of results
    results.py       what templates show of it: facets, chips, cards, orders, links to pages
    indexing.py      the only writer of the facet table, which live pages are derived into

Another page type declares a catalogue of its own in a module beside practices.py:

    FILMS = CATALOGUES.add(
        Catalogue(
            name="films",                             # stored in the facet table: never changes
            page_type="practices_pages.FilmPage",
            filters=(
                area_filter(),
                *unit_filters(lambda film: [(film.unit, "")] if film.unit else [], relation="unit"),
                flag("captions", _("Captions"), _("with captions"), holds=has_captions),
            ),
            sorts=(Sort("newest", _("Newest first"), NEWEST_FIRST),
                   Sort("relevance", _("Best match"), NEWEST_FIRST, needs_text=True)),
            prefetch=("areas", "unit__kind_periods"),   # what the filters read of a page
            shown=lambda films: films.select_related("locale", "main_image"),
        )
    )

and its index page takes `CatalogueIndex` (models/catalogue_index.py) among its bases, with
`catalogue = FILMS`: its template gets `results` and extends practices_pages/catalogue_page.html.
Publishing, unpublishing, repair, `rebuild_catalogue` and the tests of every catalogue follow. A
further filter is one more `Filter` in the tuple. What a filter's values follow from outside the
page itself and its `vocabulary` must call `indexing.touch` when it changes.
"""

from practices_pages.catalogue.filters import (
    BY_NUMBER,
    BY_TITLE,
    CATALOGUES,
    NEWEST_FIRST,
    Catalogue,
    Filter,
    Sort,
    flag,
)
from practices_pages.catalogue.listing import pages_of, results
from practices_pages.catalogue.news import NEWS
from practices_pages.catalogue.plans import PLANS
from practices_pages.catalogue.practices import PRACTICES, published_practices
from practices_pages.catalogue.results import Results
from practices_pages.catalogue.states import Complaint, State, read

__all__ = [
    "BY_NUMBER",
    "BY_TITLE",
    "CATALOGUES",
    "NEWEST_FIRST",
    "NEWS",
    "PLANS",
    "PRACTICES",
    "Catalogue",
    "Complaint",
    "Filter",
    "Results",
    "Sort",
    "State",
    "flag",
    "pages_of",
    "published_practices",
    "read",
    "results",
]
