import json
import sys
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.backups.making import make, whole_file


class Command(BaseCommand):
    help = (
        "Write database, uploaded files and send journal into one archive, while the site runs. "
        "A directory gets a file with today's name; - writes to standard output (for age or gpg)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("target", metavar="DIR|FILE|-")
        parser.add_argument("--json", action="store_true", help="print the manifest as JSON")

    def handle(self, *args: Any, target: str, **options: Any) -> None:
        if target == "-":
            make(sys.stdout.buffer)
            sys.stdout.buffer.flush()
            return
        path = Path(target)
        if path.is_dir():
            path /= f"dobre-praktyki-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.tar"
        try:
            with whole_file(path) as file:
                manifest = make(file)
        except OSError as error:
            raise CommandError(f"No backup was made: {error}") from error
        size = path.stat().st_size
        if options["json"]:
            self.stdout.write(json.dumps({"file": str(path), "size": size} | manifest))
            return
        self.stdout.write(f"{path} ({size:,} bytes, {len(manifest['files'])} files)")
        for table, count in manifest["database"]["counts"].items():
            self.stdout.write(f"  {table}: {count}")
        if manifest["media"] == "elsewhere":
            self.stdout.write("Uploads are not in it: they are kept in a store of their own.")
