from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import transaction

from cms.english import ensure_english
from cms.site_setup import ensure_site


class Command(BaseCommand):
    help = (
        "Create what a new site begins with: home page, practice index, groups and the workflow. "
        "Safe to call again; it changes nothing that is there."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--english",
            action="store_true",
            help="also English versions of the home page and the lists, and the right to translate",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            tree = ensure_site(settings.BASE_URL)
            made = ensure_english(tree.home) if options["english"] else []
        self.stdout.write(f"The site {settings.BASE_URL} is ready: {tree.practices.full_url}")
        for page in made:
            self.stdout.write(f"In English: {page.title} {page.full_url}")
