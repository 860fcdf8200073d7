"""Take over numbers of inhabitants from a table of Statistics Poland."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from practices_pages.population import PopulationRefusedError, read_population, write_population


class Command(BaseCommand):
    help = "Take over numbers of inhabitants from a CSV table of GUS (docs/units.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--year", type=int, help="which column, when there are several")
        parser.add_argument("--json", action="store_true", help="say it for a machine")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            table = read_population(options["file"].read_bytes(), year=options["year"])
        except OSError as error:
            raise CommandError(f"Cannot read {options['file']}: {error.strerror}") from error
        except PopulationRefusedError as refused:
            problems = "\n".join(refused.problems[:50])
            raise CommandError(f"Nothing was imported.\n{problems}") from refused
        done = write_population(table)
        if options["json"]:
            self.stdout.write(json.dumps(asdict(done)))
            return
        self.stdout.write(
            f"Inhabitants of {done.year}: {done.changed} units changed, {done.unchanged} left as "
            f"they were, {done.unknown} codes are no unit here."
        )
