"""Imports of plans: a file of JSON Lines to drafts of one collection, each source once.

Nothing is fetched and nothing published. What is uncertain is left out and said.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from practices_pages.exchange.addresses import Source, canonical
from practices_pages.exchange.reading import Entry
from practices_pages.importing.writing import IMPORTED, free_slug
from practices_pages.models import (
    DocumentKind,
    PlanCollectionPage,
    PlanDocument,
    PlanPage,
    PlanScope,
    PlanSource,
    RowOutcome,
    UnitGroup,
    UnitKind,
    group_of,
)
from practices_pages.models.school_year import first_day_of, written_out
from practices_pages.sanitise import WEB_SCHEMES, is_safe_address
from practices_pages.unit_index import UnitIndex
from practices_pages.unit_matching import match_unit

ADDRESS = re.compile(r"https?://[^\s<>\"']{1,490}")
SCOPES = {"broad": PlanScope.BROAD, "narrow": PlanScope.NARROW}
SCOPES |= {"szeroki": PlanScope.BROAD, "węższy": PlanScope.NARROW}
KINDS = {
    "gmina wiejska": UnitKind.RURAL,
    "gmina miejsko-wiejska": UnitKind.URBAN_RURAL,
    "gmina miejska": UnitKind.URBAN,
    "miasto na prawach powiatu": UnitKind.CITY_POWIAT,
    "powiat": UnitKind.POWIAT,
}
GROUPS = {
    "gminy wiejskie": UnitGroup.RURAL,
    "gminy miejsko-wiejskie": UnitGroup.URBAN_RURAL,
    "gminy miejskie": UnitGroup.URBAN,
    "powiaty": UnitGroup.POWIAT,
}


@dataclass
class PlanRow:
    """What became of one line."""

    number: int
    outcome: RowOutcome
    title: str = ""
    reason: str = ""
    remarks: list[str] = field(default_factory=list)


@transaction.atomic
def import_plans(
    entries: Iterable[Entry], collection: PlanCollectionPage, *, filename: str, rehearse: bool
) -> list[PlanRow]:
    """Make the drafts; with `rehearse` only say what would be made. A second call makes none."""
    # Imports into one collection take turns: else two would choose the same place in the tree.
    collection = PlanCollectionPage.objects.select_for_update(of=("self",)).get(pk=collection.pk)
    index = UnitIndex.load()
    rows = [_import_or_refuse(entry, collection, index, filename) for entry in entries]
    transaction.set_rollback(rehearse)
    return rows


def _import_or_refuse(
    entry: Entry, collection: PlanCollectionPage, index: UnitIndex, filename: str
) -> PlanRow:
    try:
        with transaction.atomic():
            return _import_one(entry, collection, index, filename)
    except ValidationError as error:
        return PlanRow(entry.number, RowOutcome.PROBLEM, reason=" ".join(error.messages))


def _import_one(
    entry: Entry, collection: PlanCollectionPage, index: UnitIndex, filename: str
) -> PlanRow:
    record = entry.record
    if record is None or not _text(record, "jst"):
        reason = entry.problem or _("The line names no unit.")
        return PlanRow(entry.number, RowOutcome.PROBLEM, reason=reason)
    source = _text(record, "source")
    key = _key(record)
    known = PlanSource.objects.filter(key=key).select_related("page").first()
    if known is not None:
        return PlanRow(entry.number, RowOutcome.SKIPPED, known.page.title, _("It is here already."))
    row = PlanRow(entry.number, RowOutcome.CREATED, remarks=[*entry.remarks])
    page = _draft(record, collection, index, row)
    page.slug = free_slug(page.title, collection, otherwise="plan")
    collection.add_child(instance=page)
    revision = page.save_revision()
    PlanSource.objects.create(key=key, page=page, source=source, basis=_text(record, "basis"))
    log(
        instance=page,
        action=IMPORTED,
        revision=revision,
        data={"file": filename, "row": entry.number, "remarks": row.remarks},
    )
    row.title = page.title
    return row


def _key(record: dict[str, Any]) -> str:
    """A unit may have several plans on one page of a source: they differ in date, year or files."""
    source, unit = _text(record, "source"), _text(record, "teryt") or _text(record, "jst")
    which = [_text(record, "dated_on"), _text(record, "school_year"), *_names(record)]
    return Source(canonical(_address(source) or source), unit, "\n".join(which).strip()).key


def _names(record: dict[str, Any]) -> list[str]:
    names = record.get("document_names") or []
    return [name for name in names if isinstance(name, str) and name]


def _draft(
    record: dict[str, Any], collection: PlanCollectionPage, index: UnitIndex, row: PlanRow
) -> PlanPage:
    names = _names(record)
    where = {"unit": _text(record, "jst")}
    page = PlanPage(
        title=(names[0] if names else _("Local education plan: %(unit)s") % where)[:255],
        scope=SCOPES.get(_text(record, "scope").lower(), PlanScope.UNKNOWN),
        dated_on=_day(record, row),
        school_year=_school_year(record, row) or collection.school_year,
        source_url=_address(_text(record, "source")),
        live=False,
        has_unpublished_changes=True,
        locale=collection.locale,
    )
    page.documents = [PlanDocument(kind=DocumentKind.PLAN, description=n[:250]) for n in names]
    _set_unit(page, record, index, row)
    if basis := _text(record, "basis"):
        row.remarks.append(basis)
    return page


def _set_unit(page: PlanPage, record: dict[str, Any], index: UnitIndex, row: PlanRow) -> None:
    kind, group = _text(record, "jst_kind_teryt"), GROUPS.get(_text(record, "group_on_source"))
    match = match_unit(
        _text(record, "jst"),
        kind=kind,
        voivodeship=_text(record, "voivodeship"),
        code=_text(record, "teryt"),
        on=page.day,
        index=index,
    )
    if not match.is_certain or len(match.units) != 1:
        row.remarks.append(_("The unit was not entered: %(why)s.") % {"why": match.why})
        return
    page.unit_id = match.units[0].pk
    stated = KINDS.get(kind, "")
    # The heading of the source speaks of the plan's own time, the code of the register's.
    page.stated_kind = group.value if group and group_of(stated) != group else stated
    page.settle_kind()
    if group and page.group_at_time != group:
        remark = _("The source has it among “%(group)s”, the register on that day does not.")
        row.remarks.append(remark % {"group": group.label})


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return value if isinstance(value, str) else ""


def _address(source: str) -> str:
    found = ADDRESS.search(source)
    return found[0] if found and is_safe_address(found[0], WEB_SCHEMES) else ""


def _day(record: dict[str, Any], row: PlanRow) -> date | None:
    said = _text(record, "dated_on")
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        row.remarks.append(_("“%(text)s” is no date.") % {"text": said[:40]})
        return None


def _school_year(record: dict[str, Any], row: PlanRow) -> str:
    said = written_out(_text(record, "school_year"))
    if said and first_day_of(said) is None:
        row.remarks.append(_("“%(text)s” is no school year.") % {"text": said[:40]})
        return ""
    return said
