"""Say whether mail can leave; exit 1 naming what is wrong."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from typing import Any

from django.core.management.base import BaseCommand

from newsletter.health import CHECKS, Check


class Command(BaseCommand):
    help = "Check that a worker lives, sending is allowed and no mail waits for long."

    # A site adds what it depends on besides.
    checks: Sequence[Callable[[], Check]] = CHECKS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def ask(self) -> list[Check]:
        return [check() for check in self.checks]

    def handle(self, *args: Any, **options: Any) -> None:
        answers = self.ask()
        is_ok = all(answer.is_ok for answer in answers)
        if options["json"]:
            checks = {answer.name: answer.problem or "ok" for answer in answers}
            self.stdout.write(json.dumps({"ok": is_ok, "checks": checks}, ensure_ascii=False))
        else:
            for answer in answers:
                self.stdout.write(f"{answer.name}: {answer.problem or 'ok'}")
        if not is_ok:
            sys.exit(1)
