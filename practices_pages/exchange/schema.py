"""What the format allows, and what is wrong with a record, in an editor's words."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from jsonschema import Draft202012Validator, ValidationError

SCHEMA: dict[str, Any] = json.loads(
    files(__package__).joinpath("practice-1.schema.json").read_text(encoding="utf-8")
)
VALIDATOR = Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)
# What editors call the fields: the words of the editor's form.
LABELS = {
    "title": gettext_lazy("title"),
    "lead": gettext_lazy("lead"),
    "units": gettext_lazy("units"),
    "areas": gettext_lazy("thematic areas"),
    "competences": gettext_lazy("key competences"),
    "school_types": gettext_lazy("types of schools"),
    "steps": gettext_lazy("steps"),
    "measured_effects": gettext_lazy("measured effects"),
    "costs": gettext_lazy("costs"),
    "pitfalls": gettext_lazy("pitfalls"),
    "distinctions": gettext_lazy("distinctions"),
    "contest": gettext_lazy("contest or tournament"),
    "award": gettext_lazy("place or award"),
    "group": gettext_lazy("group or category"),
    "edition": gettext_lazy("edition or round"),
    "authors": gettext_lazy("authors"),
    "contact": gettext_lazy("contact person"),
    "documents": gettext_lazy("documents to use"),
    "image": gettext_lazy("main image"),
    "film_url": gettext_lazy("film"),
    "source_url": gettext_lazy("source"),
    "source_id": gettext_lazy("id at the source"),
    "licence": gettext_lazy("licence"),
    "archival_reason": gettext_lazy("why it is published so"),
    "original_date": gettext_lazy("date of the original"),
    "updated_on": gettext_lazy("date of last update"),
    "amount": gettext_lazy("amount"),
    "currency": gettext_lazy("currency"),
    "year": gettext_lazy("year"),
    "frequency": gettext_lazy("how often"),
    "per": gettext_lazy("per what"),
    "funding_source": gettext_lazy("source of funding"),
    "name": gettext_lazy("name"),
    "code": gettext_lazy("TERYT code"),
    "unit": gettext_lazy("unit"),
    "role": gettext_lazy("role"),
    "who": gettext_lazy("who"),
    "when": gettext_lazy("when"),
    "what": gettext_lazy("what"),
    "indicator": gettext_lazy("indicator"),
    "published_until": gettext_lazy("consent to publication until"),
    "description": gettext_lazy("what it is for"),
}
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
    limit: Any = error.validator_value
    instance: Any = error.instance
    missing: list[str] = []
    if error.validator == "required":
        missing = [name for name in limit if name not in instance][:1]
    return _sentence(error) % {
        "field": _where(error, *missing),
        "value": _short(instance),
        "limit": limit,
        "length": len(str(instance)),
        "allowed": ", ".join(str(choice) for choice in limit if choice)
        if error.validator == "enum"
        else "",
    }


def _sentence(error: ValidationError) -> str:
    pattern = str(_rules(error).get("pattern", ""))
    if error.validator == "required":
        return _("%(field)s is missing.")
    if error.validator == "minLength" or (error.validator == "pattern" and pattern == "\\S"):
        return _("%(field)s is empty.")
    if error.validator == "maxLength":
        return _("%(field)s is too long: %(length)d characters, at most %(limit)d are allowed.")
    if error.validator == "maxItems":
        return _("%(field)s has too many rows: at most %(limit)d are allowed.")
    if error.validator == "enum":
        return _("%(field)s: “%(value)s” is none of: %(allowed)s.")
    if error.validator == "pattern" and "http" in pattern:
        return _("%(field)s: “%(value)s” must begin with https:// or http://.")
    return _("%(field)s: “%(value)s” cannot be read.")


def _rules(error: ValidationError) -> dict[str, Any]:
    """The part of the schema that was not kept."""
    return error.schema if isinstance(error.schema, dict) else {}


def _where(error: ValidationError, *further: str) -> str:
    """The way to the value, rows counted from 1: `costs 2 amount`, and before it for people."""
    steps = [
        str(step + 1) if isinstance(step, int) else str(step)
        for step in [*error.absolute_path, *further]
    ]
    key, words = " ".join(steps), " ".join(str(LABELS.get(step, step)) for step in steps)
    return key if key == words else f"{words} ({key})"


def _short(value: Any, length: int = 60) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= length else f"{text[:length]}…"
