"""Ratios measured in one run, each with its limit beside it: machines differ, ratios hardly do."""

import logging
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from statistics import median
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from newsletter import announcing
from newsletter.announcing import StoryFacts
from newsletter.management.commands.make_subscriptions import make
from newsletter.messages import Press
from newsletter.models import Announcement, Delivery, Subscription

NOWHERE = "django.core.mail.backends.dummy.EmailBackend"
DOMAIN = "bench.example"
REPEATS = 21


class Command(BaseCommand):
    help = "Measure announcing, opening and sending in an empty scratch database."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--subscriptions", type=int, default=5000, metavar="N")

    def handle(self, *args: Any, **options: Any) -> None:
        if Subscription.objects.exists():
            raise CommandError("Only in an empty scratch database: it writes to invented people.")
        with override_settings(NEWSLETTER_EMAIL_BACKEND=NOWHERE, NEWSLETTER_UNDO_WINDOW_SECONDS=0):
            # A line for each of thousands of deliveries would be measured, too.
            logging.disable(logging.INFO)
            try:
                rows = self.rows(options["subscriptions"])
            finally:
                logging.disable(logging.NOTSET)
            failed = [row for row in rows if not self.show(*row)]
        if failed:
            sys.exit(1)

    def rows(self, count: int) -> list[tuple[str, float, float]]:
        """(what is measured, the figure, its limit)"""
        tenth = count // 10
        make(tenth, DOMAIN, spread=False)
        announce_few, open_few = seconds(announce), seconds(open_one)
        make(count, DOMAIN, spread=False)
        announce_many, open_many = seconds(announce), seconds(open_one)
        statements = Statements()
        with connection.execute_wrapper(statements):
            sending = seconds(lambda: announcing.deliver_due(limit=tenth), repeats=1) / tenth
        return [
            (
                f"announcing with {count} subscriptions : with {tenth}",
                announce_many / announce_few,
                2,
            ),
            (f"opening for {count} subscriptions : for {tenth}", open_many / open_few, 20),
            ("sending one delivery : one bare message of Django", sending / bare_message(), 60),
            ("SQL statements for one delivery", statements.count / tenth, 8),
        ]

    def show(self, name: str, figure: float, limit: float) -> bool:
        is_within = figure <= limit
        verdict = "ok" if is_within else "TOO SLOW"
        engine = settings.DATABASES["default"]["ENGINE"].rpartition(".")[2]
        self.stdout.write(f"{verdict:<9}{name:<55}{figure:>8.2f}   limit {limit:g}   ({engine})")
        return is_within


class Statements:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute: Callable[..., Any], *args: Any) -> Any:
        self.count += 1
        return execute(*args)


def seconds(act: Callable[[], object], *, repeats: int = REPEATS) -> float:
    """The median time of one act."""
    times = []
    for _time in range(repeats):
        started = time.perf_counter()
        act()
        times.append(time.perf_counter() - started)
    return median(times)


def announce() -> None:
    number = Announcement.objects.count()
    announcing.announce(
        StoryFacts(
            key=f"bench:{number}:{time.monotonic_ns()}",
            kind="bench",
            title=f"Story {number}",
            lead="What a story says about itself, in two or three sentences of ordinary length.",
            url=f"https://bench.example/{number}/",
            published_at=timezone.now(),
            facets=frozenset(),
        )
    )


def open_one() -> None:
    announce()
    announcing.open_due()


def bare_message() -> float:
    """Rendering nothing, recording nothing: what Django alone takes for a message of this size."""
    delivery = Delivery.objects.select_related("subscription").first()
    if delivery is None:
        raise CommandError("Nothing was opened.")
    press = Press()
    press.load([delivery])
    letter = press.message(delivery)
    if letter is None:
        raise CommandError("Nothing to send.")
    backend = get_connection(NOWHERE)

    def send() -> None:
        message = EmailMultiAlternatives(letter.subject, letter.body, letter.from_email, letter.to)
        message.attach_alternative(str(letter.alternatives[0][0]), "text/html")
        message.message().as_bytes()
        backend.send_messages([message])

    return seconds(send, repeats=50)
