"""Scheduled publication and expiry, one page at a time.

Takes the place of Wagtail's publish_scheduled: there one page that cannot be published stops
every page after it. Called by the site's clock; a second call, or two at once, do no harm.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import DraftStateMixin, Page, Revision

SCHEDULE_REFUSED = "practices.schedule_refused"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Refusal:
    """A revision that was due and may not be published: it is no longer scheduled."""

    revision_id: int
    object_id: str
    title: str
    message: str


@dataclass
class PublishReport:
    """Ids of what happened. `failed` stays as it was and is tried again at the next call."""

    published: list[int] = field(default_factory=list)
    expired: list[str] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    failed: list[int | str] = field(default_factory=list)


def publish_due(now: datetime | None = None) -> PublishReport:
    """Publish what is due and unpublish what has expired, by `now` (never later than the clock)."""
    moment = min(now or timezone.now(), timezone.now())
    report = PublishReport()
    for model in _models_with_drafts():
        due = model.objects.filter(live=True, expire_at__lt=moment).order_by("expire_at")
        for pk in list(due.values_list("pk", flat=True)):
            _expire(model, pk, moment, report)
    scheduled = Revision.objects.filter(approved_go_live_at__lte=moment)
    for pk in list(scheduled.order_by("approved_go_live_at", "pk").values_list("pk", flat=True)):
        _publish(pk, moment, report)
    return report


def _models_with_drafts() -> list[Any]:
    others = [
        model
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, Page)
    ]
    return [Page, *others]


def _expire(model: Any, pk: Any, moment: datetime, report: PublishReport) -> None:
    try:
        with transaction.atomic():
            expired = model.objects.select_for_update(of=("self",)).filter(
                pk=pk, live=True, expire_at__lt=moment
            )
            for instance in expired:
                instance.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
                report.expired.append(str(pk))
    except DatabaseError:
        logger.exception("expiry failed", extra={"model": model.__name__, "pk": pk})
        report.failed.append(str(pk))


def _publish(pk: int, moment: datetime, report: PublishReport) -> None:
    try:
        with transaction.atomic():
            # Another clock may have published it since the list was read.
            due = Revision.objects.select_for_update(of=("self",)).filter(
                pk=pk, approved_go_live_at__lte=moment
            )
            for revision in due:
                revision.publish(log_action="wagtail.publish.scheduled")
                report.published.append(pk)
    except ValidationError as error:
        report.refused.append(_unschedule(pk, error))
    except DatabaseError:
        logger.exception("scheduled publication failed", extra={"revision": pk})
        report.failed.append(pk)


@transaction.atomic
def _unschedule(pk: int, error: ValidationError) -> Refusal:
    """Take the refused revision off the schedule and write why into the page's history."""
    revision = Revision.objects.get(pk=pk)
    revision.approved_go_live_at = None
    revision.save(update_fields=["approved_go_live_at"])
    message = " ".join(error.messages)
    log(
        instance=revision.content_object,
        action=SCHEDULE_REFUSED,
        revision=revision,
        data={"problems": message},
    )
    return Refusal(pk, revision.object_id, revision.object_str, message)
