"""What a person decides about an announcement; newsletter.announcing offers these.

A filtered update says whether it was allowed. Who, when and why stay on the row and in Wagtail's
log.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from wagtail.log_actions import log as log_action

from newsletter import journal, messages
from newsletter.claiming import finish, skip_all
from newsletter.errors import ReleaseRefused
from newsletter.models import Announcement, AnnouncementState, SkipReason

State = AnnouncementState


def release(announcement: Announcement, *, by: AbstractBaseUser, reason: str = "") -> None:
    """Let it go at the worker's next pass, without waiting for the rest of its window."""
    if size_problem := messages.size_problem(announcement):
        raise ReleaseRefused(size_problem)
    changes = {"state": State.READY, "release_at": Now(), "is_collecting": False}
    act_on(announcement, "release", [State.HELD, State.READY], changes, by, reason)


def pause(announcement: Announcement, *, by: AbstractBaseUser, reason: str = "") -> None:
    """Nothing more leaves; what is on the wire this moment arrives."""
    changes = {"state": State.PAUSED, "is_collecting": False}
    act_on(announcement, "pause", [State.READY, State.OPEN], changes, by, reason)


def resume(announcement: Announcement, *, by: AbstractBaseUser, reason: str = "") -> None:
    was_opened = Announcement.objects.filter(pk=announcement.pk, opened_at__isnull=False).exists()
    changes = {"state": State.OPEN if was_opened else State.READY}
    act_on(announcement, "resume", [State.PAUSED], changes, by, reason)
    finish(announcement)


def cancel(announcement: Announcement, *, by: AbstractBaseUser, reason: str = "") -> None:
    """For good: whatever is not on the wire is not sent any more."""
    states = [State.HELD, State.READY, State.OPEN, State.PAUSED]
    changes = {"state": State.CANCELLED, "is_collecting": False, "finished_at": Now()}
    with transaction.atomic():
        act_on(announcement, "cancel", states, changes, by, reason)
        skip_all(announcement, SkipReason.CANCELLED)


def act_on(
    announcement: Announcement,
    act: str,
    states: Sequence[AnnouncementState],
    changes: dict[str, Any],
    by: AbstractBaseUser,
    reason: str,
) -> None:
    """A filtered update says whether it was allowed; who, when and why stay on the row and in
    Wagtail's log."""
    with transaction.atomic():
        allowed = Announcement.objects.filter(pk=announcement.pk, state__in=states)
        who = {"acted_by": by, "acted_at": Now(), "reason": reason[:500]}
        if not allowed.update(**changes, **who):
            announcement.refresh_from_db()
            raise ReleaseRefused(
                _("This is not possible now: the announcement is “%(state)s”.")
                % {"state": announcement.get_state_display()}
            )
        announcement.refresh_from_db()
        journal.announcement(announcement, act)
        log_action(announcement, f"newsletter.{act}", user=by, data={"reason": reason[:500]})
