"""What the format allows, and what is wrong with a record, in an editor's words."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _
from jsonschema import Draft202012Validator, ValidationError

SCHEMA: dict[str, Any] = json.loads(
    files(__package__).joinpath("practice-1.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
# Enough to mend a row; a broken file would otherwise fill pages.
MOST_PROBLEMS = 10


@dataclass
class Checked:
    """A record without what the format does not know, and what was found about it."""

    record: dict[str, Any]
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def check(record: dict[str, Any]) -> Checked:
    """Look at `record` and leave it as it is; unknown fields are left out and named."""
    checked = Checked(deepcopy(record))
    errors = sorted(VALIDATOR.iter_errors(record), key=lambda error: list(map(str, error.path)))
    for error in errors:
        if error.validator == "additionalProperties":
            checked.remarks += _leave_out(checked.record, error)
        elif len(checked.problems) < MOST_PROBLEMS:
            checked.problems.append(in_words(error))
    return checked


def _leave_out(record: Any, error: ValidationError) -> list[str]:
    place = record
    for step in error.absolute_path:
        place = place[step]
    instance: Any = error.instance
    unknown = sorted(set(instance) - set(_rules(error)["properties"]))
    return [unknown_field(_where(error, name), place.pop(name, None)) for name in unknown]


def unknown_field(name: str, value: Any) -> str:
    return _("“%(field)s” is not a field of the format; this was left out: %(value)s") % {
        "field": name[:200],
        "value": _short(value, 500),
    }


def in_words(error: ValidationError) -> str:
    where, value = _where(error), _short(error.instance)
    limit: Any = error.validator_value
    instance: Any = error.instance
    if error.validator == "required":
        missing = [name for name in limit if name not in instance]
        return _("%(field)s is missing.") % {"field": _where(error, *missing[:1])}
    if error.validator == "minLength" or _rules(error).get("pattern") == "\\S":
        return _("%(field)s is empty.") % {"field": where}
    if error.validator == "maxLength":
        return _("%(field)s is too long: %(length)d characters, at most %(limit)d are allowed.") % {
            "field": where,
            "length": len(str(error.instance)),
            "limit": limit,
        }
    if error.validator == "maxItems":
        return _("%(field)s has too many rows: at most %(limit)d are allowed.") % {
            "field": where,
            "limit": limit,
        }
    if error.validator == "enum":
        allowed = ", ".join(str(choice) for choice in limit if choice)
        return _("%(field)s: “%(value)s” is none of: %(allowed)s.") % {
            "field": where,
            "value": value,
            "allowed": allowed,
        }
    if "http" in str(_rules(error).get("pattern", "")):
        return _("%(field)s: “%(value)s” must begin with https:// or http://.") % {
            "field": where,
            "value": value,
        }
    return _("%(field)s: “%(value)s” cannot be read.") % {"field": where, "value": value}


def _rules(error: ValidationError) -> dict[str, Any]:
    """The part of the schema that was not kept."""
    return error.schema if isinstance(error.schema, dict) else {}


def _where(error: ValidationError, *further: str) -> str:
    """The way to the value, rows counted from 1: `costs 2 amount`."""
    steps = [*error.absolute_path, *further]
    return " ".join(str(step + 1) if isinstance(step, int) else str(step) for step in steps)


def _short(value: Any, length: int = 60) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= length else f"{text[:length]}…"
