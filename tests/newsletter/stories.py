"""Stories and announcements for tests."""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models.functions import Now
from django.utils import timezone

from newsletter import announcing
from newsletter.announcing import StoryFacts
from newsletter.models import Announcement, AnnouncementState, Delivery

_numbers = count(1)


def facts(title: str = "", *, facets: Iterable[str] = (), **fields: Any) -> StoryFacts:
    """A story about a practice; without a key every call is another one."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "key": f"practice:DP-{number:04}",
        "kind": "practice",
        "title": title or f"Szkolny autobus o każdej porze {number}",
        "lead": "Jak gmina skróciła drogę do szkoły o połowę.",
        "url": f"http://testserver/praktyki/autobus-{number}/",
        "published_at": timezone.now(),
        "facets": frozenset(facets),
        "origin": "Gmina Wzorowice (wielkopolskie)",
    }
    return StoryFacts(**values | fields)


def announced(*stories: StoryFacts) -> Announcement:
    """Announced, its undo window not over."""
    for story in stories or (facts(),):
        announcement = announcing.announce(story)
    assert announcement is not None
    return announcement


def opened(*stories: StoryFacts) -> Announcement:
    """Announced, and its audience frozen."""
    announcement = announced(*stories)
    end_window()
    announcing.open_due()
    announcement.refresh_from_db()
    return announcement


def end_window() -> None:
    Announcement.objects.filter(state=AnnouncementState.READY).update(release_at=Now())


def end_leases() -> None:
    """As if every worker had been asleep for too long."""
    now = timezone.now()
    Delivery.objects.exclude(lease_until=None).update(lease_until=now - timedelta(hours=1))


def the_manager() -> Any:
    user, _ = get_user_model().objects.get_or_create(username="menedzerka")
    return user
