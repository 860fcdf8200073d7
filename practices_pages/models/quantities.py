"""Amounts and counts as their sources print them: “over PLN 2.8 million”, “about 20”, “6–8 JST”.

Fields and words only; what an amount means is the page's matter.
"""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import formats, translation
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from practices_pages.models.costs import Currency

NO_BREAK = "\u00a0"
BILLION, MILLION, THOUSAND = Decimal(10**9), Decimal(10**6), Decimal(10**3)
# Below it thousands are written out: 9500 zł, but 12,5 tys. zł.
LEAST_IN_THOUSANDS = Decimal(10_000)


class Qualifier(models.TextChoices):
    EXACT = "exact", pgettext_lazy("amount", "exactly")
    ABOUT = "about", pgettext_lazy("amount", "about")
    OVER = "over", pgettext_lazy("amount", "over")
    AT_LEAST = "at_least", pgettext_lazy("amount", "at least")


def qualifier_field(**options: Any) -> models.CharField[str, str]:
    return models.CharField(
        options.pop("verbose_name", _("how exact")),
        max_length=8,
        choices=Qualifier.choices,
        default=Qualifier.EXACT,
        **options,
    )


def amount_field(verbose_name: Any, **options: Any) -> Any:
    return models.DecimalField(
        verbose_name,
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
        **options,
    )


def qualified(amount: str, qualifier: str) -> str:
    """“over PLN 2.8 million”; an exact amount stands alone."""
    words = {
        Qualifier.ABOUT: pgettext("amount", "about %(amount)s"),
        Qualifier.OVER: pgettext("amount", "over %(amount)s"),
        Qualifier.AT_LEAST: pgettext("amount", "at least %(amount)s"),
    }
    return words.get(qualifier, "%(amount)s") % {"amount": amount}  # type: ignore[call-overload]


def money(amount: Decimal | None, currency: str, qualifier: str = Qualifier.EXACT) -> str:
    """As short as it can be without rounding: 2,8 mln zł, 800 tys. zł, 12 345,60 zł."""
    if amount is None:
        return ""
    name = Currency(currency).label if currency in Currency.values else currency
    number, pattern = _shortened(amount)
    words = pattern % {"number": number, "currency": name}
    return qualified(words.replace(" ", NO_BREAK), qualifier)


def quantity(amount: Decimal | int | None, unit: str, qualifier: str = Qualifier.EXACT) -> str:
    """“at least 2000 people”. The unit is written as the editor wrote it."""
    if amount is None:
        return ""
    return qualified(_with_unit(number_words(Decimal(amount)), unit), qualifier)


def span(low: int | None, high: int | None, unit: str) -> str:
    """“6–8 JST”; one end is enough."""
    ends = [number_words(Decimal(end)) for end in (low, high) if end is not None]
    return _with_unit("–".join(dict.fromkeys(ends)), unit) if ends else ""


def number_words(number: Decimal, decimals: int | None = None) -> str:
    """A number in the language of the reader, without zeros that say nothing."""
    if decimals is None:
        decimals = _decimals(number)
    # Polish groups digits from five on: 2000, but 12 000.
    is_polish = (translation.get_language() or "").startswith("pl")
    grouped = abs(number) >= (10_000 if is_polish else 1000)
    words = formats.number_format(number, decimals, use_l10n=True, force_grouping=grouped)
    return words.replace(" ", NO_BREAK)


def _shortened(amount: Decimal) -> tuple[str, str]:
    """The number and its pattern."""
    if amount >= BILLION and amount % (BILLION / 100) == 0:
        return number_words(amount / BILLION), gettext("%(currency)s %(number)s billion")
    if amount >= MILLION and amount % (MILLION / 100) == 0:
        return number_words(amount / MILLION), gettext("%(currency)s %(number)s million")
    if LEAST_IN_THOUSANDS <= amount < MILLION and amount % (THOUSAND / 10) == 0:
        return number_words(amount / THOUSAND), gettext("%(currency)s %(number)s thousand")
    decimals = 0 if amount == amount.to_integral_value() else 2
    return number_words(amount, decimals), gettext("%(currency)s %(number)s")


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _with_unit(number: str, unit: str) -> str:
    # A sign belongs to its number, too: 95 %.
    return f"{number}{NO_BREAK}{unit.strip()}" if unit.strip() else number
