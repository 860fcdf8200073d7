"""Ask every invariant of the sending; exit 1 naming what is wrong. With an option: settle what a
journal or a log knows, or say what this database is."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import islice
from typing import Any, TextIO
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError
from django.db.models import QuerySet

from newsletter import replaying
from newsletter.conf import conf
from newsletter.errors import NewsletterError
from newsletter.invariants import INVARIANTS
from newsletter.journal import sending_lock
from newsletter.models import Delivery, DeliveryState, Letter
from newsletter.mta_log import settle_from_log

SHOWN = 100


class Command(BaseCommand):
    help = "Check the invariants of the sending and name what is of unknown outcome."

    # A site adds what must never be true of its own stories.
    invariants: Sequence[Callable[[], Iterable[str]]] = INVARIANTS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")
        act = parser.add_mutually_exclusive_group()
        act.add_argument(
            "--from-journal",
            action="store_true",
            help="put back what the send journal knows and let sending go on",
        )
        act.add_argument(
            "--adopt",
            action="store_true",
            help="this database is the installation; what only the journal knows is given up",
        )
        act.add_argument(
            "--adopt-copy",
            action="store_true",
            help="this database is a copy (staging): cancel what waits and begin a new journal",
        )
        act.add_argument(
            "--mta-log",
            metavar="FILE",
            help="settle unknown outcomes from the log of Postfix; - reads standard input",
        )
        parser.add_argument("--yes", action="store_true", help="adopt without asking")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["from_journal"]:
                self._tell(asdict(replaying.replay()), options)
            elif options["adopt"]:
                self._adopt(options)
            elif options["adopt_copy"]:
                self._adopt_copy(options)
            elif options["mta_log"]:
                with opened(options["mta_log"]) as lines:
                    self._tell(asdict(settle_from_log(lines)), options)
            else:
                self._ask(options)
        except NewsletterError as refusal:
            raise CommandError(str(refusal)) from refusal

    # Acts

    def _adopt(self, options: dict[str, Any]) -> None:
        self._make_sure(
            "This database becomes the installation. Whatever was sent after its backup was made "
            "may be sent again; --from-journal avoids that. No other copy may go on sending.",
            options,
        )
        replaying.adopt()
        self._tell({}, options)

    def _adopt_copy(self, options: dict[str, Any]) -> None:
        self._make_sure(
            "This database becomes a copy: all that waits to be sent in it is cancelled for good.",
            options,
        )
        mailings, letters = replaying.adopt_as_copy()
        self._tell({"announcements_cancelled": mailings, "letters_cancelled": letters}, options)

    def _make_sure(self, consequence: str, options: dict[str, Any]) -> None:
        if options["yes"]:
            return
        host = urlsplit(conf.BASE_URL).hostname or ""
        self.stderr.write(consequence)
        self.stderr.write(f"To go on, type the name of the site ({host}): ", ending="")
        if sys.stdin.readline().strip() != host:
            raise CommandError("That is not its name. Nothing was changed.")

    def _tell(self, figures: dict[str, Any], options: dict[str, Any]) -> None:
        lock = sending_lock()
        if options["json"]:
            self.stdout.write(json.dumps(figures | {"lock": lock.code if lock else ""}))
            return
        for name, figure in figures.items():
            words = ", ".join(figure) if isinstance(figure, list) else figure
            self.stdout.write(f"{name.replace('_', ' ')}: {words or 0}")
        self.stdout.write(str(lock) if lock else "Sending is free.")

    # Questions

    def _ask(self, options: dict[str, Any]) -> None:
        broken = {ask.__name__: list(islice(ask(), SHOWN)) for ask in self.invariants}
        deliveries = Delivery.objects.filter(state=DeliveryState.UNKNOWN)
        letters = Letter.objects.filter(state=DeliveryState.UNKNOWN)
        lock = sending_lock()
        if options["json"]:
            unknown = {"unknown": named(deliveries), "unknown_letters": named(letters)}
            counts = {"unknown_count": deliveries.count(), "lock": lock.code if lock else ""}
            self.stdout.write(json.dumps({"broken": broken} | unknown | counts))
        else:
            self._print(broken)
            # Not wrong: no protocol can know. A person or an ESP event settles them.
            self._name("deliveries of unknown outcome", deliveries)
            self._name("letters of unknown outcome", letters)
            if lock:
                self.stdout.write(str(lock))
        if any(broken.values()) or lock:
            sys.exit(1)

    def _print(self, broken: dict[str, list[str]]) -> None:
        for name, findings in broken.items():
            self.stdout.write(f"{name}: {'ok' if not findings else f'{len(findings)} WRONG'}")
            for finding in findings:
                self.stdout.write(f"  {finding}")

    def _name(self, title: str, rows: QuerySet[Any]) -> None:
        count = rows.count()
        self.stdout.write(f"{title}: {count}")
        for key in named(rows):
            self.stdout.write(f"  {key}")
        if count > SHOWN:
            self.stdout.write(f"  and {count - SHOWN} more")


def named(rows: QuerySet[Any]) -> list[str]:
    """The first of them; a list of a hundred thousand helps nobody."""
    return [str(key) for key in rows.order_by("pk").values_list("pk", flat=True)[:SHOWN]]


@contextmanager
def opened(name: str) -> Iterator[TextIO]:
    if name == "-":
        yield sys.stdin
        return
    try:
        # A log may hold any bytes that a stranger's server said.
        with open(name, encoding="utf-8", errors="replace") as file:
            yield file
    except OSError as error:
        raise CommandError(f"{name}: {error.strerror}") from error
