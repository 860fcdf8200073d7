import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.backups.restoring import restore
from newsletter.journal import sending_lock


class Command(BaseCommand):
    help = "Put back what `backup` wrote. Stop the site and its workers first."
    requires_system_checks = []  # A new machine has no database yet.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="FILE|-")
        parser.add_argument(
            "--replace", action="store_true", help="replace the site that is here now"
        )
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, source: str, replace: bool, **options: Any) -> None:
        if source == "-":
            told = restore(sys.stdin.buffer, replace=replace)
        else:
            try:
                with Path(source).open("rb") as file:
                    told = restore(file, replace=replace)
            except OSError as error:
                raise CommandError(f"The restore stopped: {error}") from error
        lock = sending_lock()
        if lock:
            told.lock, told.remedy = lock.code, lock.remedy
        if options["json"]:
            self.stdout.write(json.dumps(asdict(told)))
            return
        self.stdout.write(f"Restored what was backed up at {told.taken_at}.")
        for table, count in told.counts.items():
            self.stdout.write(f"  {table}: {count}")
        self.stdout.write(
            f"{told.media_files} uploaded files, {told.journal_files} files of the journal; "
            f"{told.journal_kept} files of the journal here were kept."
        )
        if told.replaced_media:
            self.stdout.write(f"The uploads that were here lie in {told.replaced_media}.")
        for problem in told.problems:
            self.stderr.write(problem)
        if lock:
            self.stdout.write(str(lock))
