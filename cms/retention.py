"""What the site may not keep for ever (RODO art. 5(1)(e)): every rule, those of the apps included.

docs/retention.md says of each how long, why, and by which setting.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession, FormState
from wagtail.models import ModelLogEntry, PageLogEntry

from newsletter.retention import RULES as NEWSLETTER_RULES
from practices_pages import public_changes
from practices_pages.models import ImportRow, ImportRun, PreviewGrant
from practices_pages.old_files import forget_older
from practices_pages.printing import shelf


def forget_sessions(limit: int) -> int:
    return _delete(Session.objects.filter(expire_date__lte=timezone.now()), limit)


def forget_sign_in_failures(limit: int) -> int:
    """Names that were tried and from where, once they no longer lock anybody."""
    old = timezone.now() - settings.AXES_COOLOFF_TIME
    return _delete(AccessAttempt.objects.filter(attempt_time__lte=old), limit)


def forget_task_results(limit: int) -> int:
    old = _days_ago(settings.RETENTION_TASK_RESULT_DAYS)
    return _delete(DBTaskResult.objects.finished().filter(finished_at__lte=old), limit)


def forget_preview_links(limit: int) -> int:
    """For whom a link was made is a name; it outlives the link only for questions about it."""
    old = _days_ago(settings.RETENTION_PREVIEW_DAYS)
    ended = Q(expires_at__lte=old) | Q(revoked_at__lte=old)
    return _delete(PreviewGrant.objects.filter(ended), limit)


def forget_imports(limit: int) -> int:
    """What a row was and what was wrong with it may name persons; afterwards there is no undo."""
    runs = ImportRun.objects.filter(created_at__lte=_days_ago(settings.RETENTION_IMPORT_DAYS))
    rows = _delete(ImportRow.objects.filter(run__in=runs), limit)
    return rows or _delete(runs, limit)


def forget_editing_traces(limit: int) -> int:
    """Who had which form open, and what was typed in it and never saved."""
    return _delete(EditingSession.objects.stale(), limit) + _delete(
        FormState.objects.stale(), limit
    )


def forget_history(limit: int) -> int:
    """Who did what in the panel."""
    old = _days_ago(settings.RETENTION_LOG_DAYS)
    return sum(
        _delete(model.objects.filter(timestamp__lte=old), limit)
        for model in (PageLogEntry, ModelLogEntry)
    )


def forget_pdfs(limit: int) -> int:
    """PDFs of pages: a contact person may stand in one whose consent has ended since."""
    return shelf.forget_old(limit)


def forget_interrupted_uploads(limit: int) -> int:
    """What a killed process left of files that were coming in."""
    # As Django names them: the folder may be one for everybody.
    left = Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*")
    return forget_older(left, days=1, limit=limit)


def forget_public_changes(limit: int) -> int:
    """Nothing personal, but read at every visit: few rows are enough."""
    return public_changes.prune(limit)


def _days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def _delete(rows: QuerySet, limit: int) -> int:
    keys = list(rows.order_by().values_list("pk", flat=True)[:limit])
    rows.model._default_manager.filter(pk__in=keys).delete()
    return len(keys)


RULES: dict[str, Callable[[int], int]] = {
    **NEWSLETTER_RULES,
    "sessions": forget_sessions,
    "sign_in_failures": forget_sign_in_failures,
    "task_results": forget_task_results,
    "preview_links": forget_preview_links,
    "imports": forget_imports,
    "editing_traces": forget_editing_traces,
    "history": forget_history,
    "pdfs": forget_pdfs,
    "interrupted_uploads": forget_interrupted_uploads,
    "public_changes": forget_public_changes,
}
