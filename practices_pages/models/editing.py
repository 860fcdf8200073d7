"""What the latest version of a page says, draft or not, in a form that lists can be filtered by.

A draft lives in its revision as JSON, where no list can look for a missing section.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models
from modelcluster.models import get_all_child_relations
from wagtail.models import Page

from practices_pages.models.people import ContactPerson
from practices_pages.models.unit_rows import UnitRow

WHOLE_PAGE = "page"
Fact = tuple[str, str]


class FactKind(models.TextChoices):
    """`value` is the name of a field, a slug, a TERYT code, a primary key; empty for LOOKED_AT."""

    LACK = "lack"
    AREA = "area"
    UNIT = "unit"
    CONTACT = "contact"
    LOOKED_AT = "looked_at"


class LatestFact(models.Model):
    """Derived: written with every version, and by the tick where nobody has looked yet."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="latest_facts")
    kind = models.CharField(max_length=10, choices=FactKind.choices)
    value = models.CharField(max_length=80, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["page", "kind", "value"], name="latest_fact_once"),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="latest_fact_by_value")]

    def __str__(self) -> str:
        return f"{self.page_id} {self.kind} {self.value}"

    @classmethod
    def follow(cls, page: Any) -> None:
        """Make the facts those of `page` as it is in memory. A second call changes nothing."""
        wanted = set(_facts_of(page))
        stored = cls.objects.filter(page_id=page.pk)
        known = {(fact.kind, fact.value): fact.pk for fact in stored}
        obsolete = [pk for fact, pk in known.items() if fact not in wanted]
        if obsolete:
            stored.filter(pk__in=obsolete).delete()
        missing = sorted(wanted - known.keys())
        rows: list[Any] = [cls(page_id=page.pk, kind=k, value=value) for k, value in missing]
        cls.objects.bulk_create(rows, ignore_conflicts=True)


def _facts_of(page: Any) -> Iterator[Fact]:
    yield FactKind.LOOKED_AT.value, ""
    for problem in page.publication_problems():
        yield FactKind.LACK.value, problem.field or WHOLE_PAGE
    if hasattr(page, "areas"):
        yield from ((FactKind.AREA.value, area.slug) for area in page.areas.all())
    yield from ((FactKind.CONTACT.value, str(key)) for key in _contacts(page))
    yield from ((FactKind.UNIT.value, unit.code) for unit in _units(page))


def _units(page: Any) -> Iterator[Any]:
    if getattr(page, "unit_id", None):
        yield page.unit
    for relation in get_all_child_relations(page):
        if issubclass(relation.related_model, UnitRow):
            rows = getattr(page, relation.get_accessor_name()).all()
            yield from (row.unit for row in rows if row.unit_id)


def contact_fields(model: Any) -> list[tuple[str, str]]:
    """Where pages of a type name contact persons: the rows, empty for the page, and the column."""
    rows = [(r.get_accessor_name(), r.related_model) for r in get_all_child_relations(model)]
    return [
        (accessor, field.attname)
        for accessor, named in [("", model), *rows]
        for field in named._meta.fields
        if field.related_model is ContactPerson
    ]


def _contacts(page: Any) -> Iterator[int]:
    for accessor, column in contact_fields(type(page)):
        rows = getattr(page, accessor).all() if accessor else [page]
        yield from (key for row in rows if (key := getattr(row, column)))
