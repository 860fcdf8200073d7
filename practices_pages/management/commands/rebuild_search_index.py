import sys
from typing import Any

from django.core.management.base import BaseCommand

from practices_pages import polish, search_index


class Command(BaseCommand):
    help = (
        "Write the search index of all pages anew. The site finds what it found before meanwhile; "
        "a second call is safe."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.is_watched = options["verbosity"] > 1 or sys.stderr.isatty()
        count = search_index.rebuild(self.tell)
        self.stdout.write(f"{count} pages in the search index ({polish.analyser()}).")

    def tell(self, done: int, total: int) -> None:
        if self.is_watched:
            self.stderr.write(f"{done} of {total} pages …")
