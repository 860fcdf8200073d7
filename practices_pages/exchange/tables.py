"""A record as one row of a table, and back. columns.json names the columns.

An empty cell says nothing about its field: it neither fills nor empties it.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from practices_pages.exchange.cells import join_rows, plain_cell, split_rows
from practices_pages.exchange.foreign import KIND_NAMES
from practices_pages.models.practice import SECTIONS

# Columns whose cell holds several rows, each with these parts.
PARTS: dict[str, tuple[str, ...]] = {
    "units": ("name", "code", "kind_at_time", "voivodeship", "powiat"),
    "steps": ("who", "when", "what"),
    "measured_effects": ("indicator", "before", "after", "unit_of_measure"),
    "costs": ("amount", "currency", "year", "frequency", "per", "funding_source"),
    "pitfalls": ("pitfall", "advice"),
    "distinctions": ("contest", "award", "group", "edition", "year", "url"),
    "authors": ("name", "role", "unit", "consented_to_be_named", "unit_code"),
    "contact": ("name", "role", "email", "phone", "unit", "published_until", "unit_code"),
    "documents": ("title", "url", "description", "licence", "is_accessible"),
    "image": ("url", "alt", "credit"),
}
TERMS = ("areas", "competences", "school_types")
ONE_ROW = frozenset({"contact", "image"})
YES_NO = frozenset({"is_archival", "is_draft", "consented_to_be_named", "is_accessible"})
WORDS: dict[str, dict[str, Any]] = {
    "frequency": {"jednorazowo": "one_off", "jednorazowy": "one_off", "rocznie": "annual"},
    "per": {
        "całość": "whole", "szkoła": "school", "oddział": "class", "klasa": "class",
        "uczeń": "pupil",
    },
    "kind_at_time": KIND_NAMES,
}  # fmt: skip
TERYT = re.compile(r"\d{2}|\d{4}|\d{6,7}")
# The row below the headings of our template begins so.
EXPLANATIONS = "# Objaśnienia"


@dataclass(frozen=True)
class Column:
    key: str
    heading: str
    explanation: str


COLUMNS = [
    Column(**entry)
    for entry in json.loads(files(__package__).joinpath("columns.json").read_text(encoding="utf-8"))
]
HEADINGS = [column.heading for column in COLUMNS]
KEY_OF_HEADING = {
    " ".join(name.casefold().split()): column.key
    for column in COLUMNS
    for name in (column.heading, column.key)
}


def explanations() -> list[str]:
    """The row of the template that says what belongs into each column."""
    first, *others = [column.explanation for column in COLUMNS]
    return [f"{EXPLANATIONS}: {first}", *others]


def keys_of(headings: list[str]) -> list[str | None]:
    """The column each heading stands for; None where it stands for none."""
    return [KEY_OF_HEADING.get(" ".join(name.casefold().split())) for name in headings]


def row_of(record: dict[str, Any]) -> list[str]:
    """The texts of one table row, in the order of COLUMNS; not yet safe for a spreadsheet."""
    sections = {section["key"]: section["html"] for section in record.get("sections", [])}
    return [_cell(column.key, {**record, **sections}) for column in COLUMNS]


def _cell(key: str, record: dict[str, Any]) -> str:
    value = record.get(key)
    if key in TERMS:
        return "\n".join(term["slug"] for term in value or [])
    if key in PARTS:
        rows = [value] if key in ONE_ROW and value else value or []
        return join_rows([[_word(row.get(part)) for part in PARTS[key]] for row in rows])
    return _word(value)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "tak" if value else "nie"
    return "" if value is None else str(value)


def record_of_row(cells: dict[str, str]) -> dict[str, Any]:
    """The record of one row, by keys of columns. The schema names what cannot be read."""
    record: dict[str, Any] = {}
    sections = []
    for key, cell in cells.items():
        text = plain_cell(cell).strip()
        if not text:
            continue
        if key in SECTIONS:
            sections.append({"key": key, "html": text})
        else:
            record[key] = _value(key, text)
    if sections:
        record["sections"] = sections
    return record


def _value(key: str, text: str) -> Any:
    if key in TERMS:
        return [name.strip() for name in re.split(r"[\r\n]+", text) if name.strip()]
    if key in PARTS:
        read = READERS.get(key, _row)
        rows = [read(key, parts) for parts in split_rows(text)]
        return rows[0] if key in ONE_ROW and len(rows) == 1 else rows
    return _yes_no(text) if key in YES_NO else text


def _row(key: str, parts: list[str]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, text in zip(PARTS[key], parts, strict=False):
        if not text:
            continue
        row[name] = WORDS.get(name, {}).get(text.casefold(), text)
        if name in YES_NO:
            row[name] = _yes_no(text)
    if surplus := [part for part in parts[len(PARTS[key]) :] if part]:
        # No field: so the report names what stands there.
        row["+"] = " | ".join(surplus)
    return row


def _step(key: str, parts: list[str]) -> dict[str, Any]:
    """Without bars the whole line says what was done."""
    return {"what": parts[0]} if len(parts) == 1 else _row(key, parts)


def _unit(key: str, parts: list[str]) -> dict[str, Any]:
    if len(parts) == 1 and TERYT.fullmatch(parts[0]):
        return {"code": parts[0]}
    return _row(key, parts)


def _cost(key: str, parts: list[str]) -> dict[str, Any]:
    row = _row(key, parts)
    if "amount" in row:
        row["amount"] = _amount(row["amount"])
    return _with_year(row)


def _distinction(key: str, parts: list[str]) -> dict[str, Any]:
    return _with_year(_row(key, parts))


def _with_year(row: dict[str, Any]) -> dict[str, Any]:
    if row.get("year", "").isascii() and row.get("year", "").isdigit() and len(row["year"]) == 4:
        row["year"] = int(row["year"])
    return row


def _amount(text: str) -> str:
    """`12 500,00 zł` as `12500.00`."""
    bare = re.sub(r"\s|zł$|PLN$|EUR$", "", text.replace("\xa0", " ").strip())
    return bare.replace(",", ".") if re.fullmatch(r"\d+(?:[.,]\d{1,2})?", bare) else text


def _yes_no(text: str) -> bool | str:
    answers = {"tak": True, "true": True, "1": True, "nie": False, "false": False, "0": False}
    return answers.get(text.casefold(), text)


READERS: dict[str, Callable[[str, list[str]], dict[str, Any]]] = {
    "steps": _step,
    "units": _unit,
    "costs": _cost,
    "distinctions": _distinction,
}
