import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from practices_pages.exchange import files, reading
from practices_pages.exchange.records import exported


class Command(BaseCommand):
    help = (
        "Write the public practices in the open format (docs/practice-format.md). "
        "Nothing that the public may not see, unless drafts are asked for."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", metavar="FILE", help="a file instead of standard output")
        parser.add_argument("--format", choices=reading.FORMATS, help="default: by the file's name")
        parser.add_argument(
            "--drafts",
            action="store_true",
            help="also what is not public, each as its latest version",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        output = Path(options["output"]) if options["output"] else None
        format = options["format"] or (output.suffix.lstrip(".") if output else "") or "jsonl"
        if format not in reading.FORMATS:
            raise CommandError(f"Choose a --format: {', '.join(reading.FORMATS)}.")
        records = exported(drafts=options["drafts"])
        try:
            if output is None:
                count = files.write(records, sys.stdout.buffer, format)
            else:
                count = self._write(records, output, format)
        except files.TooLongForXLSX as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Exported {count} practices.")

    def _write(self, records: Any, output: Path, format: str) -> int:
        # Written beside and then renamed: an export that breaks off leaves no half file.
        partial = output.with_name(f"{output.name}.partial")
        try:
            with partial.open("wb") as file:
                count = files.write(records, file, format)
            partial.replace(output)
        finally:
            partial.unlink(missing_ok=True)
        return count
