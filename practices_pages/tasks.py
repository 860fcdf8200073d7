"""Wake-ups for a queue's worker. Losing one loses nothing: the rows of a run are the queue, and the
clock continues every run that is not finished."""

from django.db import transaction
from django_tasks import task
from django_tasks.backends.immediate import ImmediateBackend

from practices_pages.importing import running
from practices_pages.models import ImportRun

# One task must not hold a queue's worker for long; what is left gets the next one.
SECONDS = 60.0


@task
def advance_import(run_id: int) -> bool:
    run = ImportRun.objects.filter(pk=run_id).first()
    if run is None or running.advance(run, seconds=SECONDS):
        return True
    advance_import.enqueue(run_id)
    return False


def wake_worker(run: ImportRun) -> None:
    """Call it when a run has something to do; it takes effect when that is committed.

    Without a real queue it does nothing: nobody waits for a whole file in one request.
    """
    if isinstance(advance_import.get_backend(), ImmediateBackend):
        return
    transaction.on_commit(lambda: advance_import.enqueue(run.pk), robust=True)
