"""Derive the table that the catalogues filter and count by from the live pages, anew."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from practices_pages.catalogue import CATALOGUES, indexing


class Command(BaseCommand):
    help = "Make the facet table anew. Safe at any time: readers miss nothing meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, **options: Any) -> None:
        done = {catalogue.name: indexing.rebuild(catalogue) for catalogue in CATALOGUES}
        if options["json"]:
            self.stdout.write(json.dumps(done))
            return
        for name, number in done.items():
            self.stdout.write(f"{name}: {number}")
