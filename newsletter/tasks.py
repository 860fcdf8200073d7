"""Wake-ups for a queue's worker. Losing one loses nothing: rows are the queue, and `tick` and
`deliver_announcements` find undone work from the rows alone."""

from django.db import transaction
from django_tasks import task
from django_tasks.backends.immediate import ImmediateBackend

from newsletter import announcing

# One task must not hold a queue's worker for hours; what is left finds the next wake-up.
LIMIT = 500


@task
def deliver_now() -> int:
    announcing.open_due()
    return announcing.deliver_due(limit=LIMIT).total


def wake_worker() -> None:
    """Call it from any door after a row was written; it takes effect when that is committed.

    Without a real queue it does nothing: no visitor waits for a mail server.
    """
    if isinstance(deliver_now.get_backend(), ImmediateBackend):
        return
    transaction.on_commit(lambda: deliver_now.enqueue(), robust=True)
