"""What a practice cost: rows of amounts, and the band computed from them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Orderable


class CostBand(models.TextChoices):
    NONE = "none", _("no additional costs")
    UP_TO_50K = "up_to_50k", _("up to PLN 50 thousand")
    FROM_50K = "50k_250k", _("PLN 50-250 thousand")
    FROM_250K = "250k_1m", _("PLN 250 thousand - 1 million")
    OVER_1M = "over_1m", _("over PLN 1 million")
    NOT_STATED = "not_stated", _("not stated")


# Upper ends, in PLN, inclusive.
BAND_LIMITS = (
    (Decimal(0), CostBand.NONE),
    (Decimal(50_000), CostBand.UP_TO_50K),
    (Decimal(250_000), CostBand.FROM_50K),
    (Decimal(1_000_000), CostBand.FROM_250K),
)


class Currency(models.TextChoices):
    PLN = "PLN", _("PLN")
    EUR = "EUR", _("EUR")


class Frequency(models.TextChoices):
    ONE_OFF = "one_off", _("one-off")
    ANNUAL = "annual", _("annual")


class CostBasis(models.TextChoices):
    WHOLE = "whole", _("whole solution")
    SCHOOL = "school", _("per school")
    CLASS = "class", _("per class")
    PUPIL = "pupil", _("per pupil")


class CostItem(Orderable):
    page = ParentalKey(
        "practices_pages.PracticePage", on_delete=models.CASCADE, related_name="cost_items"
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        help_text=_("0 when the solution needed no additional money."),
    )
    currency = models.CharField(
        _("currency"), max_length=3, choices=Currency.choices, default=Currency.PLN
    )
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
    )
    frequency = models.CharField(
        _("how often"), max_length=7, choices=Frequency.choices, default=Frequency.ONE_OFF
    )
    per = models.CharField(
        _("per what"), max_length=6, choices=CostBasis.choices, default=CostBasis.WHOLE
    )
    funding_source = models.CharField(_("source of funding"), max_length=250, blank=True)

    panels = [
        FieldRowPanel([FieldPanel("amount"), FieldPanel("currency"), FieldPanel("year")]),
        FieldRowPanel([FieldPanel("frequency"), FieldPanel("per")]),
        FieldPanel("funding_source"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("cost")
        verbose_name_plural = _("costs")
        constraints = [
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0), name="cost_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

    def lacks(self, number: int) -> Iterator[str]:
        """What keeps this row, the `number`th of its page, from being published."""
        if self.amount is None:
            yield gettext("Cost %(number)d: enter the amount.") % {"number": number}


def cost_band_of(items: Iterable[CostItem]) -> CostBand:
    """What the whole solution cost in PLN. Rows in EUR or per school say nothing."""
    amounts = [
        item.amount
        for item in items
        if item.amount is not None and item.currency == Currency.PLN and item.per == CostBasis.WHOLE
    ]
    if not amounts:
        return CostBand.NOT_STATED
    total = sum(amounts, Decimal(0))
    for limit, band in BAND_LIMITS:
        if total <= limit:
            return band
    return CostBand.OVER_1M
