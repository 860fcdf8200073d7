"""Who is told what, frozen in the database at one moment: no list of people in memory.

`Told` decides who is told which story, once across all announcements; the deliveries of an
announcement follow from it. Their ids are the same whether computed here or in SQL.
"""

import hashlib
import uuid
from collections.abc import Iterable

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from newsletter.models import (
    Announcement,
    Delivery,
    DeliveryState,
    StoryFacet,
    Subscription,
    SubscriptionTopic,
    Told,
)

TELL = """
INSERT INTO newsletter_told (subscription_id, story_id, announcement_id)
SELECT DISTINCT topic.subscription_id, facet.story_id, listed.announcement_id
FROM newsletter_announcementstory listed
JOIN newsletter_storyfacet facet ON facet.story_id = listed.story_id
JOIN newsletter_subscriptiontopic topic ON topic.topic = facet.topic
WHERE listed.announcement_id = %s AND topic.subscription_id IN ({mailable})
ON CONFLICT (subscription_id, story_id) DO NOTHING
"""
# Who is there already was written to before the database was restored (newsletter.replaying).
# The references are random, so nobody can guess the id of somebody else's delivery. SQLite
# keeps a UUID as 32 hexadecimal digits, PostgreSQL as its own type.
ENQUEUE = """
INSERT INTO newsletter_delivery
    (id, announcement_id, subscription_id, attempt, state, skip_reason, fence, tries,
     esp_message_id, answer)
SELECT {id}, told.announcement_id, told.subscription_id, 1, %s, '', 0, 0, '', ''
FROM (SELECT DISTINCT announcement_id, subscription_id FROM newsletter_told
      WHERE announcement_id = %s) told
JOIN newsletter_subscription subscription ON subscription.id = told.subscription_id
WHERE 1 = 1
ON CONFLICT DO NOTHING
"""
ID = "MD5(%s || ':' || REPLACE(CAST(subscription.ref AS text), '-', '') || ':1')"


def delivery_id(announcement: Announcement, subscription: Subscription, attempt: int) -> uuid.UUID:
    """MD5 of the references: every id on the wire follows from it."""
    name = f"{announcement.ref.hex}:{subscription.ref.hex}:{attempt}"
    return uuid.UUID(hashlib.md5(name.encode(), usedforsecurity=False).hexdigest())


def freeze(announcement: Announcement) -> int:
    """One delivery for everybody who may be written to and was not told all of this before.

    Inside the transaction that opens the announcement. Returns how many there are.
    """
    mailable, params = Subscription.objects.mailable().values("pk").query.sql_with_params()
    id_of = f"CAST({ID} AS uuid)" if connection.vendor == "postgresql" else ID
    with connection.cursor() as cursor:
        cursor.execute(TELL.replace("{mailable}", mailable), [announcement.pk, *params])
        cursor.execute(
            ENQUEUE.replace("{id}", id_of),
            [announcement.ref.hex, DeliveryState.QUEUED, announcement.pk],
        )
    return Delivery.objects.filter(announcement=announcement).count()


def still_told(announcement: int) -> QuerySet[Told]:
    """What of the frozen audience holds now: the story is public, and the person still wants
    one of its topics."""
    chosen = SubscriptionTopic.objects.filter(subscription=OuterRef(OuterRef("subscription")))
    wanted = StoryFacet.objects.filter(
        story=OuterRef("story"), topic__in=chosen.order_by().values("topic")
    )
    return Told.objects.filter(Exists(wanted), announcement=announcement, story__withdrawn_at=None)


def told_stories(announcement: int, people: Iterable[int]) -> dict[int, frozenset[int]]:
    """Which stories each of these subscriptions is told in this announcement, now."""
    told: dict[int, set[int]] = {}
    rows = still_told(announcement).filter(subscription__in=people)
    for person, story in rows.values_list("subscription", "story"):
        told.setdefault(person, set()).add(story)
    return {person: frozenset(stories) for person, stories in told.items()}
