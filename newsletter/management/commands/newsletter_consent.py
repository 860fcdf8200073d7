"""The record of consent: is it whole, and what does it say?"""

import json
import sys
import uuid
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser, no_translations

from newsletter.consent import ChainReport, export_events, is_recorded, verify_chain


class Command(BaseCommand):
    help = "Verify the chain of consent events (exit code 1 when it is broken), or export them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("act", choices=["verify", "export"])
        parser.add_argument("--json", action="store_true", help="one JSON object a line")
        parser.add_argument(
            "--head",
            type=_head,
            metavar="NUMBER:HASH",
            help="verify: an earlier head of the chain, noted outside of this database",
        )
        parser.add_argument(
            "--subject",
            type=_reference,
            metavar="REF",
            help="export: only the events of the subscription with this reference",
        )

    @no_translations
    def handle(self, *args: Any, act: str, **options: Any) -> None:
        if act == "export":
            self._export(options["subject"], as_json=options["json"])
        else:
            self._verify(options["head"], as_json=options["json"])

    def _export(self, subject: uuid.UUID | None, *, as_json: bool) -> None:
        for event in export_events(subject):
            line = "{sequence} {at} {type} {subject_ref} {method} {form} {topics}".format(**event)
            self.stdout.write(json.dumps(event, ensure_ascii=False) if as_json else line)

    def _verify(self, head: tuple[int, str] | None, *, as_json: bool) -> None:
        report = verify_chain()
        if report.is_whole and head and not is_recorded(*head):
            report = ChainReport(
                report.length, report.last_hash, head[0], "not the event that was noted"
            )
        self._tell(report, as_json=as_json)

    def _tell(self, report: ChainReport, *, as_json: bool) -> None:
        if as_json:
            fields = {
                "whole": report.is_whole,
                "length": report.length,
                "last_hash": report.last_hash,
                "broken_at": report.broken_at,
                "reason": report.reason,
            }
            self.stdout.write(json.dumps(fields))
            if not report.is_whole:
                sys.exit(1)
        elif not report.is_whole:
            raise CommandError(f"BROKEN at event {report.broken_at}: {report.reason}.")
        else:
            self.stdout.write(
                f"Whole: {report.length} events. Head: {report.length}:{report.last_hash}"
            )


def _head(text: str) -> tuple[int, str]:
    number, _colon, expected = text.partition(":")
    if not number.isdecimal() or len(expected) != 64:
        raise ArgumentTypeError("must look like 120:<64 hexadecimal digits>")
    return int(number), expected


def _reference(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError as invalid:
        raise ArgumentTypeError("must be the reference (UUID) of a subscription") from invalid
