"""Close the site for visitors and editors, and open it again."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cms import maintenance


class Command(BaseCommand):
    help = "Answer 503 at every address but probes and static files, or stop doing so."
    requires_system_checks = []  # It has to work while something is broken.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("state", choices=["on", "off", "status"])
        parser.add_argument("--minutes", type=int, help="how long it is expected to take")

    def handle(self, *args: Any, state: str, minutes: int | None, **options: Any) -> None:
        if state == "on":
            until = timezone.localtime() + timedelta(minutes=minutes) if minutes else None
            maintenance.switch_on(until)
        elif state == "off":
            maintenance.switch_off()
        is_on = maintenance.is_on()
        self.stdout.write(f"Maintenance is {'on' if is_on else 'off'}.")
        if is_on and state == "off":
            self.stdout.write("MAINTENANCE is set in the environment of this process.")
