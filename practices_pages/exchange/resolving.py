"""What a record means here: its units, terms and persons found, its HTML made ours.

Reads the database, never writes. Whatever cannot be taken over becomes a remark.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from html import escape
from importlib.resources import files
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from practices_pages.exchange import schema
from practices_pages.exchange.records import BLOCK_KEY
from practices_pages.exchange.tables import PARTS, TERMS
from practices_pages.models import KeyCompetence, PracticePage, SchoolType, ThematicArea
from practices_pages.models.rich_text import SECTION_FEATURES
from practices_pages.sanitise import clean_html
from practices_pages.unit_index import IndexedUnit, UnitIndex
from practices_pages.unit_matching import UnitMatch, match_unit

FIELDS = (
    "title", "lead", "film_url", "source_url", "licence", "updated_on", "is_archival",
    "archival_reason", "original_date",
)  # fmt: skip
DATES = frozenset({"updated_on", "original_date"})
ROWS = ("steps", "measured_effects", "pitfalls")
VOCABULARIES: dict[str, Any] = {
    "areas": ThematicArea,
    "competences": KeyCompetence,
    "school_types": SchoolType,
}
# Themes under which others file practices, and the terms they stand for here.
THEMES: dict[str, dict[str, str]] = json.loads(
    files(__package__).joinpath("themes.json").read_text(encoding="utf-8")
)
ELEMENT = re.compile(r"<\s*/?\s*([a-zA-Z][\w:-]*)")
ELEMENTS = frozenset({"h3", "p", "br", "b", "strong", "i", "em", "ol", "ul", "li", "a"})
# The number of a page or a document is one of another site.
FOREIGN_LINK = re.compile(r'<a [^<>]*linktype="[^<>]*>')


@dataclass
class Meaning:
    """What would be written, as plain values that can be compared; keys that the record does not
    have are not there either."""

    content: dict[str, Any] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


class Desk:
    """What a run looks things up in, read once."""

    def __init__(self) -> None:
        self.units = UnitIndex.load()
        self.terms: dict[str, dict[str, Any]] = {}
        for key, model in VOCABULARIES.items():
            found = self.terms[key] = {}
            for term in model.objects.all():
                found[term.name.casefold()] = term
            for term in model.objects.all():
                found[term.slug] = term

    def read(self, record: dict[str, Any]) -> Meaning:
        checked = schema.check(record)
        meaning = Meaning(remarks=checked.remarks, problems=checked.problems)
        if checked.problems:
            return meaning
        record = checked.record
        for name in FIELDS:
            if name in record:
                value = record[name]
                meaning.content[name] = value if name in DATES else value if value else _none(name)
        _read_sections(record, meaning)
        for name in ROWS:
            if name in record:
                meaning.content[name] = [_whole(name, row) for row in record[name]]
        if "costs" in record:
            meaning.content["costs"] = [_cost(row) for row in record["costs"]]
        if "distinctions" in record:
            meaning.content["distinctions"] = [_distinction(row) for row in record["distinctions"]]
        self._read_terms(record, meaning)
        self._read_units(record, meaning)
        self._read_people(record, meaning)
        _read_files(record, meaning)
        return meaning

    def _read_terms(self, record: dict[str, Any], meaning: Meaning) -> None:
        strangers: list[str] = []
        for key in TERMS:
            if key not in record:
                continue
            found = meaning.content.setdefault(key, [])
            for entry in record[key]:
                term = self._term(key, entry)
                if term is not None:
                    found.append(term.slug)
                else:
                    strangers.append(self._map_theme(_said(entry), meaning))
        for key in meaning.content.keys() & set(TERMS):
            meaning.content[key] = sorted(set(meaning.content[key]))
        if strangers:
            meaning.remarks.append(
                _("Themes that are not in the vocabulary: %(themes)s.")
                % {"themes": "; ".join(strangers)}
            )

    def _term(self, key: str, entry: Any) -> Any:
        names = [entry] if isinstance(entry, str) else [entry.get("slug"), entry.get("name")]
        known = self.terms[key]
        return next((known[n.casefold()] for n in names if n and n.casefold() in known), None)

    def _map_theme(self, theme: str, meaning: Meaning) -> str:
        """Enter the terms a theme stands for; say in words what became of it."""
        name = re.sub(r"[\s-]+", "_", theme.casefold())
        entered = []
        for key, slugs in THEMES.items():
            term = self.terms[key].get(slugs.get(name, ""))
            if term is not None:
                meaning.content.setdefault(key, []).append(term.slug)
                entered.append(term.name)
        return f"{theme} → {', '.join(entered)}" if entered else theme

    def _read_units(self, record: dict[str, Any], meaning: Meaning) -> None:
        if "units" not in record:
            return
        day = date.fromisoformat(record["original_date"]) if record.get("original_date") else None
        rows: dict[int, dict[str, Any]] = {}
        for printed in record["units"]:
            match = self._match(printed, day)
            if not match.is_certain:
                meaning.remarks.append(_unit_remark(printed, match))
            for unit in match.units:
                kind = printed.get("kind_at_time") or (unit.kind_on(day) if day else "")
                rows.setdefault(unit.pk, {"unit": unit.pk, "kind_at_time": kind})
        meaning.content["units"] = list(rows.values())

    def _match(self, printed: dict[str, Any], day: date | None) -> UnitMatch:
        return match_unit(
            printed.get("name", ""),
            kind=printed.get("kind_at_time", ""),
            voivodeship=printed.get("voivodeship", ""),
            powiat=printed.get("powiat", ""),
            code=printed.get("code", ""),
            on=day,
            index=self.units,
        )

    def _unit_of(self, person: dict[str, Any], meaning: Meaning) -> int | None:
        printed = {"name": person.get("unit") or "", "code": person.get("unit_code", "")}
        if not any(printed.values()):
            return None
        match = self._match(printed, None)
        if match.is_certain and len(match.units) == 1:
            return match.units[0].pk
        meaning.remarks.append(_unit_remark(printed, match))
        return None

    def _read_people(self, record: dict[str, Any], meaning: Meaning) -> None:
        if "authors" in record:
            meaning.content["authors"] = [
                {
                    "name": author.get("name", ""),
                    "role": author.get("role", ""),
                    "unit": self._unit_of(author, meaning),
                    "consented_to_be_named": author.get("consented_to_be_named", False),
                }
                for author in record["authors"]
            ]
        contact = record.get("contact")
        if contact and contact.get("is_person", True):
            self._read_contact(contact, meaning)

    def _read_contact(self, contact: dict[str, Any], meaning: Meaning) -> None:
        until = contact.get("published_until")
        if not until or date.fromisoformat(until) < timezone.localdate():
            meaning.remarks.append(
                _("The contact person was left out: there is no consent to show the data today.")
            )
        elif not contact.get("name"):
            meaning.remarks.append(_("The contact person was left out: there is no name."))
        else:
            meaning.content["contact"] = {
                **{name: contact.get(name, "") for name in ("name", "role", "email", "phone")},
                "unit": self._unit_of(contact, meaning),
                "published_until": until,
            }


def _none(name: str) -> Any:
    return False if name == "is_archival" else ""


def _said(entry: Any) -> str:
    return str(entry if isinstance(entry, str) else entry.get("name") or entry.get("slug") or "")


def _whole(name: str, row: dict[str, Any]) -> dict[str, Any]:
    return {part: row.get(part, "") for part in PARTS[name]}


def _distinction(row: dict[str, Any]) -> dict[str, Any]:
    texts = {part: row.get(part) or "" for part in PARTS["distinctions"] if part != "year"}
    return texts | {"year": row.get("year")}


def _cost(row: dict[str, Any]) -> dict[str, Any]:
    amount = row.get("amount")
    return {
        # Two places, so that 5000 and "5000.00" are one amount; a float has no exact value.
        "amount": None if amount is None else f"{float(amount):.2f}" if isinstance(amount, float)
        else _two_places(str(amount)),
        "currency": row.get("currency", "PLN"),
        "year": row.get("year"),
        "frequency": row.get("frequency", "one_off"),
        "per": row.get("per", "whole"),
        "funding_source": row.get("funding_source", ""),
    }  # fmt: skip


def _two_places(amount: str) -> str:
    whole, _point, parts = amount.partition(".")
    return f"{int(whole)}.{parts:0<2}"


def _unit_remark(printed: dict[str, Any], match: UnitMatch) -> str:
    name = " ".join(str(value) for value in (printed.get("name"), printed.get("code")) if value)
    said = _("Unit “%(name)s” was not entered: %(why)s.") % {"name": name, "why": match.why}
    if not match.candidates:
        return said
    names = "; ".join(_unit_words(unit) for unit in match.candidates[:8])
    return f"{said} " + _("Possible: %(names)s.") % {"names": names}


def _unit_words(unit: IndexedUnit) -> str:
    return f"{unit.name}, {unit.voivodeship} ({unit.code})"


def _read_sections(record: dict[str, Any], meaning: Meaning) -> None:
    for section in record.get("sections") or []:
        key = section["key"]
        if key in meaning.content:
            meaning.problems.append(
                _("Section “%(name)s” is there twice.") % {"name": _heading(key)}
            )
        try:
            meaning.content[key] = section_html(section["html"])
        except ValidationError as refused:
            meaning.problems.append(f"{_heading(key)}: {' '.join(refused.messages)}")
        if removed := sorted(set(_elements(section["html"])) - ELEMENTS):
            meaning.remarks.append(
                _("Section “%(name)s”: this was removed from the text: %(elements)s.")
                % {"name": _heading(key), "elements": ", ".join(removed[:20])}
            )


def _heading(key: str) -> str:
    return str(PracticePage._meta.get_field(key).verbose_name)


def _elements(text: str) -> Iterable[str]:
    return (name.lower()[:30] for name in ELEMENT.findall(text)) if _is_html(text) else ()


def _is_html(text: str) -> bool:
    return re.search(r"<(?:/?[a-zA-Z]|!--)", text) is not None


def section_html(text: str) -> str:
    """Foreign HTML, or plain text, as a section may hold it."""
    html = text if _is_html(text) else _paragraphs(text)
    clean = clean_html(html, SECTION_FEATURES)
    return BLOCK_KEY.sub("", FOREIGN_LINK.sub("<a>", clean))


def _paragraphs(text: str) -> str:
    """Empty lines divide paragraphs, other line ends stay line ends."""
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]
    return "".join(f"<p>{_escaped(block)}</p>" for block in blocks)


def _escaped(block: str) -> str:
    return escape(block, quote=False).replace("\n", "<br/>")


def _read_files(record: dict[str, Any], meaning: Meaning) -> None:
    """Files are not fetched: where they are stands in the rows and in the remarks."""
    if "documents" in record:
        meaning.content["documents"] = [
            {
                "source_title": row.get("title", ""),
                "source_url": row.get("url") or "",
                "description": row.get("description", ""),
                "licence": row.get("licence", ""),
                "is_accessible": row.get("is_accessible", False),
            }
            for row in record["documents"]
        ]
    if image := record.get("image"):
        meaning.content["image_alt"] = image.get("alt", "")
        meaning.content["image_credit"] = image.get("credit", "")
        if image.get("url"):
            meaning.remarks.append(
                _("The main image was not fetched. It is at %(address)s")
                % {"address": image["url"]}
            )
