"""What somebody may mean while typing: units in any case form, areas, and titles of practices.

Public data only: units and areas stand in registers that everybody may read, and titles are of
pages that visibility.py lets through at this moment.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.db import connection
from django.db.models import F, QuerySet, Value
from wagtail.models import Page

from practices_pages import visibility
from practices_pages.declension import adjective_forms, case_forms
from practices_pages.models.units import VOIVODESHIPS, FormerUnitName, LocalGovernmentUnit
from practices_pages.models.vocabulary import ThematicArea
from practices_pages.polish import UNMARKED, fold, plain
from practices_pages.unit_index import bare_name, words_of

SHORTEST, LONGEST = 2, 60
MOST_UNITS, MOST_AREAS = 4, 2
# Units whose practices are counted to put them first.
MOST_CANDIDATES = 60
# What people say before a name, and which units they mean by it.
LEADING = re.compile(
    r"(?:(?P<powiat>powi[ae][tc]\w*|pow|starost\w*)|(?P<gmina>gmin\w*|gm|miast\w*|miescie|m)|w|we|z|ze|dla)\.?\s+"
)


@dataclass(frozen=True)
class Suggestion:
    """`kind` is unit, area or title; `detail` tells units of one name apart."""

    kind: str
    label: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class _Unit:
    pk: int
    code: str
    name: str


def suggest(prefix: str, limit: int = 8) -> list[Suggestion]:
    """At most `limit` suggestions, units first. Any text may come; a short one suggests nothing."""
    typed = " ".join(plain(prefix[:LONGEST]).replace("\0", " ").split())
    if len(typed) < SHORTEST:
        return []
    pages = _public("PracticePage")
    address = _catalogue_address()
    found = [*_units(typed, address, pages), *_areas(typed, address)] if address else []
    return [*found, *_titles(typed, pages, limit - len(found))][:limit]


def _public(page_type: str) -> QuerySet[Any]:
    # Models use the catalogue, and the catalogue the search: they are not there yet.
    pages = apps.get_model("practices_pages", page_type).objects.filter(alias_of=None)
    return visibility.public(pages)


def _catalogue_address() -> str:
    index = _public("PracticeIndexPage").order_by("path").first()
    return (index.url or "") if index else ""


def _units(typed: str, address: str, pages: QuerySet[Any]) -> list[Suggestion]:
    candidates = list(_named(typed))[:MOST_CANDIDATES]
    rows = pages.filter(practice_units__unit__in=[unit.pk for unit in candidates])
    having = set(rows.values_list("practice_units__unit", flat=True)) if candidates else set()
    candidates.sort(key=lambda unit: (unit.pk not in having, len(unit.name), unit.name, unit.code))
    return [
        Suggestion("unit", unit.name, _filtered(address, unit), VOIVODESHIPS.get(unit.code[:2], ""))
        for unit in candidates[:MOST_UNITS]
    ]


def _filtered(address: str, unit: _Unit) -> str:
    return f"{address}?{urlencode({'powiat' if len(unit.code) == 4 else 'unit': unit.code})}"


def _named(typed: str) -> Iterator[_Unit]:
    """Units of which some name, in some case form, begins with what was typed."""
    wanted = fold(typed)
    is_powiat = is_commune = False
    while leading := LEADING.match(wanted):
        is_powiat = is_powiat or bool(leading["powiat"])
        is_commune = is_commune or bool(leading["gmina"])
        wanted = wanted[leading.end() :]
    if len(wanted) < SHORTEST:
        return
    units = LocalGovernmentUnit.objects.exclude(kind_periods=None).order_by()
    today = units.annotate(is_former=Value(0)).values_list("pk", "code", "name", "is_former")
    seen: set[int] = set()
    for pk, code, name, _former_name in (
        today.distinct().union(_former(), all=True).order_by("code", "is_former")
    ):
        if len(code) == 2 or pk in seen or (is_powiat and len(code) == 6):
            continue
        if (is_commune and len(code) == 4) or not _begins(name, len(code) == 4, wanted):
            continue
        seen.add(pk)
        yield _Unit(pk, code, name)


def _former() -> QuerySet[Any, Any]:
    names = FormerUnitName.objects.order_by()
    return names.values_list("unit_id", "unit__code", "name", Value(1))


def _begins(name: str, is_adjective: bool, wanted: str) -> bool:
    bare = _folded(bare_name(name))
    # Forms are long to make: only of names that begin alike.
    if bare[:SHORTEST] != wanted[:SHORTEST]:
        return False
    if bare.startswith(wanted):
        return True
    forms = _forms(bare_name(name), is_adjective)
    parts = wanted.split(" ")
    return len(parts) <= len(forms) and all(
        part in some if at < len(parts) - 1 else any(form.startswith(part) for form in some)
        for at, (part, some) in enumerate(zip(parts, forms, strict=False))
    )


@lru_cache(maxsize=8192)
def _folded(name: str) -> str:
    return fold(name)


@lru_cache(maxsize=4096)
def _forms(name: str, is_adjective: bool) -> tuple[frozenset[str], ...]:
    decline = adjective_forms if is_adjective else case_forms
    return tuple(frozenset(map(fold, decline(word))) for word in words_of(name))


def _areas(typed: str, address: str) -> list[Suggestion]:
    wanted = fold(typed)
    found = [
        Suggestion("area", area.name, f"{address}?{urlencode({'area': area.slug})}")
        for area in ThematicArea.objects.all()
        if any(part.startswith(wanted) for part in _endings(fold(area.name)))
    ]
    return found[:MOST_AREAS]


def _endings(text: str) -> Iterable[str]:
    """The text from each of its words on."""
    words = text.split()
    return (" ".join(words[start:]) for start in range(len(words)))


def _titles(typed: str, pages: QuerySet[Any], limit: int) -> list[Suggestion]:
    pattern = _pattern(typed)
    if limit < 1 or not pattern:
        return []
    newest = F("first_published_at").desc(nulls_last=True)
    named = pages.filter(title__iregex=pattern).order_by(newest, "-pk")[:limit]
    found = [*named.values_list("pk", flat=True)]
    loaded = Page.objects.in_bulk(found)
    return [
        Suggestion("title", loaded[pk].title, loaded[pk].url or "") for pk in found if pk in loaded
    ]


def _pattern(typed: str) -> str:
    """Words in a row, the last perhaps only begun, with or without marks on their letters."""
    words = re.findall(r"[^\W_]+", typed.casefold())
    beginning = r"\y" if connection.vendor == "postgresql" else r"\b"
    return beginning + r"\W+".join("".join(map(_letter, word)) for word in words) if words else ""


def _letter(letter: str) -> str:
    marked = UNMARKED.get(letter)
    return f"[{letter}{marked}]" if marked else re.escape(letter)
