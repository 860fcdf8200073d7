"""Which units a page is about, each with the kind it had at that time."""

from datetime import date
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Orderable

from practices_pages.models.units import LocalGovernmentUnit, UnitGroup, UnitKind, group_of


class UnitRow(Orderable):
    """One unit of a page. Subclasses add `page`, a ParentalKey."""

    unit = models.ForeignKey(
        LocalGovernmentUnit,
        verbose_name=_("unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    kind_at_time = models.CharField(
        _("kind at the time"),
        max_length=12,
        choices=UnitKind.choices,
        blank=True,
        help_text=_("Empty: filled in from the register when the page is saved."),
    )

    panels = [FieldPanel("unit"), FieldPanel("kind_at_time")]

    class Meta(Orderable.Meta):
        abstract = True
        verbose_name = _("unit")
        verbose_name_plural = _("units")

    def __str__(self) -> str:
        return str(self.unit or "")

    @property
    def group_at_time(self) -> UnitGroup | None:
        return group_of(self.kind_at_time)

    @property
    def day(self) -> date:
        """The day whose kind the row has."""
        return timezone.localdate()

    def fill_kind(self) -> None:
        if self.unit is not None and not self.kind_at_time:
            self.kind_at_time = self.unit.kind_on(self.day)

    def save(self, **kwargs: Any) -> None:
        self.fill_kind()
        super().save(**kwargs)


def by_group(rows: list[Any]) -> list[tuple[str, list[Any]]]:
    """Heading and rows, in the order of the groups; what is in none comes last."""
    groups = [(str(g.label), [r for r in rows if r.group_at_time == g]) for g in UnitGroup]
    others = [row for row in rows if row.group_at_time is None]
    return [(name, found) for name, found in [*groups, (str(_("other units")), others)] if found]
