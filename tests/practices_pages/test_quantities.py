"""Amounts read as a careful editor would write them, in Polish and in English."""

from decimal import Decimal

import pytest
from django.utils import translation

from practices_pages.models import Qualifier
from practices_pages.models.quantities import money, number_words, quantity, span


def plain(text: str) -> str:
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("amount", "qualifier", "polish", "english"),
    [
        ("2800000", Qualifier.OVER, "ponad 2,8 mln zł", "over PLN 2.8 million"),
        ("800000", Qualifier.OVER, "ponad 800 tys. zł", "over PLN 800 thousand"),
        ("1500000", Qualifier.ABOUT, "około 1,5 mln zł", "about PLN 1.5 million"),
        ("13000000", Qualifier.EXACT, "13 mln zł", "PLN 13 million"),
        ("2840000", Qualifier.EXACT, "2,84 mln zł", "PLN 2.84 million"),
        ("1200000000", Qualifier.AT_LEAST, "co najmniej 1,2 mld zł", "at least PLN 1.2 billion"),
        ("2834567.89", Qualifier.EXACT, "2 834 567,89 zł", "PLN 2,834,567.89"),
        ("2834500", Qualifier.EXACT, "2 834 500 zł", "PLN 2,834,500"),
        ("12500", Qualifier.EXACT, "12,5 tys. zł", "PLN 12.5 thousand"),
        ("12345.60", Qualifier.EXACT, "12 345,60 zł", "PLN 12,345.60"),
        ("9500", Qualifier.EXACT, "9500 zł", "PLN 9,500"),
        ("1500", Qualifier.ABOUT, "około 1500 zł", "about PLN 1,500"),
        ("0", Qualifier.EXACT, "0 zł", "PLN 0"),
    ],
)
def test_money_is_short_and_never_rounded(amount, qualifier, polish, english) -> None:
    with translation.override("pl"):
        assert plain(money(Decimal(amount), "PLN", qualifier)) == polish
    with translation.override("en"):
        assert plain(money(Decimal(amount), "PLN", qualifier)) == english


def test_other_currencies_have_their_names() -> None:
    with translation.override("pl"):
        assert plain(money(Decimal(250_000), "EUR", Qualifier.ABOUT)) == "około 250 tys. euro"
    with translation.override("en"):
        assert plain(money(Decimal(250_000), "EUR", Qualifier.ABOUT)) == "about EUR 250 thousand"


@pytest.mark.parametrize(
    ("amount", "unit", "qualifier", "polish", "english"),
    [
        (500, "JST", Qualifier.EXACT, "500 JST", "500 JST"),
        (2000, "osób", Qualifier.AT_LEAST, "co najmniej 2000 osób", "at least 2,000 osób"),
        (20, "", Qualifier.ABOUT, "około 20", "about 20"),
        (12000, "uczniów", Qualifier.OVER, "ponad 12 000 uczniów", "over 12,000 uczniów"),
        ("95.50", "%", Qualifier.EXACT, "95,5 %", "95.5 %"),
    ],
)
def test_counts_carry_their_unit_and_how_exact_they_are(
    amount, unit, qualifier, polish, english
) -> None:
    with translation.override("pl"):
        assert plain(quantity(Decimal(amount), unit, qualifier)) == polish
    with translation.override("en"):
        assert plain(quantity(Decimal(amount), unit, qualifier)) == english


def test_a_number_is_never_torn_from_its_unit() -> None:
    with translation.override("pl"):
        assert money(Decimal(2_800_000), "PLN") == "2,8\u00a0mln\u00a0zł"
        assert quantity(2000, "osób") == "2000\u00a0osób"
        assert number_words(Decimal(12_000)) == "12\u00a0000"


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [(6, 8, "6–8 JST"), (6, None, "6 JST"), (None, 8, "8 JST"), (7, 7, "7 JST"), (0, 3, "0–3 JST")],
)
def test_a_span_has_one_end_or_two(low, high, words) -> None:
    assert plain(span(low, high, "JST")) == words


def test_what_is_not_known_is_not_shown() -> None:
    assert money(None, "PLN", Qualifier.OVER) == ""
    assert quantity(None, "osób", Qualifier.AT_LEAST) == ""
    assert span(None, None, "JST") == ""


def test_an_unknown_currency_is_shown_as_it_is() -> None:
    with translation.override("en"):
        assert plain(money(Decimal(10), "CHF")) == "CHF 10"
