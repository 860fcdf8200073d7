"""What must never be true: each invariant of the sending is a query that returns nothing.

Reads only. `newsletter_reconcile` runs them.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.db.models import Count, Exists, OuterRef, Subquery
from django.db.models.functions import Now

from newsletter.conf import conf
from newsletter.journal.files import taken_according_to_journal
from newsletter.models import (
    LEASED,
    WAITING,
    Announcement,
    AnnouncementState,
    ConsentEvent,
    ConsentEventType,
    Delivery,
    DeliveryState,
    Letter,
    Story,
    Suppression,
    Told,
)
from newsletter.outcomes import AFTER_ACCEPTED, delivery_counts

GRACE = timedelta(minutes=1)
LEAVING = [ConsentEventType.WITHDRAWN, ConsentEventType.COMPLAINED, ConsentEventType.BOUNCED]


def accepted_twice() -> Iterable[str]:
    """Two deliveries of one announcement accepted for one subscription."""
    accepted = Delivery.objects.filter(state__in=AFTER_ACCEPTED, subscription__isnull=False)
    pairs = accepted.order_by().values("announcement", "subscription")
    for pair in pairs.annotate(times=Count("pk")).filter(times__gt=1):
        yield f"announcement {pair['announcement']} subscription {pair['subscription']}"


def stuck() -> Iterable[str]:
    """Leased, and past the lease by more than a minute: `tick` does not run."""
    for model in (Delivery, Letter):
        late = model.objects.filter(state__in=LEASED, lease_until__lt=Now() - GRACE)
        yield from (f"{model.__name__.lower()} {row.pk}" for row in late.iterator())


def sums_open() -> Iterable[str]:
    """The audience of an announcement differs from the sum of its states."""
    for announcement in Announcement.objects.exclude(opened_at=None).iterator():
        counts = delivery_counts(announcement)
        if not counts.closes:
            yield f"announcement {announcement.pk} {counts}"


def unfinished_but_done() -> Iterable[str]:
    """An announcement says it is done, and deliveries still wait."""
    waiting = Delivery.objects.unfinished().filter(announcement=OuterRef("pk"))
    over = Announcement.objects.filter(Exists(waiting), state=AnnouncementState.DONE)
    yield from (f"announcement {announcement.pk}" for announcement in over)


def accepted_without_consent() -> Iterable[str]:
    """Accepted, although the last word of the person before the claim was to leave."""
    last_word = (
        ConsentEvent.objects.filter(
            subject_ref=OuterRef("subscription__ref"),
            at__lt=OuterRef("settled_at") - _lease(),
            type__in=[ConsentEventType.CONFIRMED, *LEAVING],
        )
        .order_by("-sequence")
        .values("type")[:1]
    )
    accepted = Delivery.objects.filter(state__in=AFTER_ACCEPTED, subscription__isnull=False)
    rows = accepted.annotate(last_word=Subquery(last_word)).filter(last_word__in=LEAVING)
    yield from (f"delivery {row.pk}" for row in rows.iterator())


def suppressed_but_accepted() -> Iterable[str]:
    """Accepted, although the address was suppressed before the claim."""
    suppressed = Suppression.objects.filter(
        address_hash=OuterRef("subscription__address_hash"),
        created_at__lt=OuterRef("settled_at") - _lease(),
    )
    rows = Delivery.objects.filter(Exists(suppressed), state__in=AFTER_ACCEPTED)
    yield from (f"delivery {row.pk}" for row in rows.iterator())


def story_forgotten() -> Iterable[str]:
    """A story that is public and in no announcement."""
    rows = Story.objects.filter(withdrawn_at=None, announcements=None)
    yield from (f"story {story.key}" for story in rows.iterator())


def told_without_delivery() -> Iterable[str]:
    """Somebody counts as told by an announcement that has no delivery for them."""
    delivery = Delivery.objects.filter(
        announcement=OuterRef("announcement"), subscription=OuterRef("subscription")
    )
    rows = Told.objects.filter(~Exists(delivery))
    yield from (f"told {told.pk}" for told in rows.iterator())


def sent_but_waiting() -> Iterable[str]:
    """The journal says that the mail server took it, and the database would send it again."""
    for refs in taken_according_to_journal():
        rows = Delivery.objects.filter(pk__in=refs, state__in=[*WAITING, DeliveryState.CLAIMED])
        yield from (f"delivery {row.pk}" for row in rows)


def _lease() -> timedelta:
    """Between the last question and the answer of the mail server a person may leave."""
    return timedelta(seconds=conf.LEASE_SECONDS)


INVARIANTS: list[Callable[[], Iterable[str]]] = [
    accepted_twice,
    accepted_without_consent,
    suppressed_but_accepted,
    stuck,
    sums_open,
    unfinished_but_done,
    story_forgotten,
    told_without_delivery,
    sent_but_waiting,
]
