"""Invented subscriptions in bulk, for development, tests and benchmarks. Never for real people."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from newsletter.addresses import address_hash
from newsletter.models import Subscription, SubscriptionState, SubscriptionTopic
from newsletter.topics import ALL, topic_labels

BULK = 2000
# Without consent events: nobody consented to anything here, and the addresses lead nowhere.
ADDRESS = "osoba-{number}@{domain}"


class Command(BaseCommand):
    help = "Make N confirmed subscriptions of invented people (refuses on a real site)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("count", type=int, metavar="N")
        parser.add_argument("--domain", default="subskrypcje.example", help="must be invented")
        parser.add_argument("--topics", action="store_true", help="spread them over all topics")
        parser.add_argument("--bench", action="store_true", help="allow it outside development")

    def handle(self, *args: Any, **options: Any) -> None:
        is_test = settings.SETTINGS_MODULE.endswith("settings.test")
        if not (settings.DEBUG or is_test or options["bench"]):
            raise CommandError("Invented subscriptions are refused outside development and tests.")
        if options["count"] < 1:
            raise CommandError("N must be at least 1.")
        if not options["domain"].endswith(".example"):
            raise CommandError("The domain must end with .example, which leads nowhere.")
        made = make(options["count"], options["domain"], spread=options["topics"])
        self.stdout.write(f"{made} subscriptions made.")


def make(count: int, domain: str, *, spread: bool) -> int:
    """Those that exist already are kept. Returns how many are new."""
    topics = list(topic_labels()) if spread else [ALL]
    before = Subscription.objects.count()
    for start in range(0, count, BULK):
        _make_bulk(range(start, min(start + BULK, count)), domain, topics)
    return Subscription.objects.count() - before


@transaction.atomic
def _make_bulk(numbers: range, domain: str, topics: list[str]) -> None:
    now = timezone.now()
    addresses = [ADDRESS.format(number=number, domain=domain) for number in numbers]
    hashes = {address_hash(address): address for address in addresses}
    known = Subscription.objects.filter(address_hash__in=hashes)
    for existing in known.values_list("address_hash", flat=True):
        del hashes[existing]
    made = Subscription.objects.bulk_create(
        Subscription(
            address=address,
            address_hash=hashed,
            state=SubscriptionState.CONFIRMED,
            requested_at=now - timedelta(days=1),
            confirmed_at=now,
        )
        for hashed, address in hashes.items()
    )
    SubscriptionTopic.objects.bulk_create(
        SubscriptionTopic(subscription=subscription, topic=topics[index % len(topics)])
        for index, subscription in enumerate(made)
    )
