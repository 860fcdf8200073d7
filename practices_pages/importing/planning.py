"""What a row will do: create, update, skip, or why it cannot. Reads only."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _

from practices_pages.exchange.addresses import Source, site_of, sources_of
from practices_pages.exchange.records import SiteRequest, record_of
from practices_pages.exchange.resolving import Desk, Meaning
from practices_pages.gate import text_of
from practices_pages.models import ImportRun, PracticePage, PracticeSource, RowOutcome

# Says which earlier row of the run has the same source, if any: by the source's key.
EarlierRow = Callable[[str], int | None]


@dataclass
class Plan:
    outcome: RowOutcome
    reason: str = ""
    remarks: list[str] = field(default_factory=list)
    page: PracticePage | None = None
    content: dict[str, Any] = field(default_factory=dict)
    sources: list[Source] = field(default_factory=list)
    # The page is as the file has it, but a draft yet, and the run publishes.
    only_publishes: bool = False


def plan(record: dict[str, Any], run: ImportRun, desk: Desk, earlier: EarlierRow) -> Plan:
    meaning = desk.read(record)
    if meaning.problems:
        return Plan(RowOutcome.PROBLEM, " ".join(meaning.problems), meaning.remarks)
    problem = _wrong_language(record, run)
    sources = sources_of(record)
    pages = _pages_of(sources, record, run)
    row = earlier(sources[0].key)
    if row is not None:
        problem = _("Row %(number)d has the same source and id.") % {"number": row}
    elif len(pages) > 1:
        problem = _("The sources of this row belong to different practices: %(ids)s.") % {
            "ids": ", ".join(sorted(page.pid for page in pages))
        }
    if problem:
        return Plan(RowOutcome.PROBLEM, problem, meaning.remarks)
    if not pages:
        remarks = meaning.remarks + _same_id_elsewhere(sources)
        return Plan(RowOutcome.CREATED, "", remarks, None, meaning.content, sources)
    return _plan_for(pages.pop(), meaning, sources, run, desk)


def _plan_for(
    page: PracticePage, meaning: Meaning, sources: list[Source], run: ImportRun, desk: Desk
) -> Plan:
    plan = Plan(RowOutcome.SKIPPED, "", meaning.remarks, page, meaning.content, sources)
    known = page.sources.filter(key__in=[source.key for source in sources]).first()
    is_same = (
        known.record_digest == digest(meaning.content)
        if known is not None and known.record_digest
        else _says_the_same(page, meaning.content, desk)
    )
    is_untouched = known is not None and known.page_digest == page_digest(page)
    publishes = run.publishes_archival and not page.live and is_untouched
    restores = run.overwrites and known is not None and not is_untouched
    if is_same and not publishes and not restores:
        plan.reason = _("Unchanged since it was imported.")
    elif page.locked:
        plan.reason = _("The practice is locked.")
    elif page.workflow_in_progress:
        plan.reason = _("The practice is being reviewed.")
    elif not is_untouched and not run.overwrites:
        plan.reason = _("Changed here since it was imported, so it was left as it is.")
    else:
        plan.outcome, plan.only_publishes = RowOutcome.UPDATED, is_same and not restores
    return plan


def _wrong_language(record: dict[str, Any], run: ImportRun) -> str:
    """A translation has the id of its source: it would be taken for a new version of it."""
    language, ours = record.get("language"), run.index_page.locale.language_code
    if not language or language == ours:
        return ""
    return _("The language is “%(language)s”, but the list of practices is in “%(ours)s”.") % {
        "language": language,
        "ours": ours,
    }


def _pages_of(sources: list[Source], record: dict[str, Any], run: ImportRun) -> set[PracticePage]:
    keys = [source.key for source in sources]
    found = PracticeSource.objects.filter(key__in=keys).select_related("page")
    pages = {source.page for source in found}
    number = str(record.get("id") or "").removeprefix("DP-")
    ours = site_of(SiteRequest().build_absolute_uri("/"))
    if number.isdecimal() and len(number) < 10 and site_of(record.get("html_url") or "") == ours:
        # Exported here. The id tells it, whether or not it was ever imported.
        pages |= set(
            PracticePage.objects.originals().filter(
                identity__number=int(number), locale=run.index_page.locale
            )
        )
    return pages


def _same_id_elsewhere(sources: list[Source]) -> list[str]:
    source = sources[-1]
    if not source.source_id:
        return []
    others = PracticeSource.objects.filter(
        source_id=source.source_id, address__startswith=site_of(source.address)
    ).exclude(address="")
    pids = sorted({other.page.pid for other in others.select_related("page__identity")[:5]})
    if not pids:
        return []
    return [
        _("The same id at another address of that site is already here: %(ids)s.")
        % {"ids": ", ".join(pids)}
    ]


def _says_the_same(page: PracticePage, content: dict[str, Any], desk: Desk) -> bool:
    """Whether the latest version of a page that no import made says what the record says."""
    here = desk.read(record_of(page.get_latest_revision_as_object(), SiteRequest())).content
    return all(here.get(name) == value for name, value in content.items())


def digest(content: dict[str, Any]) -> str:
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def page_digest(page: PracticePage) -> str:
    """What a reader would notice in the latest version; saving it unchanged changes nothing."""
    revision = page.get_latest_revision()
    return sha256(text_of(revision.content).encode()).hexdigest() if revision else ""
