"""What the views of many practices show: the map, the comparison; what can be taken away."""

from dataclasses import dataclass, field

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Page

from practices_pages import comparison, files, practice_map, similar, unit_search, visibility
from practices_pages.comparison import Comparison
from practices_pages.frame import in_interface_language
from practices_pages.models import LocalGovernmentUnit, PracticePage, ThematicArea, UnitKind
from practices_pages.practice_map import PracticeMap
from practices_pages.printing import engine
from practices_pages.similar import Found
from practices_pages.take_away import name_of
from practices_pages.unit_search import UnitsFound

register = template.Library()


@dataclass(frozen=True)
class TakeAway:
    """Addresses of a page's files; an empty one where there is none."""

    pdf: str = ""
    zip: str = ""


@register.simple_tag
def map_of(index: Page) -> PracticeMap:
    return practice_map.map_of(index)


@register.simple_tag(takes_context=True)
def view_url(context: template.Context, index: Page, name: str = "") -> str:
    """The address of the list, or of one of its views, in the language of the interface."""
    address = index.get_url(context.get("request")) or ""
    if name:
        address += index.specific_deferred.reverse_subpage(name)
    return in_interface_language(address, get_language())


@register.simple_tag(takes_context=True)
def comparison_of(context: template.Context, index: Page) -> Comparison:
    """What the address asks to see side by side."""
    request = context.get("request")
    return comparison.compare(request.GET.getlist("id") if request else [], index)


@register.simple_tag
def compared(found: Comparison, without: str) -> str:
    """The query of the same comparison with one practice less."""
    return found.query(without=without)


@register.filter
def years(practice: PracticePage) -> list[int]:
    """In which years the practice cost something."""
    return sorted({item.year for item in practice.cost_items.all() if item.year})


@register.simple_tag
def take_away(page: Page) -> TakeAway:
    """Only for what everybody may read: a draft in a preview has no files of its own."""
    try:
        name = name_of(page)
        pdf = reverse("practices_pages_pdf", args=[name]) if name else ""
        archive = reverse("practices_pages_zip", args=[name]) if name else ""
    except NoReverseMatch:
        return TakeAway()
    if not page.live or not visibility.is_public(page):
        return TakeAway()
    has_documents = any(
        not files.is_restricted(row.document) for row in page.documents.all() if row.document
    )
    return TakeAway(pdf if engine.is_available() else "", archive if has_documents else "")


@dataclass(frozen=True)
class UnitChoice:
    """What a visitor typed and chose, and what came of it."""

    typed: str = ""
    found: UnitsFound = field(default_factory=UnitsFound)
    unit: LocalGovernmentUnit | None = None
    is_unknown: bool = False
    area: ThematicArea | None = None
    areas: tuple[ThematicArea, ...] = ()
    practices: tuple[Found, ...] = ()


@register.simple_tag(takes_context=True)
def units_like_mine(context: template.Context, index: Page) -> UnitChoice:
    request = context.get("request")
    query = request.GET if request else {}
    typed, code = query.get("q", "").strip()[:100], query.get("unit", "")[:20]
    areas = tuple(ThematicArea.objects.all())
    area = next((area for area in areas if area.slug == query.get("area")), None)
    unit = unit_search.unit_of(code) if code else None
    if unit is None:
        found = unit_search.find_units(typed) if typed else UnitsFound()
        return UnitChoice(typed, found, is_unknown=bool(code), area=area, areas=areas)
    chosen = [area.pk] if area else []
    practices = tuple(similar.from_units_like(unit, index, areas=chosen))
    return UnitChoice(unit=unit, area=area, areas=areas, practices=practices)


@register.simple_tag
def practices_like(practice: PracticePage, count: int) -> list[Found]:
    return similar.like(practice, count=count)


@register.filter
def kind_today(unit: LocalGovernmentUnit) -> str:
    kind = similar.kind_of(unit, timezone.localdate())
    return str(UnitKind(kind).label) if kind else ""
