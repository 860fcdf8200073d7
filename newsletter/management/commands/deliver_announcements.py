"""The worker: opens what is due and sends it, once or until it is stopped."""

import json
import logging
import signal
import sys
import threading
from argparse import ArgumentParser
from dataclasses import asdict
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, close_old_connections, connection

from newsletter import announcing
from newsletter.announcing import Tally
from newsletter.heartbeats import Heart

TICK_SECONDS = 30
PAUSE_SECONDS = 2.0
TICK_EVERY = round(TICK_SECONDS / PAUSE_SECONDS)

log = logging.getLogger("newsletter")
STOPPING = (signal.SIGTERM, signal.SIGINT)


class Command(BaseCommand):
    help = "Open the announcements that are due and send what is waiting."

    def add_arguments(self, parser: ArgumentParser) -> None:
        how_long = parser.add_mutually_exclusive_group()
        how_long.add_argument(
            "--until-empty", action="store_true", help="stop when nothing is due any more"
        )
        how_long.add_argument("--loop", action="store_true", help="run until stopped by a signal")
        parser.add_argument("--limit", type=int, help="send at most so many")
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stop = threading.Event()
        self.heart = Heart(is_lasting=options["loop"])
        before = {number: signal.signal(number, self.finish_current) for number in STOPPING}
        try:
            if options["loop"]:
                self.loop(options)
                self.heart.stop()
            else:
                self.heart.beat()
                self.tick()
                tally = self.once(options)
                self.report(tally, as_json=options["json"])
                if tally.locked:
                    sys.exit(1)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def tick(self) -> None:
        """What time brings; a site with more to do than the newsletter overrides it."""
        announcing.tick()

    def finish_current(self, signum: int, frame: FrameType | None) -> None:
        """The message that is on the wire is finished and recorded; then the process ends."""
        self.stop.set()

    def is_stopping(self) -> bool:
        # Asked before every message, outside transactions: a long send shows signs of life.
        self.heart.beat()
        return self.stop.is_set()

    def once(self, options: dict[str, Any]) -> Tally:
        # Every pass: what a person just released does not wait for the next tick.
        announcing.open_due()
        return announcing.deliver_due(limit=options["limit"], should_stop=self.is_stopping)

    def loop(self, options: dict[str, Any]) -> None:
        passes = 0
        while not self.stop.is_set():
            try:
                pause = self.one_pass(options, ticks=passes % TICK_EVERY == 0)
            except (InterfaceError, OperationalError) as error:
                # Restarted, full or locked: what was under way is found by its lease.
                log.error("worker.database_unavailable", extra={"error": type(error).__name__})
                connection.close()
                pause = PAUSE_SECONDS
            passes += 1
            self.stop.wait(pause)
            if not self.stop.is_set():
                close_old_connections()

    def one_pass(self, options: dict[str, Any], *, ticks: bool) -> float:
        """Do what is due; return how many seconds to wait before the next pass."""
        self.heart.beat()
        if ticks:
            self.tick()
        tally = self.once(options)
        is_held_up = tally.stopped or tally.locked
        if tally.total or is_held_up:
            self.report(tally, as_json=options["json"])
        return TICK_SECONDS if is_held_up else PAUSE_SECONDS

    def report(self, tally: Tally, *, as_json: bool) -> None:
        if as_json:
            self.stdout.write(json.dumps(asdict(tally) | {"total": tally.total}))
            return
        counts = [
            f"{count} {name}"
            for name, count in asdict(tally).items()
            if isinstance(count, int) and count
        ]
        if tally.stopped:
            self.stderr.write(f"The mail server takes nothing now: {tally.stopped}")
        if tally.locked:
            self.stderr.write(tally.locked)
        self.stdout.write(", ".join(counts) or "Nothing was due.")
