"""Goes through the rows of a run, one transaction each: whoever is killed loses the row in hand.

Any number may work on one run: a row belongs to whoever marks it first. A second call continues.
"""

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from wagtail.models import Page

from practices_pages.exchange.addresses import sources_of
from practices_pages.exchange.reading import Entry
from practices_pages.exchange.resolving import Desk
from practices_pages.importing.planning import Plan, plan
from practices_pages.importing.undoing import undo
from practices_pages.importing.writing import carry_out
from practices_pages.models import ImportRow, ImportRun, RowOutcome, RowState, RunState

logger = logging.getLogger(__name__)

ATTEMPTS = 3
# A file that was never confirmed may name persons, so it is not kept for long.
KEEP_UNCONFIRMED = timedelta(days=7)
CHUNK = 500
TO_DO = {
    RunState.CHECKING: (RowState.WAITING,),
    RunState.RUNNING: (RowState.WAITING, RowState.CHECKED),
    RunState.UNDOING: (RowState.DONE,),
}
THEN = {
    RunState.CHECKING: RunState.CHECKED,
    RunState.RUNNING: RunState.FINISHED,
    RunState.UNDOING: RunState.UNDONE,
}


@transaction.atomic
def open_run(run: ImportRun, entries: Iterable[Entry]) -> ImportRun:
    """Save the run and a row for each entry; all of them or, when the file breaks off, none."""
    run.save()
    rows = (row_of(run, entry) for entry in entries)
    while batch := [row for row, _count in zip(rows, range(CHUNK), strict=False)]:
        ImportRow.objects.bulk_create(batch)
    return run


def row_of(run: ImportRun, entry: Entry) -> ImportRow:
    row = ImportRow(run=run, number=entry.number, record=entry.record, file_remarks=entry.remarks)
    if entry.record is None:
        row.settle(RowOutcome.PROBLEM, entry.problem)
        row.state = RowState.DONE
        return row
    title = entry.record.get("title")
    row.title = title[:255] if isinstance(title, str) else ""
    row.source_key = _source_key(entry.record)
    return row


def _source_key(record: dict[str, Any]) -> str:
    try:
        return sources_of(record)[0].key
    except (AttributeError, TypeError):
        # Values of a wrong kind: the schema will name them.
        return ""


def start(run: ImportRun) -> bool:
    """Confirm what was checked. False when somebody else already decided."""
    return _move(run, RunState.CHECKED, RunState.RUNNING)


def discard(run: ImportRun) -> bool:
    """Give up what was not confirmed, with the contents of its rows."""
    if not (
        _move(run, RunState.CHECKED, RunState.DISCARDED)
        or _move(run, RunState.CHECKING, RunState.DISCARDED)
    ):
        return False
    run.rows.update(record=None)
    return True


def start_undoing(run: ImportRun, *, by: Any) -> bool:
    return _move(run, RunState.FINISHED, RunState.UNDOING, undone_by=by)


def _move(run: ImportRun, old: RunState, new: RunState, **changes: Any) -> bool:
    moved = ImportRun.objects.filter(pk=run.pk, state=old).update(state=new, **changes)
    run.refresh_from_db()
    return bool(moved)


def advance(run: ImportRun, *, seconds: float | None = None) -> bool:
    """Work on the run; True when nothing is left to do in it, False when the time is up."""
    ends_at = None if seconds is None else time.monotonic() + seconds
    with override(run.language):
        for _row in steps(run):
            if ends_at is not None and time.monotonic() >= ends_at:
                return False
    return True


def steps(run: ImportRun) -> Iterator[ImportRow]:
    """Each row right after its transaction; ends when the run has no more of them to do."""
    if run.state not in TO_DO:
        return
    desk = Desk()
    phase = RunState(run.state)
    while (number := _next(run, phase)) is not None:
        row = _settled(run, number, phase, desk)
        if row is not None:
            yield row
    if _move(run, phase, THEN[phase]) and phase == RunState.RUNNING:
        ImportRun.objects.filter(pk=run.pk).update(finished_at=timezone.now())


def _next(run: ImportRun, phase: RunState) -> int | None:
    # Undone from the end, so that a practice that two rows changed goes back step by step.
    rows = run.rows.filter(state__in=TO_DO[phase])
    if phase == RunState.UNDOING:
        rows = rows.filter(outcome__in=(RowOutcome.CREATED, RowOutcome.UPDATED)).order_by("-number")
    pk: int | None = rows.values_list("pk", flat=True).first()
    return pk


def _settled(run: ImportRun, pk: int, phase: RunState, desk: Desk) -> ImportRow | None:
    """The row after it was done; None when somebody else has done it."""
    problem = ""
    for _attempt in range(ATTEMPTS):
        try:
            return _one_row(run, pk, phase, desk)
        except IntegrityError:
            # Somebody imports the same practice, or takes the same place in the tree: look again.
            problem = _("Somebody else worked on the same practice: try again.")
        except (ValidationError, DatabaseError) as error:
            problem = _("It could not be saved: %(error)s") % {"error": str(error)[:500]}
            break
        except Exception:
            # Whatever it is, it must not stop the same row again tomorrow.
            _give_up(run, pk, phase, _("An unexpected error; it is in the log of the server."))
            logger.exception("import.row_failed", extra={"run": run.pk, "row": pk})
            raise
    return _give_up(run, pk, phase, problem)


def _one_row(run: ImportRun, pk: int, phase: RunState, desk: Desk) -> ImportRow | None:
    with transaction.atomic():
        taken = RowState.CHECKED if phase == RunState.CHECKING else RowState.DONE
        if phase == RunState.UNDOING:
            taken = RowState.UNDONE
        # Writing first takes the lock: of two who chose this row, one finds it taken.
        if not run.rows.filter(pk=pk, state__in=TO_DO[phase]).update(state=taken):
            return None
        row = run.rows.select_related("previous_revision", "made_contact").get(pk=pk)
        row.run = run
        if phase == RunState.UNDOING:
            undo(row, by=run.undone_by)
        else:
            _look_or_write(row, phase, desk)
        row.save()
        return row


def _look_or_write(row: ImportRow, phase: RunState, desk: Desk) -> None:
    if phase == RunState.CHECKING:
        note(planned_for(row, desk), row)
        return
    # Imports into one list take turns: else two would choose the same slug and place in the tree,
    # and neither would see the source that the other is about to save.
    Page.objects.select_for_update().get(pk=row.run.index_page_id)
    carry_out(planned_for(row, desk), row)
    row.record = None


def planned_for(row: ImportRow, desk: Desk) -> Plan:
    def earlier(_key: str) -> int | None:
        same = row.run.rows.filter(source_key=row.source_key, number__lt=row.number)
        number: int | None = (
            same.exclude(outcome=RowOutcome.PROBLEM).values_list("number", flat=True).first()
        )
        return number

    made = plan(row.record or {}, row.run, desk, earlier)
    made.remarks = [*row.file_remarks, *made.remarks]
    return made


def note(planned: Plan, row: ImportRow) -> None:
    row.remarks, row.page = planned.remarks, planned.page
    row.settle(planned.outcome, planned.reason)


def _give_up(run: ImportRun, pk: int, phase: RunState, problem: str) -> ImportRow | None:
    if phase == RunState.UNDOING:
        changed: dict[str, Any] = {"state": RowState.LEFT, "reason": problem}
    else:
        changed = {
            "state": RowState.DONE,
            "outcome": RowOutcome.PROBLEM,
            "reason": problem,
            "record": None,
        }
    if not run.rows.filter(pk=pk, state__in=TO_DO[phase]).update(**changed):
        return None
    row: ImportRow = run.rows.get(pk=pk)
    return row


def continue_runs(*, seconds: float) -> int:
    """For the clock: go on with what a killed worker left, and forget what nobody confirmed.

    Returns how many runs still have something to do.
    """
    long_ago = timezone.now() - KEEP_UNCONFIRMED
    for run in ImportRun.objects.filter(state=RunState.CHECKED, created_at__lt=long_ago):
        discard(run)
    left = 0
    for run in ImportRun.objects.unfinished().order_by("pk"):
        left += not advance(run, seconds=seconds)
    return left
