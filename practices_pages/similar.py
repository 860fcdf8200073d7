"""Which practices come from units like one's own, or are like one that is being read; and why.

Points decide: a shared area before the group of units, the group before the size, the size before
the place, and the newest first among equals. Databases add whole numbers, so every one of them
ranks alike. What a unit's size is not known of gets no points for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, Exists, F, IntegerField, Max, OuterRef, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page

from practices_pages import catalogue, languages, visibility
from practices_pages.models import LocalGovernmentUnit, PracticePage, PracticeUnit
from practices_pages.models.units import GROUP_OF_KIND

SHARED_AREA, SAME_GROUP, LIKE_SIZE, SAME_POWIAT, SAME_VOIVODESHIP = 16, 8, 4, 1, 1
# Half as many inhabitants to twice as many.
SIZE_FACTOR = 2
SHOWN = 12
# So many are asked whether the public may see them; a fixed number keeps a page's cost fixed.
CANDIDATES = 60


@dataclass(frozen=True)
class Likeness:
    """What a practice is compared with: a unit on a day, and areas."""

    code: str = ""
    kinds: frozenset[str] = frozenset()
    population: int | None = None
    areas: frozenset[int] = frozenset()

    @classmethod
    def of_unit(
        cls, unit: LocalGovernmentUnit, *, kind: str = "", areas: Iterable[int] = ()
    ) -> "Likeness":
        group = GROUP_OF_KIND.get(kind or kind_of(unit, timezone.localdate()))
        kinds = frozenset(kind for kind, its in GROUP_OF_KIND.items() if group and its == group)
        return cls(unit.code, kinds, unit.population, frozenset(areas))

    @property
    def sizes(self) -> tuple[int, int] | None:
        """The least and the most inhabitants of a unit of like size."""
        if not self.population:
            return None
        return -(-self.population // SIZE_FACTOR), self.population * SIZE_FACTOR

    @property
    def powiat(self) -> str:
        return self.code[:4] if len(self.code) >= 4 else ""


@dataclass(frozen=True)
class Found:
    practice: PracticePage
    reasons: tuple[str, ...]


def kind_of(unit: LocalGovernmentUnit, day: date) -> str:
    """Of a unit that is closed: what it was last. Reads prefetched periods."""
    periods = sorted(unit.kind_periods.all(), key=lambda period: period.valid_from)
    return unit.kind_on(day) or (str(periods[-1].kind) if periods else "")


def from_units_like(
    unit: LocalGovernmentUnit, index: Page, *, areas: Iterable[int] = ()
) -> list[Found]:
    """The practices of one list, those of the most similar units first."""
    likeness = Likeness.of_unit(unit, areas=areas)
    return _ranked(likeness, _rows_below(index), least=1, count=SHOWN)


def like(practice: PracticePage, *, count: int) -> list[Found]:
    """Practices of the same list with an area in common; of one without areas, the group."""
    rows = [row for row in practice.practice_units.all() if row.unit]
    areas = frozenset(area.pk for area in practice.areas.all())
    if rows:
        likeness = Likeness.of_unit(rows[0].unit, kind=rows[0].kind_at_time, areas=areas)
    else:
        likeness = Likeness(areas=areas)
    others = _rows_below(practice.get_parent()).exclude(page__identity=practice.identity_id)
    if areas:
        others = others.filter(page__in=_sharing(areas).values("practicepage_id"))
    return _ranked(likeness, others, least=SAME_GROUP, count=count)


def _rows_below(index: Page) -> QuerySet[PracticeUnit]:
    rows = PracticeUnit.objects.filter(page__live=True, page__alias_of=None, unit__isnull=False)
    if languages.original_of(index) is not None:
        return rows.filter(page__in=languages.below(PracticePage.objects.all(), index).values("pk"))
    return rows.filter(page__path__startswith=index.path, page__depth=index.depth + 1)


def _sharing(areas: Iterable[int]) -> QuerySet[Any]:
    shared: QuerySet[Any] = PracticePage.areas.through.objects.filter(thematicarea_id__in=areas)
    return shared


def _ranked(
    likeness: Likeness, rows: QuerySet[PracticeUnit], *, least: int, count: int
) -> list[Found]:
    best = (
        rows.values("page_id")
        .annotate(best=Max(_points(likeness)))
        .filter(best__gte=least)
        .order_by("-best", F("page__first_published_at").desc(nulls_last=True), "-page_id")
    )
    keys = [row["page_id"] for row in best[:CANDIDATES]]
    candidates = PracticePage.objects.filter(pk__in=keys).order_by()
    public = set(visibility.public(candidates).values_list("pk", flat=True))
    chosen = [key for key in keys if key in public][:count]
    shown = catalogue.published_practices().filter(pk__in=chosen)
    pages = {page.pk: page for page in shown}
    found = [pages[key] for key in chosen if key in pages]
    return [Found(page, tuple(_reasons(page, likeness))) for page in found]


def _points(likeness: Likeness) -> Any:
    sizes = likeness.sizes
    shares_area = _sharing(likeness.areas).filter(practicepage_id=OuterRef("page_id"))
    terms: list[tuple[Any, int]] = [
        (Q(kind_at_time__in=likeness.kinds), SAME_GROUP),
        (Q(unit__population__range=sizes) if sizes else None, LIKE_SIZE),
        (Q(unit__code__startswith=likeness.powiat) if likeness.powiat else None, SAME_POWIAT),
        (Q(unit__code__startswith=likeness.code[:2]) if likeness.code else None, SAME_VOIVODESHIP),
        (Exists(shares_area) if likeness.areas else None, SHARED_AREA),
    ]
    total: Any = Value(0, output_field=IntegerField())
    for condition, points in terms:
        if condition is not None:
            total += Case(
                When(condition, then=Value(points)),
                default=Value(0),
                output_field=IntegerField(),
            )
    return total


def points_of(row: PracticeUnit, likeness: Likeness) -> int:
    """What the database gives for one unit of a practice, without its areas."""
    unit, sizes = row.unit, likeness.sizes
    if unit is None:
        return 0
    terms = (
        (row.kind_at_time in likeness.kinds, SAME_GROUP),
        (_is_within(unit.population, sizes), LIKE_SIZE),
        (bool(likeness.powiat) and unit.code.startswith(likeness.powiat), SAME_POWIAT),
        (bool(likeness.code) and unit.code[:2] == likeness.code[:2], SAME_VOIVODESHIP),
    )
    return sum(points for holds, points in terms if holds)


def _is_within(population: int | None, sizes: tuple[int, int] | None) -> bool:
    return bool(sizes and population and sizes[0] <= population <= sizes[1])


def _reasons(practice: PracticePage, likeness: Likeness) -> Iterator[str]:
    """In the order in which they count, of the unit that is most alike."""
    shared = [area.name for area in practice.areas.all() if area.pk in likeness.areas]
    if shared:
        yield _("the same area: %(areas)s") % {"areas": ", ".join(shared)}
    rows = [row for row in practice.practice_units.all() if row.unit]
    if not rows:
        return
    row = max(rows, key=lambda row: points_of(row, likeness))
    if row.kind_at_time in likeness.kinds:
        yield _("the same group of units")
    if _is_within(row.unit.population, likeness.sizes):
        yield _("a similar number of inhabitants")
    if likeness.powiat and row.unit.code.startswith(likeness.powiat):
        yield _("the same powiat")
    elif likeness.code and row.unit.code[:2] == likeness.code[:2]:
        yield _("the same voivodeship")
