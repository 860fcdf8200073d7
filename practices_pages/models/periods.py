"""Days that are known as exactly as they are: a year, a month or a day, and periods of them."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dateformat import format as formatted
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_lazy as _

ISO = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)
POLISH = re.compile(r"(?:(?:(\d{1,2})\.)?(\d{1,2})\.)?(\d{4})", re.ASCII)
EARLIEST, LATEST = 1900, 2200


@dataclass(frozen=True)
class PartialDate:
    """2016, April 2016 or 15 April 2016."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def read(cls, text: str) -> "PartialDate | None":
        """From 2016, 2016-04, 2016-04-15, 04.2016 or 15.04.2016; None from anything else."""
        text = text.strip()
        if found := ISO.fullmatch(text):
            year, month, day = found.groups()
        elif found := POLISH.fullmatch(text):
            day, month, year = found.groups()
        else:
            return None
        read = cls(int(year), int(month) if month else None, int(day) if day else None)
        return read if read._exists() else None

    def _exists(self) -> bool:
        try:
            self.first_day.toordinal()
        except ValueError:
            return False
        return EARLIEST <= self.year <= LATEST and 0 not in (self.month, self.day)

    @property
    def iso(self) -> str:
        parts = [f"{self.year:04d}", self.month and f"{self.month:02d}"]
        return "-".join(part for part in [*parts, self.day and f"{self.day:02d}"] if part)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self) -> date:
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    def __str__(self) -> str:
        return self._written(month="F")

    @property
    def after_preposition(self) -> str:
        """“od kwietnia 2016”: in Polish the month has another form there."""
        return self._written(month="E")

    def _written(self, month: str) -> str:
        if self.month is None:
            return str(self.year)
        words = formatted(self.first_day, "j E Y" if self.day else f"{month} Y")
        # Django's Polish writes months like names; inside a sentence they are small.
        return words.lower() if (get_language() or "").startswith("pl") else words


@dataclass(frozen=True)
class Period:
    starts: PartialDate | None
    ends: PartialDate | None

    @classmethod
    def read(cls, starts: str, ends: str) -> "Period":
        return cls(PartialDate.read(starts), PartialDate.read(ends))

    def __bool__(self) -> bool:
        return self.starts is not None or self.ends is not None

    def __str__(self) -> str:
        if self.starts and self.ends:
            if self.starts == self.ends:
                return str(self.starts)
            joint = "–" if self.starts.month is None and self.ends.month is None else " – "
            return f"{self.starts}{joint}{self.ends}"
        if self.starts:
            return pgettext("period", "from %(day)s") % {"day": self.starts.after_preposition}
        if self.ends:
            return pgettext("period", "until %(day)s") % {"day": self.ends.after_preposition}
        return ""

    @property
    def is_backwards(self) -> bool:
        if self.starts is None or self.ends is None:
            return False
        return self.ends.last_day < self.starts.first_day

    def is_over_on(self, day: date) -> bool:
        return self.ends is not None and self.ends.last_day < day

    def is_ahead_on(self, day: date) -> bool:
        return self.starts is not None and self.starts.first_day > day


class PartialDateField(models.CharField):
    """Stored as 2016, 2016-04 or 2016-04-15: the text sorts like the days."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 10
        kwargs.setdefault("blank", True)
        kwargs.setdefault("help_text", _("A day, a month or a year: 2016-04-15, 2016-04 or 2016."))
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        value = super().clean(value, model_instance)
        if not value:
            return value
        read = PartialDate.read(value)
        if read is None:
            raise ValidationError(
                gettext("Write a day, a month or a year: 2016-04-15, 2016-04 or 2016.")
            )
        return read.iso
