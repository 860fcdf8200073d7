"""Days that are known as exactly as they are: a year, a month, a day."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from practices_pages.models.periods import PartialDate, PartialDateField, Period


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2016", "2016"),
        ("2016-04", "2016-04"),
        ("2016-4", "2016-04"),
        ("04.2016", "2016-04"),
        ("4.2016", "2016-04"),
        ("2016-04-15", "2016-04-15"),
        ("15.04.2016", "2016-04-15"),
        (" 1.9.2018 ", "2018-09-01"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_a_date_is_read_as_people_write_it(text, iso) -> None:
    read = PartialDate.read(text)

    assert read is not None
    assert read.iso == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "kwiecień",
        "2016-13",
        "2016-00",
        "2023-02-29",
        "31.04.2016",
        "0000",
        "1899",
        "2016-04-",
        "20160415",
        "٢٠١٦",
    ],
)
def test_what_is_no_date_is_none(text) -> None:
    assert PartialDate.read(text) is None


@pytest.mark.parametrize(
    ("starts", "ends", "polish", "english"),
    [
        ("2016-04", "2018-03", "kwiecień 2016 – marzec 2018", "April 2016 – March 2018"),
        ("2016", "2018", "2016–2018", "2016–2018"),
        ("2018-09-01", "", "od 1 września 2018", "from 1 September 2018"),
        ("2016-04", "", "od kwietnia 2016", "from April 2016"),
        ("", "2018-03", "do marca 2018", "until March 2018"),
        ("2018", "2018", "2018", "2018"),
        (
            "2018-10-23",
            "2018-11-01",
            "23 października 2018 – 1 listopada 2018",
            "23 October 2018 – 1 November 2018",
        ),
        ("", "", "", ""),
    ],
)
def test_a_period_is_written_as_exactly_as_it_is_known(starts, ends, polish, english) -> None:
    with translation.override("pl"):
        assert str(Period.read(starts, ends)) == polish
    if english is not None:
        with translation.override("en"):
            assert str(Period.read(starts, ends)) == english


def test_a_month_lasts_until_its_last_day() -> None:
    period = Period.read("2016-04", "2018-02")

    assert not period.is_over_on(date(2018, 2, 28))
    assert period.is_over_on(date(2018, 3, 1))
    assert period.is_ahead_on(date(2016, 3, 31))
    assert not period.is_ahead_on(date(2016, 4, 1))


def test_a_period_that_ends_before_it_begins_is_noticed() -> None:
    assert Period.read("2018", "2016").is_backwards
    assert Period.read("2018-04-15", "2018-04-14").is_backwards
    assert not Period.read("2018-04-15", "2018").is_backwards
    assert not Period.read("2018", "").is_backwards


def test_the_field_stores_one_form_and_refuses_the_rest() -> None:
    field = PartialDateField()

    assert field.clean("04.2016", None) == "2016-04"
    assert field.clean("", None) == ""
    with pytest.raises(ValidationError):
        field.clean("wiosna", None)
