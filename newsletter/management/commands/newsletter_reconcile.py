"""Ask every invariant of the sending; exit 1 naming what is wrong."""

import json
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import Any

from django.core.management.base import BaseCommand
from django.db.models import QuerySet

from newsletter.invariants import INVARIANTS
from newsletter.models import Delivery, DeliveryState, Letter

SHOWN = 100


class Command(BaseCommand):
    help = "Check the invariants of the sending and name what is of unknown outcome."

    # A site adds what must never be true of its own stories.
    invariants: Sequence[Callable[[], Iterable[str]]] = INVARIANTS

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        broken = {ask.__name__: list(islice(ask(), SHOWN)) for ask in self.invariants}
        deliveries = Delivery.objects.filter(state=DeliveryState.UNKNOWN)
        letters = Letter.objects.filter(state=DeliveryState.UNKNOWN)
        if options["json"]:
            unknown = {"unknown": named(deliveries), "unknown_letters": named(letters)}
            counts = {"unknown_count": deliveries.count()}
            self.stdout.write(json.dumps({"broken": broken} | unknown | counts))
        else:
            self._print(broken)
            # Not wrong: no protocol can know. A person or an ESP event settles them.
            self._name("deliveries of unknown outcome", deliveries)
            self._name("letters of unknown outcome", letters)
        if any(broken.values()):
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
