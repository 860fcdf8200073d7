"""Close the site for visitors and editors, and open it again."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from cms import maintenance

MOST_MINUTES = 7 * 24 * 60


def _minutes(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_MINUTES:
        raise ArgumentTypeError(f"between 1 and {MOST_MINUTES}, not {text}")
    return int(text)


class Command(BaseCommand):
    help = "Answer 503 at every address but probes and static files, or stop doing so."
    requires_system_checks = []  # It has to work while something is broken.

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("state", choices=["on", "off", "status"])
        parser.add_argument("--minutes", type=_minutes, help="how long it is expected to take")

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
