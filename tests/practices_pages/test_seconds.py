"""A length is kept in seconds and written as people write it."""

import pytest
from django.core.exceptions import ValidationError

from practices_pages.models.seconds import MinutesField, SecondsField, clock

field = SecondsField(blank=True, null=True).formfield()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("4:05", 245), (" 0:07 ", 7), ("75:00", 4500), ("1:02:05", 3725), ("", None)],
)
def test_minutes_and_seconds_are_read(text: str, seconds: int | None) -> None:
    assert field.clean(text) == seconds


@pytest.mark.parametrize(
    "text", ["4", "4:5", "4:60", "1:75:00", "-1:00", "4:05:", "cztery", "٤:٠٥", "9" * 40 + ":00"]
)
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValidationError, match="4:05"):
        field.clean(text)


def test_what_is_stored_is_shown_as_it_was_written_and_is_no_change() -> None:
    assert isinstance(field, MinutesField)
    for seconds in (7, 245, 3725):
        assert field.prepare_value(seconds) == clock(seconds)
        assert not field.has_changed(seconds, clock(seconds))
    assert field.has_changed(245, "4:06")
    assert field.has_changed(245, "")
    assert field.has_changed(245, "x")
    assert not field.has_changed(None, "")
