"""What the home page tells of the collection: how much there is, about what, and where."""

from dataclasses import dataclass

from django.db.models import F, Prefetch
from django.utils.translation import npgettext
from wagtail.models import Page

from practices_pages import languages, pictures, practice_map, visibility
from practices_pages.catalogue.listing import pages_of
from practices_pages.catalogue.practices import PRACTICES
from practices_pages.catalogue.statements import Window
from practices_pages.catalogue.states import State
from practices_pages.catalogue.tallying import tally
from practices_pages.models import SECTIONS, PracticePage
from practices_pages.practice_map import PracticeMap

COUNTED = ["area", "unit", practice_map.FILTER]
POPULAR = 4


@dataclass(frozen=True)
class Area:
    label: str
    query: str
    count: int


@dataclass(frozen=True)
class Figure:
    number: int
    label: str


@dataclass(frozen=True)
class Overview:
    figures: list[Figure]
    areas: list[Area]
    map: PracticeMap

    @property
    def popular(self) -> list[Area]:
        return sorted(self.areas, key=lambda area: -area.count)[:POPULAR]


def overview_of(index: Page) -> Overview:
    """Of the practices below `index`. The numbers are those that the catalogue's filters give."""
    window = Window(0, 0, facts=False, facets=COUNTED)
    counted = tally(PRACTICES, State(), pages_of(PRACTICES, within=index), window, None)
    areas = counted.counts.get("area", {})
    voivodeships = counted.counts.get(practice_map.FILTER, {})
    terms = counted.labels.get("area", {})
    return Overview(
        figures=_figures(
            counted.total,
            len(counted.counts.get("unit", {})),
            len(voivodeships),
        ),
        areas=[
            Area(term.label, State().adding("area", term.value).query, areas[term.value])
            for term in sorted(terms.values(), key=lambda term: term.order)
        ],
        map=practice_map.drawn(index, voivodeships, counted.total),
    )


def newest_practices(count: int) -> list[PracticePage]:
    """What was taken over from an archive is new to the site, but not new."""
    practices = PracticePage.objects.originals().filter(is_archival=False)
    return list(
        languages.once(visibility.public(practices))
        .select_related("identity", "locale")
        .defer(*SECTIONS)
        .prefetch_related(
            Prefetch("main_image", queryset=pictures.prefetched("card", "feature")),
            "practice_units__unit__parent",
            "areas",
            "distinctions",
        )
        .order_by(F("first_published_at").desc(nulls_last=True), "-pk")[:count]
    )


def _figures(practices: int, units: int, voivodeships: int) -> list[Figure]:
    if not practices:
        return []
    return [
        Figure(practices, npgettext("a figure", "practice", "practices", practices)),
        Figure(units, npgettext("a figure", "local government", "local governments", units)),
        Figure(voivodeships, npgettext("a figure", "voivodeship", "voivodeships", voivodeships)),
    ]
