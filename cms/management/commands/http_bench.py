"""How fast the public pages are, and how little that depends on how many practices there are."""

import signal
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand

from cms.bench import asking, serving

POSTGRES = "postgres://postgres@127.0.0.1:5432/"
SIZES = [100, 1000, 10_000]
# How much slower the slowest filtered pages may be with the most practices than with the fewest.
LIMIT = 3
OFF, ON = "off", "on"
HEADER = (
    f"{'database':<11}{'practices':>9}  {'page':<10}{'cache':<6}{'requests/s':>10}"
    f"{'p50 ms':>8}{'p95 ms':>8}{'CPU ms':>8}{'SQL':>6}{'MB':>6}"
)


@dataclass(frozen=True)
class Row:
    database: str
    size: int
    page: str
    cache: str
    figures: asking.Figures

    def __str__(self) -> str:
        found = self.figures
        return (
            f"{self.database:<11}{self.size:>9}  {self.page:<10}{self.cache:<6}"
            f"{found.per_second:>10.1f}{found.p50:>8.0f}{found.p95:>8.0f}"
            f"{found.cpu:>8.0f}{found.statements:>6.1f}{found.megabytes:>6.0f}"
        )


class Command(BaseCommand):
    help = "Measure pages under gunicorn, in databases made for it. Takes long."
    requires_system_checks = []  # Every process it starts runs them.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, metavar="N")
        parser.add_argument(
            "--databases",
            nargs="+",
            choices=["sqlite", "postgresql"],
            default=["sqlite", "postgresql"],
        )
        parser.add_argument("--postgres", default=POSTGRES, metavar="URL", help="the server")
        parser.add_argument("--requests", type=int, default=240, help="measured for each row")
        parser.add_argument("--addresses", type=int, default=60, help="different ones of a kind")
        parser.add_argument(
            "--migrated",
            default="",
            metavar="FILE",
            help="begin with a copy of this SQLite database",
        )
        parser.add_argument("--cached", action="store_true", help="also with the cache of pages")

    def handle(self, *args: Any, **options: Any) -> None:
        # Then what it started ends with it, as at Ctrl-C.
        before = signal.signal(signal.SIGTERM, lambda *_signal: sys.exit(143))
        try:
            is_right = self.measure_all(options)
        finally:
            signal.signal(signal.SIGTERM, before)
        if not is_right:
            sys.exit(1)

    def measure_all(self, options: dict[str, Any]) -> bool:
        databases = [name for name in options["databases"] if self.is_there(name, options)]
        self.stdout.write(HEADER)
        rows = [row for name in databases for row in self.rows(name, options)]
        is_right = [self.judge(name, rows) for name in databases]
        self.stdout.write(f"== Measured on: {', '.join(databases) or 'nothing'}")
        return all(is_right)

    def is_there(self, name: str, options: dict[str, Any]) -> bool:
        if name == "sqlite" or serving.answers(options["postgres"]):
            return True
        place = urlsplit(options["postgres"])
        self.stdout.write(
            f"== NOT MEASURED: POSTGRESQL. None answers at {place.hostname}:{place.port or 5432}"
        )
        return False

    def rows(self, database: str, options: dict[str, Any]) -> Iterator[Row]:
        with ExitStack() as stack:
            settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
            folder = Path(
                stack.enter_context(
                    tempfile.TemporaryDirectory(prefix="bench-", dir=settings.VAR_DIR)
                )
            )
            site = stack.enter_context(
                serving.sqlite(folder, migrated=options["migrated"])
                if database == "sqlite"
                else serving.postgresql(folder, options["postgres"])
            )
            for size in sorted(options["sizes"]):
                self.stderr.write(f"{database}: making {size} practices …")
                site.fill(size)
                for cache in [OFF, ON] if options["cached"] else [OFF]:
                    yield from self.measured(site, database, cache, options)

    def measured(
        self, site: serving.Site, database: str, cache: str, options: dict[str, Any]
    ) -> Iterator[Row]:
        # The same addresses wherever the practices are the same.
        chance = Random(site.size)  # noqa: S311
        with site.serving(page_cache=cache) as port, asking.lines(port) as lines:
            kinds = asking.addresses(lines[0], count=options["addresses"], chance=chance)
            for page, addresses in kinds.items():
                figures = asking.measure(
                    lines, addresses, requests=options["requests"], chance=chance
                )
                row = Row(database, site.size, page, cache, figures)
                self.stdout.write(str(row))
                yield row

    def judge(self, database: str, rows: list[Row]) -> bool:
        """Whether the ratio is within its limit, and a line that says so."""
        filtered = [
            row
            for row in rows
            if (row.database, row.page, row.cache) == (database, "filtered", OFF)
        ]
        few, many = filtered[0], filtered[-1]
        ratio = many.figures.p95 / few.figures.p95
        verdict = "ok" if ratio < LIMIT else "TOO SLOW"
        name = f"p95 of a filtered page, {many.size} : {few.size} practices, no cache"
        self.stdout.write(f"{verdict:<9}{name:<55}{ratio:>8.2f}   limit {LIMIT}   ({database})")
        return ratio < LIMIT
