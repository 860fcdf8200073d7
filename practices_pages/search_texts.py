"""What of a page is searched, and how much each part weighs. Only what its visitors can read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.db.models import TextField
from django.utils.html import strip_tags
from wagtail.fields import RichTextField
from wagtail.search import index

from practices_pages.models.units import LocalGovernmentUnit, UnitKind

TITLE, TERM = 4, 1.5
# A block of rich text ends a sentence, whatever its last sign.
BLOCK = re.compile(r"</?(?:p|li|h[1-6]|ul|ol|br)\b[^<>]*>")
BLANKS = re.compile(r"[^\S\n]+")
# What people call units of a kind; the interface may speak another language.
KINDS = {
    UnitKind.RURAL: "gmina wiejska",
    UnitKind.URBAN_RURAL: "gmina miejsko-wiejska",
    UnitKind.URBAN: "gmina miejska, miasto",
    UnitKind.CITY_POWIAT: "miasto na prawach powiatu",
    UnitKind.POWIAT: "powiat",
    UnitKind.VOIVODESHIP: "województwo",
}


@dataclass(frozen=True)
class Passage:
    """A text with its weight. `is_name`: of a place, so that all its case forms are found.

    `is_prose`: whole sentences, of which results show the best.
    """

    text: str
    weight: float = 1
    is_name: bool = False
    is_prose: bool = False


def text_of(html: str) -> str:
    """Clean rich text as plain lines."""
    lines = unescape(strip_tags(BLOCK.sub("\n", html or ""))).split("\n")
    return "\n".join(line for line in (BLANKS.sub(" ", line).strip() for line in lines) if line)


def prose(html: str, weight: float = 1) -> Passage:
    return Passage(text_of(html), weight, is_prose=True)


def unit_passages(unit: LocalGovernmentUnit, kind: str) -> Iterator[Passage]:
    """Its names of today and of earlier, and where it lies."""
    yield Passage(unit.name, 4, is_name=True)
    for former in unit.former_names.all():
        yield Passage(former.name, 3, is_name=True)
    yield Passage(KINDS.get(UnitKind(kind), "") if kind else "", 0.3)
    if len(unit.code) == 6 and unit.parent is not None:
        yield Passage(unit.parent.name, 2, is_name=True)
    if len(unit.code) > 2:
        yield Passage(f"województwo {unit.voivodeship}", 1.5)


def passages_of(page: Any) -> Iterator[Passage]:
    """All that is searched of a page. A page type that knows better has `search_passages`."""
    if hasattr(page, "search_passages"):
        yield from page.search_passages()
        return
    yield from _own_fields(page)
    for field in page.search_fields:
        if isinstance(field, index.RelatedFields):
            yield from _related_fields(page, field)
    for name in _terms_of(page):
        for term in getattr(page, name).all():
            yield Passage(term.name, TERM)
    unit = getattr(page, "unit", None)
    if isinstance(unit, LocalGovernmentUnit):
        yield from unit_passages(unit, "")


def prose_of(page: Any) -> Iterator[Passage]:
    """Only what results show parts of. Reads nothing but the page itself."""
    prose = page.search_prose() if hasattr(page, "search_prose") else _own_fields(page)
    return (passage for passage in prose if passage.is_prose)


def prefetch_of(model: Any) -> tuple[str, ...]:
    """What `passages_of` reads besides the page itself; a change of any of it is followed."""
    if hasattr(model, "search_prefetch"):
        return tuple(model.search_prefetch)
    related = [f.field_name for f in model.search_fields if isinstance(f, index.RelatedFields)]
    paths = [*(name for name in related if name != "unit"), *_terms_of(model)]
    if hasattr(model, "unit"):
        paths += ["unit__parent", "unit__former_names"]
    return tuple(paths)


def _terms_of(page: Any) -> list[str]:
    return [name for name in ("areas", "competences", "school_types") if hasattr(page, name)]


def _own_fields(page: Any) -> Iterator[Passage]:
    for field in page.search_fields:
        if not isinstance(field, index.SearchField):
            continue
        if field.field_name == "title":
            yield Passage(page.title, TITLE)
            continue
        kind = field.get_field(type(page))
        value = getattr(page, field.field_name)
        text = text_of(value) if isinstance(kind, RichTextField) else str(value or "")
        yield Passage(text, field.boost or 1, is_prose=isinstance(kind, TextField))


def _related_fields(page: Any, related: index.RelatedFields) -> Iterator[Passage]:
    rows = getattr(page, related.field_name)
    # A unit has passages of its own.
    for row in rows.all() if hasattr(rows, "all") else ():
        for field in related.fields:
            if isinstance(field, index.SearchField):
                yield Passage(str(getattr(row, field.field_name) or ""), field.boost or 1)


def practice_prose(practice: Any) -> Iterator[Passage]:
    yield Passage(practice.lead, 2.5, is_prose=True)
    for section in practice.sections:
        yield prose(section.html)


def practice_passages(practice: Any) -> Iterator[Passage]:
    yield Passage(practice.title, TITLE)
    yield from practice_prose(practice)
    for row in practice.practice_units.all():
        if row.unit is not None:
            yield from unit_passages(row.unit, row.kind_at_time)
    for name, weight in (("areas", TERM), ("competences", 1), ("school_types", 1)):
        for term in getattr(practice, name).all():
            yield Passage(term.name, weight)
    yield from _row_passages(practice)


def _row_passages(practice: Any) -> Iterator[Passage]:
    for step in practice.steps.all():
        yield Passage(f"{step.who}. {step.what}")
    for effect in practice.measured_effects.all():
        yield Passage(effect.indicator)
    for pitfall in practice.pitfalls.all():
        yield Passage(f"{pitfall.pitfall} {pitfall.advice}")
    for cost in practice.cost_items.all():
        yield Passage(cost.funding_source)
    for row in practice.documents.all():
        title = row.document.title if row.document is not None else ""
        yield Passage(f"{title} {row.description}", 0.5)


def plan_prose(plan: Any) -> Iterator[Passage]:
    yield Passage(plan.lead, 2.5, is_prose=True)
    yield prose(plan.aims)
    yield Passage(plan.debate_note, is_prose=True)


def plan_passages(plan: Any) -> Iterator[Passage]:
    yield Passage(plan.title, TITLE)
    yield from plan_prose(plan)
    if plan.unit is not None:
        yield from unit_passages(plan.unit, plan.kind_at_time)
    for name, weight in (("areas", TERM), ("competences", 1)):
        for term in getattr(plan, name).all():
            yield Passage(term.name, weight)
    yield Passage(f"{plan.resolution}. {plan.other_competences}")
    for partner in plan.partners.all():
        yield Passage(f"{partner.name}. {partner.role}")
    for row in plan.documents.all():
        title = row.document.title if row.document is not None else ""
        yield Passage(f"{title} {row.description}", 0.5)
