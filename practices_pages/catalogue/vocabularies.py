"""Filters that several catalogues share: areas, units and where they lie, competences, schools."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from practices_pages import languages, visibility
from practices_pages.catalogue.filters import Filter, Terms
from practices_pages.models.project import ProjectPage
from practices_pages.models.units import (
    VOIVODESHIPS,
    LocalGovernmentUnit,
    UnitGroup,
    UnitKind,
    Voivodeship,
    group_of,
)
from practices_pages.models.vocabulary import KeyCompetence, SchoolType, Term, ThematicArea

CODE = re.compile(r"[0-9]{2}([0-9]{2}){0,2}")
YEAR = re.compile(r"(19|20)[0-9]{2}")
PAGE_KEY = re.compile(rf"[0-9a-f]{{{languages.KEY_LENGTH}}}")
UNIT = "practices_pages.LocalGovernmentUnit"
# Longer lists of units wait until a voivodeship or a powiat is chosen.
MOST_UNITS = 45

# A unit with the kind it had; an empty kind: what the register says today.
UnitsOf = Callable[[Any], Iterable[tuple[LocalGovernmentUnit, str]]]
ValueOf = Callable[[LocalGovernmentUnit, str], str]


def term_filter(
    name: str, label: Any, model: type[Term], *, relation: str, about: str = ""
) -> Filter:
    """A filter by a vocabulary snippet; `relation` is the page's many-to-many field."""
    return Filter(
        name=name,
        label=label,
        values=lambda page: [term.slug for term in getattr(page, relation).all()],
        terms=_names_of(model),
        relation=relation,
        vocabulary=model._meta.label,
        about=about,
    )


def _names_of(model: type[Term]) -> Terms:
    return lambda: model._default_manager.values_list("slug", "name", "sort_order")


def area_filter(relation: str = "areas") -> Filter:
    return term_filter(
        "area",
        _("Thematic area"),
        ThematicArea,
        relation=relation,
        about="Slug of a thematic area.",
    )


def competence_filter(relation: str = "competences") -> Filter:
    return term_filter(
        "competence",
        _("Key competence"),
        KeyCompetence,
        relation=relation,
        about="Slug of a key competence (Council Recommendation of 2018).",
    )


def school_filter(relation: str = "school_types") -> Filter:
    return term_filter(
        "school",
        _("Type of school"),
        SchoolType,
        relation=relation,
        about="Slug of a type of school.",
    )


def unit_filters(units_of: UnitsOf, *, relation: str) -> tuple[Filter, ...]:
    """Five filters by unit: group, kind, voivodeship, powiat, the unit itself.

    `relation` leads from the page to its units.
    """

    def by(name: str, label: Any, value: ValueOf, about: str, **more: Any) -> Filter:
        def values(page: Any) -> list[str]:
            return [value(unit, kind) for unit, kind in units_of(page)]

        return Filter(name, label, values, relation=relation, vocabulary=UNIT, about=about, **more)

    return (
        by(
            "group",
            _("Group of units"),
            _group,
            "Group that a unit belonged to then: cities with powiat rights are urban.",
            choices=_pairs(UnitGroup),
        ),
        by(
            "kind",
            _("Kind of unit"),
            kind_at,
            "Kind that a unit was of then.",
            choices=_pairs(UnitKind),
        ),
        by(
            "voivodeship",
            _("Voivodeship"),
            _voivodeship,
            "Voivodeship of a unit: the first two digits of its TERYT code.",
            choices=_pairs(Voivodeship),
        ),
        by(
            "powiat",
            _("Powiat"),
            powiat_of,
            "Powiat of a unit: four digits, or six for a city with powiat rights.",
            hint=_("Choose a voivodeship first."),
            **BY_CODE,
        ),
        by(
            "unit",
            _("Unit"),
            _code,
            "TERYT code of a unit without the kind: 2, 4 or 6 digits.",
            hint=_("Choose a voivodeship or a powiat first, or write the name in the search."),
            **BY_CODE,
        ),
    )


def _pairs(choices: Any) -> tuple[tuple[str, Any], ...]:
    return tuple((str(key), label) for key, label in choices.choices)


def _unit_names() -> QuerySet[Any, Any]:
    return LocalGovernmentUnit.objects.values_list("code", "name", Value(0))


# Too many to list at once; two of one name are told apart by their voivodeship.
BY_CODE: dict[str, Any] = {
    "terms": _unit_names,
    "pattern": CODE,
    "beside": lambda code: VOIVODESHIPS.get(code[:2], code),
    "most": MOST_UNITS,
}


def kind_at(unit: LocalGovernmentUnit, kind: str, day: date | None = None) -> str:
    return kind or unit.kind_on(day or timezone.localdate())


def _code(unit: LocalGovernmentUnit, kind: str) -> str:
    return str(unit.code)


def _voivodeship(unit: LocalGovernmentUnit, kind: str) -> str:
    return str(unit.voivodeship_code) if unit.voivodeship else ""


def _group(unit: LocalGovernmentUnit, kind: str) -> str:
    group = group_of(kind_at(unit, kind))
    return str(group.value) if group else ""


def powiat_of(unit: LocalGovernmentUnit, kind: str) -> str:
    """The code of the powiat a unit lies in; a city with powiat rights is one itself."""
    if len(unit.code) == 4:
        return str(unit.code)
    if unit.parent is not None and len(unit.parent.code) == 4:
        return str(unit.parent.code)
    return str(unit.code) if kind_at(unit, kind) == UnitKind.CITY_POWIAT else ""


def project_filter(
    relation: str = "project", *, keys_of: Callable[[Any], Iterable[str]] | None = None
) -> Filter:
    """By the project a page belongs to. Projects that are not public are no choice."""
    return Filter(
        name="project",
        label=_("Project"),
        values=keys_of or _key_of_project,
        terms=_project_names,
        pattern=PAGE_KEY,
        relation=relation,
        vocabulary="practices_pages.ProjectPage",
        about="Key of a project, the same in every language.",
    )


def _key_of_project(page: Any) -> Iterator[str]:
    if page.project is not None:
        yield languages.key_of(page.project)


def _project_names() -> QuerySet[Any, Any]:
    return names_of_pages(ProjectPage, Coalesce(NullIf("short_name", Value("")), F("title")))


def names_of_pages(model: Any, name: Any) -> QuerySet[Any, Any]:
    """Of the public pages of a type, each in the visitor's language if there is such a version."""
    # The type is in an index, and there are few of them.
    of_type = ContentType.objects.get_for_model(model)
    pages = visibility.public(model.objects.filter(content_type=of_type, alias_of=None))
    rows: QuerySet[Any, Any] = languages.once(pages).values_list(languages.KEY, name, Value(0))
    return rows


def year_filter(year_of: Callable[[Any], int | None]) -> Filter:
    def years(page: Any) -> Iterator[str]:
        if year := year_of(page):
            yield str(year)

    return Filter("year", _("Year"), years, pattern=YEAR, about="Calendar year.")
