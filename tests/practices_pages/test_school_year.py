"""A school year is two years in a row, in one form however it was typed."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from practices_pages.models.school_year import first_day_of, validate_school_year, written_out


@pytest.mark.parametrize(
    "typed", ["2018/2019", "2018/19", "2018-2019", " 2018 / 2019 ", "2018–2019", "2018–19"]
)
def test_however_it_is_typed_it_is_written_in_one_form(typed: str) -> None:
    assert written_out(typed) == "2018/2019"


@pytest.mark.parametrize(
    "typed",
    [
        "2018",
        "2018/2020",
        "2018/20",
        "2019/2018",
        "2018/2018",
        "rok 2018/2019",
        "0000/0001",
        "9999/10000",
        "\u0662\u0660\u0661\u0668/\u0662\u0660\u0661\u0669",
    ],
)
def test_what_is_no_school_year_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError):
        validate_school_year(written_out(typed))

    assert first_day_of(typed) is None


def test_a_century_may_end_within_a_school_year() -> None:
    assert written_out("1999/00") == "1999/2000"
    validate_school_year("2099/2100")


def test_it_begins_in_september() -> None:
    assert first_day_of("2018/2019") == date(2018, 9, 1)
