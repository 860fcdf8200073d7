"""Rows that belong to a project: names, partners, programmes, stages, indicators, team, logos.

Every field may be empty in a draft; what a published project needs, each row says in `lacks`.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.images import get_image_model_string
from wagtail.models import Orderable

from practices_pages.models.costs import Currency
from practices_pages.models.people import ContactPerson
from practices_pages.models.periods import PartialDateField, Period
from practices_pages.models.quantities import (
    amount_field,
    money,
    qualifier_field,
    quantity,
)

PAGE = "practices_pages.ProjectPage"


def logo_field() -> Any:
    return models.ForeignKey(
        get_image_model_string(),
        verbose_name=_("logo"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )


class PartnerRole(models.TextChoices):
    LEADER = "leader", _("leader")
    PARTNER = "partner", _("partner")
    ASSOCIATE = "associate", _("associated partner")
    FUNDER = "funder", _("funding body")


class Progress(models.TextChoices):
    PLANNED = "planned", pgettext_lazy("project", "planned")
    UNDER_WAY = "under_way", pgettext_lazy("project", "under way")
    FINISHED = "finished", pgettext_lazy("project", "finished")


def progress_of(period: Period, day: date) -> str:
    """How far something is on that day, as far as its period says; empty when it says nothing."""
    if period.is_over_on(day):
        return Progress.FINISHED
    if period.is_ahead_on(day):
        return Progress.PLANNED
    return Progress.UNDER_WAY if period else ""


class ProjectName(Orderable):
    """Another name under which the project is known, and where it is printed so."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="other_names")
    name = models.CharField(_("name"), max_length=500, blank=True)
    source = models.CharField(
        _("where it is called so"), max_length=250, blank=True, help_text=_("May stay empty.")
    )

    panels = [FieldPanel("name"), FieldPanel("source")]

    class Meta(Orderable.Meta):
        verbose_name = _("other name")
        verbose_name_plural = _("other names")

    def __str__(self) -> str:
        return str(self.name)


class ProjectPartner(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="partners")
    name = models.CharField(_("name"), max_length=250, blank=True)
    role = models.CharField(
        _("role"), max_length=10, choices=PartnerRole.choices, default=PartnerRole.PARTNER
    )
    description = models.CharField(
        _("what it is"),
        max_length=250,
        blank=True,
        help_text=_("Such as: a unit of the ministry, an association of communes."),
    )
    task = models.TextField(_("its part in the project"), blank=True)
    amount = amount_field(
        _("value of its component"), help_text=_("The whole number: 800000, not 800 thousand.")
    )
    qualifier = qualifier_field()
    currency = models.CharField(
        _("currency"), max_length=3, choices=Currency.choices, default=Currency.PLN
    )
    website = models.URLField(_("website"), max_length=500, blank=True)
    logo = logo_field()

    panels = [
        FieldRowPanel([FieldPanel("name"), FieldPanel("role")]),
        FieldPanel("description"),
        FieldPanel("task"),
        FieldRowPanel([FieldPanel("qualifier"), FieldPanel("amount"), FieldPanel("currency")]),
        FieldRowPanel([FieldPanel("website"), FieldPanel("logo")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("partner")
        verbose_name_plural = _("partners")

    def __str__(self) -> str:
        return str(self.name)

    @property
    def value_words(self) -> str:
        return money(self.amount, self.currency, self.qualifier)

    def lacks(self, number: int) -> Iterator[str]:
        if not self.name.strip():
            yield _now("Partner %(number)d: enter its name.") % {"number": number}


class ProjectProgramme(Orderable):
    """From which programme it is paid, as a source prints it. Sources may contradict each other:
    each gets a row of its own."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="programmes")
    programme = models.CharField(_("programme"), max_length=250, blank=True)
    axis = models.CharField(_("priority axis"), max_length=250, blank=True)
    action = models.CharField(
        _("action"), max_length=250, blank=True, help_text=_("As it is printed, such as 2.10.")
    )
    source = models.CharField(
        _("where it is printed"),
        max_length=250,
        blank=True,
        help_text=_("Needed when sources differ: a page, an agreement, a poster."),
    )
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)

    panels = [
        FieldPanel("programme"),
        FieldRowPanel([FieldPanel("axis"), FieldPanel("action")]),
        FieldRowPanel([FieldPanel("source"), FieldPanel("source_url")]),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("programme and action")
        verbose_name_plural = _("programmes and actions")

    def __str__(self) -> str:
        return " · ".join(part for part in (self.programme, self.axis, self.action) if part)

    def lacks(self, number: int) -> Iterator[str]:
        if not (self.programme.strip() or self.action.strip()):
            yield _now("Programme %(number)d: enter the programme or the action.") % {
                "number": number
            }


class ProjectStage(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="stages")
    name = models.CharField(_("name"), max_length=250, blank=True)
    starts = PartialDateField(pgettext_lazy("period", "from"))
    ends = PartialDateField(pgettext_lazy("period", "to"))
    aims = models.TextField(_("aims"), blank=True)
    state = models.CharField(
        _("state"),
        max_length=9,
        choices=Progress.choices,
        blank=True,
        help_text=_("Empty: it follows from the dates."),
    )
    is_elsewhere = models.BooleanField(
        _("another project carries it out"),
        default=False,
        help_text=_("The aim has this step, but it belongs to another project."),
    )

    panels = [
        FieldPanel("name"),
        FieldRowPanel([FieldPanel("starts"), FieldPanel("ends"), FieldPanel("state")]),
        FieldPanel("aims"),
        FieldPanel("is_elsewhere"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("stage")
        verbose_name_plural = _("stages")

    def __str__(self) -> str:
        return str(self.name)

    @property
    def period(self) -> Period:
        return Period.read(self.starts, self.ends)

    def progress_on(self, day: date) -> str:
        return str(self.state or progress_of(self.period, day))

    def lacks(self, number: int) -> Iterator[str]:
        where = {"number": number}
        if not self.name.strip():
            yield _now("Stage %(number)d: enter its name.") % where
        if self.period.is_backwards:
            yield _now("Stage %(number)d: it ends before it begins.") % where


class ProjectIndicator(Orderable):
    """What was promised and what became of it, for the whole project or for one stage."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="indicators")
    what = models.CharField(_("what is counted"), max_length=250, blank=True)
    stage_number = models.PositiveSmallIntegerField(
        _("stage"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("The number of the stage in the list above; empty: the whole project."),
    )
    planned = amount_field(pgettext_lazy("indicator", "planned"))
    planned_qualifier = qualifier_field()
    achieved = amount_field(
        pgettext_lazy("indicator", "achieved"), help_text=_("Empty until it is known.")
    )
    achieved_qualifier = qualifier_field()
    unit_of_measure = models.CharField(
        _("unit of measure"),
        max_length=60,
        blank=True,
        help_text=_("As it stands behind the number: units, people, descriptions, %."),
    )

    panels = [
        FieldRowPanel([FieldPanel("what"), FieldPanel("stage_number")]),
        FieldRowPanel(
            [
                FieldPanel("planned_qualifier"),
                FieldPanel("planned"),
                FieldPanel("achieved_qualifier"),
                FieldPanel("achieved"),
            ]
        ),
        FieldPanel("unit_of_measure"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("indicator")
        verbose_name_plural = _("indicators")

    def __str__(self) -> str:
        return str(self.what)

    @property
    def planned_words(self) -> str:
        return quantity(self.planned, self.unit_of_measure, self.planned_qualifier)

    @property
    def achieved_words(self) -> str:
        return quantity(self.achieved, self.unit_of_measure, self.achieved_qualifier)

    def lacks(self, number: int) -> Iterator[str]:
        where = {"number": number}
        if not self.what.strip():
            yield _now("Indicator %(number)d: say what is counted.") % where
        if self.planned is None and self.achieved is None:
            yield _now("Indicator %(number)d: enter what was planned or achieved.") % where


class ProjectContact(Orderable):
    """Somebody of the team. Shown only as long as the person agrees."""

    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="team")
    contact = models.ForeignKey(
        ContactPerson,
        verbose_name=_("contact person"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    task = models.CharField(_("task in the project"), max_length=250, blank=True)

    panels = [FieldRowPanel([FieldPanel("contact"), FieldPanel("task")])]

    class Meta(Orderable.Meta):
        verbose_name = _("member of the team")
        verbose_name_plural = _("members of the team")

    def __str__(self) -> str:
        return str(self.task)

    def lacks(self, number: int) -> Iterator[str]:
        if not self.contact_id:
            yield _now("Member of the team %(number)d: choose the person.") % {"number": number}


class ProjectLogo(Orderable):
    page = ParentalKey(PAGE, on_delete=models.CASCADE, related_name="funding_logos")
    image = logo_field()
    alt = models.CharField(
        _("whose logo it is"), max_length=250, blank=True, help_text=_("Read out instead of it.")
    )
    url = models.URLField(_("address"), max_length=500, blank=True)

    panels = [FieldPanel("image"), FieldPanel("alt"), FieldPanel("url")]

    class Meta(Orderable.Meta):
        verbose_name = _("logo")
        verbose_name_plural = _("logos")

    def __str__(self) -> str:
        return str(self.alt)

    def lacks(self, number: int) -> Iterator[str]:
        where = {"number": number}
        if not self.image_id:
            yield _now("Logo %(number)d: choose the image.") % where
        if not self.alt.strip():
            yield _now("Logo %(number)d: say whose it is.") % where
