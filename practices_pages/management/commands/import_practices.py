import json
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import get_language

from practices_pages.exchange import files, reading
from practices_pages.importing import preview, running
from practices_pages.models import ImportRow, ImportRun, PracticeIndexPage, RowOutcome, RunState


class Command(BaseCommand):
    help = (
        "Make drafts of the practices in a file: JSON Lines in the open format "
        "(docs/practice-format.md) or as collected by hand, CSV or XLSX. "
        "A second call changes nothing; nothing imported is announced."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", metavar="FILE")
        parser.add_argument("--format", choices=reading.FORMATS, help="default: by the file")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument(
            "--archival",
            action="store_true",
            help="publish as archival descriptions what may be; never announced",
        )
        parser.add_argument(
            "--overwrite", action="store_true", help="also what was changed here since"
        )
        parser.add_argument("--index", type=int, metavar="ID", help="page id of the list to fill")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")
        parser.add_argument(
            "--template", metavar="FILE", help="write an empty table (.csv or .xlsx) and end"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            self._write_template(Path(options["template"]))
            return
        if not options["file"]:
            raise CommandError("Name a FILE, or a --template to write.")
        try:
            rows = list(self._rows(Path(options["file"]), options))
        except reading.Unreadable as unreadable:
            raise CommandError(str(unreadable)) from unreadable
        self._report(rows, options)
        problems = sum(row.outcome == RowOutcome.PROBLEM for row in rows)
        if problems:
            raise CommandError(f"{problems} rows have a problem; the others are done.")

    def _rows(self, file: Path, options: dict[str, Any]) -> Iterator[ImportRow]:
        try:
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(str(error)) from error
        run = ImportRun(
            index_page=self._index(options["index"]),
            filename=file.name[:255],
            language=get_language() or "pl",
            publishes_archival=options["archival"],
            overwrites=options["overwrite"],
            state=RunState.RUNNING,
        )
        entries = reading.read(data, options["format"] or reading.format_of(data, file.name))
        if options["dry_run"]:
            rows = preview.rows(run, entries)
        else:
            running.open_run(run, entries)
            rows = running.steps(run)
        for count, row in enumerate(rows, start=1):
            if count % 100 == 0:
                self.stderr.write(f"{count} rows …")
            if options["dry_run"]:
                yield row
        if not options["dry_run"]:
            # Also those whose line could not be read, in their order.
            yield from run.rows.select_related("page__identity")

    def _index(self, number: int | None) -> PracticeIndexPage:
        pages = PracticeIndexPage.objects.order_by("pk")
        if number is not None:
            pages = pages.filter(pk=number)
        found = list(pages[:2])
        if not found:
            raise CommandError("There is no such list of practices: make one in the page tree.")
        if len(found) > 1:
            raise CommandError("There are several lists of practices: choose one by --index ID.")
        return found[0]

    def _write_template(self, output: Path) -> None:
        format = output.suffix.lstrip(".")
        if format not in {"csv", "xlsx"}:
            raise CommandError("The template is a .csv or an .xlsx file.")
        output.write_bytes(files.template(format))
        self.stdout.write(f"Wrote {output}.")

    def _report(self, rows: list[ImportRow], options: dict[str, Any]) -> None:
        counts = {outcome.value: 0 for outcome in RowOutcome}
        for row in rows:
            counts[row.outcome] += 1
        if options["json"]:
            report = {"dry_run": options["dry_run"], **counts, "rows": list(map(_as_json, rows))}
            self.stdout.write(json.dumps(report, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(_as_line(row))
            for remark in row.remarks:
                self.stdout.write(f"      {remark}")
        if options["dry_run"]:
            self.stdout.write("Nothing was written (--dry-run).")
        self.stdout.write(", ".join(f"{name}: {count}" for name, count in counts.items()))


def _as_json(row: ImportRow) -> dict[str, Any]:
    return {
        "row": row.number,
        "title": row.title,
        "outcome": row.outcome,
        "reason": row.reason,
        "remarks": row.remarks,
        "published": row.is_published,
        "id": row.page.pid if row.page else None,
    }


def _as_line(row: ImportRow) -> str:
    practice = f" {row.page.pid}" if row.page else ""
    published = " (published)" if row.is_published else ""
    reason = f": {row.reason}" if row.reason else ""
    return f"{row.number:>5} {row.outcome}{practice}{published} {row.title}{reason}"
