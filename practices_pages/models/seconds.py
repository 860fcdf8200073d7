"""A length of time, kept in seconds and written by people as minutes and seconds."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

MINUTE, HOUR = 60, 3600
WRITTEN = re.compile(r"(?:(?P<hours>\d{1,2}):)?(?P<minutes>\d{1,3}):(?P<seconds>[0-5]\d)", re.ASCII)


def clock(seconds: int) -> str:
    """245 is "4:05", 3725 is "1:02:05"."""
    hours, rest = divmod(seconds, HOUR)
    minutes, left = divmod(rest, MINUTE)
    return f"{hours}:{minutes:02d}:{left:02d}" if hours else f"{minutes}:{left:02d}"


class MinutesField(forms.CharField):
    default_error_messages = {
        "invalid": _("Write minutes and seconds, such as 4:05, or hours as well: 1:02:05.")
    }

    def prepare_value(self, value: Any) -> Any:
        return clock(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value)).strip()
        if not text:
            return None
        written = WRITTEN.fullmatch(text)
        if written is None or (written["hours"] and int(written["minutes"]) >= MINUTE):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        hours, minutes, seconds = (int(part or 0) for part in written.groups())
        return hours * HOUR + minutes * MINUTE + seconds

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(initial != self.to_python(data))
        except ValidationError:
            return True


class SecondsField(models.PositiveIntegerField):
    def deconstruct(self) -> Any:
        # How it is written is no matter of the column.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.PositiveIntegerField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return models.Field.formfield(self, form_class=MinutesField, **kwargs)
