"""Invented practices in bulk, for development, tests and benchmarks. Never on a real site."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from practices_pages.invented import saving
from practices_pages.models import PracticeIndexPage


class Command(BaseCommand):
    help = "Make N public practices of full length with invented texts (refuses on a real site)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, metavar="N", help="0 only clears")
        parser.add_argument("--clear", action="store_true", help="delete earlier ones first")
        parser.add_argument("--seed", type=int, default=1, help="the same seed, the same texts")
        parser.add_argument("--index", type=int, metavar="ID", help="page id of the list to fill")
        parser.add_argument("--bench", action="store_true", help="allow it outside development")

    def handle(self, *args: Any, **options: Any) -> None:
        is_test = settings.SETTINGS_MODULE.endswith("settings.test")
        if not (settings.DEBUG or is_test or options["bench"]):
            raise CommandError("Invented practices are refused outside development and tests.")
        if options["count"] < 0 or not (options["count"] or options["clear"]):
            raise CommandError("N must be at least 1, or 0 together with --clear.")
        if options["clear"]:
            cleared = saving.clear(self._teller("deleted"))
            self.stdout.write(f"{cleared} practices deleted.")
        if options["count"]:
            index = self._index(options["index"])
            tell = self._teller("made")
            count = saving.make(options["count"], index=index, seed=options["seed"], tell=tell)
            self.stdout.write(f"{count} practices made below “{index.title}”.")

    def _teller(self, verb: str) -> saving.Tell:
        return lambda done, total: self.stderr.write(f"{done} of {total} {verb} …")

    def _index(self, number: int | None) -> PracticeIndexPage:
        pages = PracticeIndexPage.objects.order_by("pk")
        index = pages.filter(pk=number).first() if number else pages.first()
        if index is None:
            raise CommandError("There is no such list of practices: make one in the page tree.")
        return index
