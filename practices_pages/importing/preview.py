"""What a file would do, without a single row written."""

from collections.abc import Iterable, Iterator

from practices_pages.exchange.reading import Entry
from practices_pages.exchange.resolving import Desk
from practices_pages.importing.planning import plan
from practices_pages.importing.running import note, row_of
from practices_pages.models import ImportRow, ImportRun, RowOutcome


def rows(run: ImportRun, entries: Iterable[Entry]) -> Iterator[ImportRow]:
    """Unsaved rows of the unsaved `run`, each with its outcome."""
    desk = Desk()
    numbers: dict[str, int] = {}
    for entry in entries:
        row = row_of(run, entry)
        if row.outcome != RowOutcome.PROBLEM:
            planned = plan(entry.record or {}, run, desk, numbers.get)
            planned.remarks = [*row.file_remarks, *planned.remarks]
            note(planned, row)
            if row.outcome != RowOutcome.PROBLEM:
                numbers.setdefault(row.source_key, row.number)
        yield row
