"""Signs of life of the workers. The only writer of WorkerBeat."""

import os
import socket
import time
from datetime import timedelta

from django.db.models import Max
from django.db.models.functions import Now
from django.utils import timezone

from newsletter.models import WorkerBeat

BEAT_SECONDS = 10
FORGET_AFTER = timedelta(days=1)


class Heart:
    """Beats at most every BEAT_SECONDS, however often it is asked to. Not inside a transaction."""

    def __init__(self, *, is_lasting: bool) -> None:
        machine = socket.gethostname()[:80]
        # A worker started by a timer is gone at once; its machine goes on as one worker.
        self.name = f"{machine}:{os.getpid()}" if is_lasting else machine
        self._last = float("-inf")

    def beat(self) -> None:
        if time.monotonic() - self._last < BEAT_SECONDS:
            return
        alive = WorkerBeat.objects.filter(worker=self.name)
        if not alive.update(beat_at=Now()):
            WorkerBeat.objects.get_or_create(
                worker=self.name, defaults={"started_at": Now(), "beat_at": Now()}
            )
            WorkerBeat.objects.filter(beat_at__lt=Now() - FORGET_AFTER).delete()
        self._last = time.monotonic()

    def stop(self) -> None:
        WorkerBeat.objects.filter(worker=self.name).delete()


def seconds_since_last_beat() -> float | None:
    """Of the liveliest worker; None when there is none."""
    last = WorkerBeat.objects.aggregate(last=Max("beat_at"))["last"]
    return None if last is None else max((timezone.now() - last).total_seconds(), 0.0)
