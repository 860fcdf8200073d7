"""School years such as 2018/2019: however they are typed, they are stored in one form."""

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

FORM = re.compile(r"\A([12]\d{3})/([12]\d{3})\Z", re.ASCII)
TYPED = re.compile(r"\A\s*([12]\d{3})\s*[/–—-]\s*(\d{2}|\d{4})\s*\Z", re.ASCII)
FIRST_MONTH = 9


def validate_school_year(value: str) -> None:
    years = FORM.match(value)
    if years is None or int(years[2]) != int(years[1]) + 1:
        raise ValidationError(_("Enter a school year as 2018/2019."), code="school_year")


def written_out(value: str) -> str:
    """2018/19 and 2018-2019 as 2018/2019; what is no such pair stays as it is."""
    typed = TYPED.match(value)
    if typed is None:
        return value
    first, second = typed.groups()
    following = str(int(first) + 1)
    return f"{first}/{following}" if following.endswith(second) else f"{first}/{second}"


def first_day_of(school_year: str) -> date | None:
    """1 September, or None for what is no school year."""
    try:
        validate_school_year(school_year)
    except ValidationError:
        return None
    return date(int(school_year[:4]), FIRST_MONTH, 1)


class SchoolYearField(models.CharField):
    default_validators = [validate_school_year]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 9)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        # Its form is no matter of migrations.
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def to_python(self, value: Any) -> Any:
        value = super().to_python(value)
        return written_out(value) if isinstance(value, str) else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.to_python(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value
