"""Practices collected by hand from other sites: their shape brought into the open format.

Recognised by `jst` (the unit as printed) and sections under Polish names. What has no place in
the format is kept as a remark, never dropped in silence.
"""

import re
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from practices_pages.exchange.schema import unknown_field
from practices_pages.models.units import UnitKind

SECTION_NAMES = {
    "charakterystyka": "local_system",
    "problem": "problem",
    "rozwiazanie": "solution",
    "kto_kiedy_co": "who_when_what",
    "efekty": "effects",
    "koszty": "cost",
    "dlaczego_warto": "why_promote",
    "replikacja": "replication",
}
KIND_NAMES = {
    "gmina wiejska": UnitKind.RURAL,
    "gmina miejsko-wiejska": UnitKind.URBAN_RURAL,
    "gmina miejska": UnitKind.URBAN,
    "miasto na prawach powiatu": UnitKind.CITY_POWIAT,
    "powiat": UnitKind.POWIAT,
    "województwo": UnitKind.VOIVODESHIP,
}
# Described by other fields, or about the collecting and not about the practice.
KNOWN = frozenset(
    {
        "id", "title", "title_as_published", "jst", "url", "published", "sections", "themes",
        "cost_amount", "cost_currency", "attachments", "note", "sections_missing", "text_kind",
        "source_language", "source_sections", "quality",
    }
)  # fmt: skip
PER_WORDS = {
    "school": re.compile(r"\bna (?:każdą )?szkołę\b", re.IGNORECASE),
    "class": re.compile(r"\bna (?:każdą )?(?:klasę|oddział)\b", re.IGNORECASE),
    "pupil": re.compile(r"\bna (?:każdego )?ucznia\b", re.IGNORECASE),
}


def is_foreign(record: dict[str, Any]) -> bool:
    return "jst" in record or isinstance(record.get("sections"), dict)


def converted(foreign: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The record in the open format, and remarks on what has no place there.

    Values of a wrong kind pass through: the schema names them.
    """
    remarks: list[str] = []
    record: dict[str, Any] = {"title": foreign.get("title")}
    for name, source in (("source_id", "id"), ("source_url", "url")):
        if foreign.get(source) is not None:
            record[name] = foreign[source]
    record["sections"] = _sections(foreign.get("sections"), remarks)
    if foreign.get("jst"):
        record["units"] = [_unit(foreign["jst"])]
    if themes := foreign.get("themes"):
        record["areas"] = themes
    if foreign.get("cost_amount") is not None:
        record["costs"] = [_cost(foreign, remarks)]
    _settle_date(foreign.get("published"), record, remarks)
    remarks += _remarks(foreign)
    return record, remarks


def _sections(sections: Any, remarks: list[str]) -> Any:
    if not isinstance(sections, dict):
        return sections or []
    for name in sections.keys() - SECTION_NAMES.keys():
        remarks.append(
            _("There is no section “%(name)s”; its text: %(text)s")
            % {"name": name, "text": str(sections[name])[:2000]}
        )
    return [
        {"key": SECTION_NAMES[name], "html": html}
        for name, html in sections.items()
        if name in SECTION_NAMES and html
    ]


def _unit(printed: Any) -> Any:
    if not isinstance(printed, dict):
        return {"name": printed}
    unit = {
        "name": printed.get("name"),
        "code": printed.get("teryt"),
        "voivodeship": printed.get("voivodeship"),
        "powiat": printed.get("county"),
        "kind_at_time": KIND_NAMES.get(str(printed.get("kind") or "").casefold()),
    }
    return {name: value for name, value in unit.items() if value}


def _cost(foreign: dict[str, Any], remarks: list[str]) -> dict[str, Any]:
    sections = foreign.get("sections")
    text = str(sections.get("koszty") or "") if isinstance(sections, dict) else ""
    per = next((per for per, words in PER_WORDS.items() if words.search(text)), "whole")
    remarks.append(
        _("The amount was entered as the cost of the whole solution: check it.")
        if per == "whole"
        else _("The amount was entered as a cost per school, class or pupil: check it.")
    )
    cost = {"amount": foreign["cost_amount"], "per": per}
    return cost | ({"currency": foreign["cost_currency"]} if foreign.get("cost_currency") else {})


def _settle_date(published: Any, record: dict[str, Any], remarks: list[str]) -> None:
    if not published:
        return
    try:
        record["original_date"] = date.fromisoformat(str(published)).isoformat()
    except ValueError:
        # Only the year, or year and month: a day would be invented.
        remarks.append(
            _("Published at its source: %(date)s. The day is not known, so none was entered.")
            % {"date": str(published)[:40]}
        )


def _remarks(foreign: dict[str, Any]) -> list[str]:
    found = []
    if foreign.get("title_as_published") is False:
        found.append(_("The title is not the one printed at the source."))
    if foreign.get("source_language") not in (None, "pl"):
        found.append(
            _("Language of the source: %(language)s.") % {"language": foreign["source_language"]}
        )
    for attachment in foreign.get("attachments") or []:
        found.append(_("Attachment at the source: %(text)s") % {"text": str(attachment)[:1000]})
    if foreign.get("note"):
        found.append(_("Note: %(text)s") % {"text": str(foreign["note"])[:2000]})
    found += [unknown_field(name, foreign[name]) for name in sorted(foreign.keys() - KNOWN)]
    return found
