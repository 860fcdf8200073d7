import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.ticking import tick


class Command(BaseCommand):
    help = "Do everything that is due now: scheduled publishing, reconciliation, leases, retention."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        report = tick()
        if options["json"]:
            self.stdout.write(json.dumps(report.figures | {"failed": report.failed}))
        else:
            for name, figure in report.figures.items():
                self.stdout.write(f"{name.replace('_', ' ')}: {figure}")
        if report.failed:
            raise CommandError("Failed, the log says why: " + ", ".join(report.failed))
