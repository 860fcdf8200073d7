"""Units of local government: who a practice comes from, and of what kind it was, when.

A unit is keyed by its TERYT code, never by its name: 236 names belong to two or more units.
The kind has dates, because it changes (62 rural units became urban-rural in 2022-2026).
"""

from datetime import date

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.search import index


class Voivodeship(models.TextChoices):
    """The first two digits of every TERYT code. Proper names: the same in every language."""

    DOLNOSLASKIE = "02", "dolnośląskie"
    KUJAWSKO_POMORSKIE = "04", "kujawsko-pomorskie"
    LUBELSKIE = "06", "lubelskie"
    LUBUSKIE = "08", "lubuskie"
    LODZKIE = "10", "łódzkie"
    MALOPOLSKIE = "12", "małopolskie"
    MAZOWIECKIE = "14", "mazowieckie"
    OPOLSKIE = "16", "opolskie"
    PODKARPACKIE = "18", "podkarpackie"
    PODLASKIE = "20", "podlaskie"
    POMORSKIE = "22", "pomorskie"
    SLASKIE = "24", "śląskie"
    SWIETOKRZYSKIE = "26", "świętokrzyskie"
    WARMINSKO_MAZURSKIE = "28", "warmińsko-mazurskie"
    WIELKOPOLSKIE = "30", "wielkopolskie"
    ZACHODNIOPOMORSKIE = "32", "zachodniopomorskie"


VOIVODESHIPS: dict[str, str] = {str(code): str(name) for code, name in Voivodeship.choices}


class UnitKind(models.TextChoices):
    RURAL = "rural", _("rural commune")
    URBAN_RURAL = "urban_rural", _("urban-rural commune")
    URBAN = "urban", _("urban commune")
    CITY_POWIAT = "city_powiat", _("city with powiat rights")
    POWIAT = "powiat", _("powiat")
    VOIVODESHIP = "voivodeship", _("voivodeship")


class UnitGroup(models.TextChoices):
    """The four groups that practices and plans are collected in."""

    RURAL = "rural", _("rural communes")
    URBAN_RURAL = "urban_rural", _("urban-rural communes")
    URBAN = "urban", _("urban communes")
    POWIAT = "powiat", _("powiats")


GROUP_OF_KIND: dict[str, UnitGroup] = {
    UnitKind.RURAL: UnitGroup.RURAL,
    UnitKind.URBAN_RURAL: UnitGroup.URBAN_RURAL,
    UnitKind.URBAN: UnitGroup.URBAN,
    UnitKind.CITY_POWIAT: UnitGroup.URBAN,
    UnitKind.POWIAT: UnitGroup.POWIAT,
}


def group_of(kind: str) -> UnitGroup | None:
    """The group a kind belongs to; a voivodeship belongs to none."""
    return GROUP_OF_KIND.get(kind)


class LocalGovernmentUnit(index.Indexed, ClusterableModel):
    code = models.CharField(
        _("TERYT code"),
        max_length=6,
        unique=True,
        validators=[
            RegexValidator(r"\A(\d{2}|\d{4}|\d{6})\Z", _("Enter 2, 4 or 6 digits of a TERYT code."))
        ],
        help_text=_("2 digits for a voivodeship, 4 for a powiat, 6 for a commune."),
    )
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    office_email = models.EmailField(
        _("office e-mail"),
        blank=True,
        help_text=_("Shown instead of a contact person whose consent has ended."),
    )
    population = models.PositiveIntegerField(
        _("number of inhabitants"),
        null=True,
        blank=True,
        help_text=_("Units of a similar size are shown each other's practices. Empty: not known."),
    )
    population_year = models.PositiveSmallIntegerField(
        _("in the year"), null=True, blank=True, help_text=_("The state at the end of that year.")
    )
    # Only units that once stood in the register can be missing from a later one.
    registered_on = models.DateField(
        _("last found in the register of"), null=True, blank=True, editable=False
    )

    panels = [
        FieldPanel("code"),
        FieldPanel("name"),
        FieldPanel("parent"),
        FieldPanel("office_email"),
        FieldRowPanel([FieldPanel("population"), FieldPanel("population_year")]),
        InlinePanel("kind_periods", label=_("Kind"), heading=_("Kinds of the unit in time")),
        InlinePanel("former_names", label=_("Former name"), heading=_("Former names")),
    ]
    search_fields = [
        index.SearchField("name"),
        index.SearchField("code"),
        index.AutocompleteField("name"),
        index.AutocompleteField("code"),
        index.RelatedFields(
            "former_names", [index.SearchField("name"), index.AutocompleteField("name")]
        ),
        # An author's chooser searches among the author's own units.
        index.FilterField("id"),
    ]

    class Meta:
        verbose_name = _("local-government unit")
        verbose_name_plural = _("local-government units")
        ordering = ["name", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"\A([0-9]{2}|[0-9]{4}|[0-9]{6})\Z"),
                name="unit_code_is_teryt",
            ),
        ]

    def __str__(self) -> str:
        # Names repeat, so where it lies stands beside it wherever a unit is chosen.
        place = self.voivodeship if len(self.code) > 2 else ""
        return f"{self.name}, {place} ({self.code})" if place else f"{self.name} ({self.code})"

    @property
    def voivodeship(self) -> str:
        """The voivodeship's name, or an empty text for a code that is in none."""
        return VOIVODESHIPS.get(self.code[:2], "")

    @property
    def voivodeship_code(self) -> str:
        return self.code[:2]

    def kind_on(self, day: date) -> str:
        """The unit's kind on that day, or an empty text when the register does not say.

        Reads prefetched `kind_periods` when there are any.
        """
        for period in self.kind_periods.all():
            if period.covers(day):
                return str(period.kind)
        return ""

    def group_on(self, day: date) -> UnitGroup | None:
        return group_of(self.kind_on(day))


class UnitKindPeriod(models.Model):
    unit = ParentalKey(LocalGovernmentUnit, on_delete=models.CASCADE, related_name="kind_periods")
    kind = models.CharField(_("kind"), max_length=12, choices=UnitKind.choices)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(
        _("valid to"),
        null=True,
        blank=True,
        help_text=_("The first day it is no longer so. Empty: it is so today."),
    )

    panels = [FieldPanel("kind"), FieldPanel("valid_from"), FieldPanel("valid_to")]

    class Meta:
        verbose_name = _("kind of a unit in time")
        verbose_name_plural = _("kinds of units in time")
        ordering = ["unit", "valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="kind_period_starts_once"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to=None), name="one_open_kind_period"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gt=F("valid_from")),
                name="kind_period_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.valid_from}-{self.valid_to or ''}"

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class FormerUnitName(models.Model):
    """What a unit was called before: older texts still call it so."""

    unit = ParentalKey(LocalGovernmentUnit, on_delete=models.CASCADE, related_name="former_names")
    name = models.CharField(_("name"), max_length=200)
    valid_from = models.DateField(
        _("valid from"), null=True, blank=True, help_text=_("Empty: since when is not known.")
    )
    valid_to = models.DateField(
        _("valid to"), help_text=_("The first day on which the unit was called otherwise.")
    )

    panels = [FieldPanel("name"), FieldPanel("valid_from"), FieldPanel("valid_to")]

    class Meta:
        verbose_name = _("former name of a unit")
        verbose_name_plural = _("former names of units")
        ordering = ["unit", "valid_to"]
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_to"], name="former_name_ends_once"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to__gt=F("valid_from")),
                name="former_name_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)


class UnitRegister(models.Model):
    """A state of the official register that was imported. What lies between two is inferred."""

    state_on = models.DateField(_("state on"), unique=True)
    imported_at = models.DateTimeField(_("imported at"), auto_now_add=True)

    class Meta:
        verbose_name = _("imported register of units")
        verbose_name_plural = _("imported registers of units")
        ordering = ["state_on"]

    def __str__(self) -> str:
        return str(self.state_on)
