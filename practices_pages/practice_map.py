"""How many practices each voivodeship has, as a map and as a table of the same numbers."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count
from wagtail.models import Page

from practices_pages.catalogue import PRACTICES, pages_of
from practices_pages.models.facets import FacetValue
from practices_pages.poland import POLAND, Country, Shape

FILTER = "voivodeship"
# Besides the one of no practices.
SHADES = 4


@dataclass(frozen=True)
class Place:
    shape: Shape
    count: int
    shade: int


@dataclass(frozen=True)
class Range:
    """What one shade of the legend means."""

    shade: int
    least: int
    most: int


@dataclass(frozen=True)
class PracticeMap:
    index: Page
    country: Country
    places: tuple[Place, ...]
    ranges: tuple[Range, ...]
    # A practice of units in two voivodeships counts in both, and once here.
    practices: int

    @property
    def voivodeships(self) -> int:
        return sum(1 for place in self.places if place.count)


def map_of(index: Page) -> PracticeMap:
    """Two queries, whatever the number of practices. Each number is what the list shows when
    the voivodeship is chosen in its filter."""
    pages = pages_of(PRACTICES, within=index)
    rows = (
        FacetValue.objects.filter(catalogue=PRACTICES.name, facet=FILTER, page__in=pages.order_by())
        .values_list("value")
        .annotate(number=Count("page"))
        .order_by("value")
    )
    return drawn(index, dict(rows), pages.count())


def drawn(index: Page, counts: dict[str, int], practices: int) -> PracticeMap:
    """The map of what was counted already."""
    most = max(counts.values(), default=0)
    places = tuple(
        Place(shape, counts.get(shape.code, 0), _shade(counts.get(shape.code, 0), most))
        for shape in POLAND.shapes
    )
    return PracticeMap(index, POLAND, places, tuple(_ranges(most)), practices)


def _shade(count: int, most: int) -> int:
    return -(-count // _step(most)) if count else 0


def _ranges(most: int) -> Iterator[Range]:
    yield Range(0, 0, 0)
    step = _step(most)
    for shade in range(1, SHADES + 1):
        least = (shade - 1) * step + 1
        if least <= most:
            yield Range(shade, least, shade * step)


def _step(most: int) -> int:
    """Of how many counts one shade is."""
    return max(1, -(-most // SHADES))
