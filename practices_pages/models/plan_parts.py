"""The parts of a plan collection that have an address of their own: by group of units, by scope."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from practices_pages.models.units import UnitGroup


class PlanScope(models.TextChoices):
    BROAD = "broad", pgettext_lazy("scope of a plan", "broad")
    NARROW = "narrow", pgettext_lazy("scope of a plan", "narrow")
    UNKNOWN = "unknown", pgettext_lazy("scope of a plan", "unknown")


@dataclass(frozen=True)
class PlanPart:
    """`key` is a unit group or a scope. The slug is Polish in every language."""

    slug: str
    title: Any
    key: str


GROUP_PARTS = (
    PlanPart("gminy-wiejskie", _("Plans of rural communes"), UnitGroup.RURAL),
    PlanPart("gminy-miejsko-wiejskie", _("Plans of urban-rural communes"), UnitGroup.URBAN_RURAL),
    PlanPart("gminy-miejskie", _("Plans of urban communes"), UnitGroup.URBAN),
    PlanPart("powiaty", _("Plans of powiats"), UnitGroup.POWIAT),
)
SCOPE_PARTS = (
    PlanPart("zakres-szeroki", _("Plans of broad scope"), PlanScope.BROAD),
    PlanPart("zakres-wezszy", _("Plans of narrow scope"), PlanScope.NARROW),
    PlanPart("zakres-nieznany", _("Plans of unknown scope"), PlanScope.UNKNOWN),
)
PARTS = {part.slug: part for part in (*GROUP_PARTS, *SCOPE_PARTS)}
