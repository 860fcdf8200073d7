import json
from argparse import ArgumentParser
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from practices_pages.exchange import reading
from practices_pages.importing.plans import PlanRow, import_plans
from practices_pages.models import PlanCollectionPage, RowOutcome


class Command(BaseCommand):
    help = (
        "Make drafts of the plans in a file of JSON Lines (jst, teryt, scope, document_names, "
        "source, dated_on, school_year). A second call changes nothing; nothing is published."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE")
        parser.add_argument("--collection", required=True, metavar="SLUG")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument("--json", action="store_true", help="print the report as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        file = Path(options["file"])
        try:
            rows = import_plans(
                list(reading.read_objects(file.read_bytes())),
                _collection(options["collection"]),
                filename=file.name,
                rehearse=options["dry_run"],
            )
        except (OSError, reading.Unreadable) as error:
            raise CommandError(str(error)) from error
        self._report(rows, options)
        if problems := sum(row.outcome == RowOutcome.PROBLEM for row in rows):
            raise CommandError(f"{problems} rows have a problem; the others are done.")

    def _report(self, rows: list[PlanRow], options: dict[str, Any]) -> None:
        if options["json"]:
            self.stdout.write(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
            return
        for row in rows:
            said = "; ".join(part for part in (row.title, row.reason, *row.remarks) if part)
            self.stdout.write(f"{row.number}: {row.outcome.label}: {said}")
        counted = Counter(row.outcome.value for row in rows)
        self.stdout.write(", ".join(f"{outcome}: {n}" for outcome, n in sorted(counted.items())))


def _collection(slug: str) -> PlanCollectionPage:
    found = PlanCollectionPage.objects.filter(slug=slug, alias_of=None)[:2]
    if len(found) != 1:
        raise CommandError(f"There is no plan collection “{slug}”, or more than one.")
    return found[0]
