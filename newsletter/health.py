"""What has to be true for mail to leave: a worker lives, sending is allowed, nothing waits long.

Reads only, a few indexed queries. `newsletter_health`, the site's probes and its admin ask.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Min
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from newsletter.conf import conf
from newsletter.heartbeats import seconds_since_last_beat
from newsletter.journal import sending_lock
from newsletter.models import AnnouncementState, Delivery, Letter


@dataclass(frozen=True)
class Check:
    """One question and its answer: a problem in words, or nothing. Never personal data."""

    name: str
    problem: str = ""

    @property
    def is_ok(self) -> bool:
        return not self.problem


def worker() -> Check:
    """Some worker gave a sign of life lately."""
    age = seconds_since_last_beat()
    if age is None:
        return Check("worker", _("No worker is running. Mail waits."))
    if age > conf.WORKER_LATE_SECONDS:
        return Check(
            "worker", _("No worker has given a sign of life for %s. Mail waits.") % spell(age)
        )
    return Check("worker")


def sending() -> Check:
    """Nothing locks it: no restored database, no copy, a send journal that takes lines."""
    lock = sending_lock()
    return Check("sending", str(lock) if lock else "")


def queue() -> Check:
    """What is due leaves: not blocked for long by the mail server, nor left lying."""
    waiting = seconds_of_oldest_due()
    if waiting is not None and waiting > conf.QUEUE_LATE_SECONDS:
        return Check("queue", _("Mail that is due has waited for %s.") % spell(waiting))
    return Check("queue")


def seconds_of_oldest_due() -> float | None:
    """How long the delivery or letter that is due longest has waited; None: nothing is due."""
    deliveries = Delivery.objects.due().filter(announcement__state=AnnouncementState.OPEN)
    # Time in which a person had it paused is not waiting.
    opened = F("announcement__opened_at")
    resumed = Greatest(Coalesce("announcement__acted_at", opened), opened)
    since = [
        deliveries.aggregate(at=Min(Coalesce("next_attempt_at", resumed)))["at"],
        Letter.objects.due().aggregate(at=Min(Coalesce("next_attempt_at", "created_at")))["at"],
    ]
    known: list[datetime] = [at for at in since if at is not None]
    return max((timezone.now() - min(known)).total_seconds(), 0.0) if known else None


def spell(seconds: float) -> str:
    """A length of time for people, in one unit."""
    minutes = int(seconds // 60)
    if minutes < 1:
        return _("less than a minute")
    if minutes < 120:
        return ngettext("%d minute", "%d minutes", minutes) % minutes
    hours = minutes // 60
    if hours < 48:
        return ngettext("%d hour", "%d hours", hours) % hours
    return ngettext("%d day", "%d days", hours // 24) % (hours // 24)


CHECKS: Sequence[Callable[[], Check]] = (worker, sending, queue)
