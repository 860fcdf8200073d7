"""Units of local government from the official register (TERC). See docs/units.md."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import transaction

from practices_pages.register import Problem, Register, RegisterRefusedError, read_register
from practices_pages.register_import import TooManyClosedError, apply, plan_register
from practices_pages.register_plan import Change, Plan

MOST_SHOWN = 50
MOST_NAMED = 20


class Command(BaseCommand):
    help = (
        "Import a state of the official register of units (TERC, CSV). Repeatable; history is kept "
        "and nothing deleted; with a bad row nothing is imported (exit code 1)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the CSV file, unzipped")
        parser.add_argument("--dry-run", action="store_true", help="tell, but change nothing")
        parser.add_argument("--json", action="store_true", help="one JSON object")
        parser.add_argument(
            "--close-many",
            action="store_true",
            help="accept a register that lacks many of the units that are there",
        )

    @no_translations
    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        self.is_watched = options["verbosity"] > 1 or sys.stderr.isatty()
        self.as_json = options["json"]
        try:
            register = self.read(file)
            plan = self.import_(register, options["close_many"], dry_run=options["dry_run"])
        except RegisterRefusedError as refusal:
            self.refuse(refusal.problems)
        except TooManyClosedError as refusal:
            self.refuse([Problem(0, _too_many(refusal))])
        else:
            self.tell(plan, dry_run=options["dry_run"])

    def read(self, file: Path) -> Register:
        try:
            content = file.read_bytes()
        except OSError as failure:
            raise RegisterRefusedError([Problem(0, f"{file}: {failure.strerror}")]) from failure
        register = read_register(content)
        self.progress("rows read", register.rows, register.rows)
        return register

    def import_(self, register: Register, may_close_many: bool, *, dry_run: bool) -> Plan:
        with transaction.atomic():
            plan = plan_register(register, may_close_many=may_close_many)
            if not dry_run:
                apply(plan, progress=self.progress)
        return plan

    def progress(self, step: str, done: int, total: int) -> None:
        if self.is_watched:
            self.stderr.write(f"{step}: {done} of {total}", self.style.NOTICE)

    def tell(self, plan: Plan, *, dry_run: bool) -> None:
        counts = {change.value: len(plan.of(change)) for change in Change}
        facts = {
            "register": plan.register.state_on.isoformat(),
            "rows": plan.register.rows,
            "units": len(plan.register.units),
            "is_older": plan.is_older,
            "dry_run": dry_run,
            "changes": len(plan.changes),
            "unchanged": plan.unchanged,
            **counts,
        }
        if self.as_json:
            self.stdout.write(json.dumps(facts))
            return
        self.stdout.write(
            "Register of {register}: {rows} rows, {units} units. {changes} changes".format(**facts)
            + (", none of them made (dry run)." if dry_run else ".")
        )
        if plan.is_older:
            self.stdout.write("A newer register was imported before: only history was added.")
        for change in Change:
            self.tell_some(plan, change)

    def tell_some(self, plan: Plan, change: Change) -> None:
        units = plan.of(change)
        if not units:
            return
        label = change.value.replace("_", " ")
        codes = [f"{unit.after.code} {unit.after.name}" for unit in units[:MOST_NAMED]]
        more = f" and {len(units) - MOST_NAMED} more" if len(units) > MOST_NAMED else ""
        self.stdout.write(f"  {label}: {len(units)} ({', '.join(codes)}{more})")

    def refuse(self, problems: list[Problem]) -> None:
        shown = problems[:MOST_SHOWN]
        if self.as_json:
            rows = [{"line": problem.line, "reason": problem.reason} for problem in shown]
            self.stdout.write(json.dumps({"problems": rows, "problem_count": len(problems)}))
            sys.exit(1)
        for problem in shown:
            place = f"line {problem.line}: " if problem.line else ""
            self.stderr.write(place + problem.reason)
        if len(problems) > MOST_SHOWN:
            self.stderr.write(f"and {len(problems) - MOST_SHOWN} more problems")
        raise CommandError("Nothing was imported.")


def _too_many(refusal: TooManyClosedError) -> str:
    some = ", ".join(f"{unit.after.code} {unit.after.name}" for unit in refusal.closed[:5])
    return (
        f"{len(refusal.closed)} units that are open now are not in the file ({some} …): is it cut "
        "off, or of a part of the country? If it is right, import it with --close-many."
    )
