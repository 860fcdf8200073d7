"""What has to happen again and again, whoever winds the clock: cron, a timer or the worker.

Every step is on its own: one that fails is recorded and reported, and the others go on. Flows
claim their own rows and may run twice at once. Exclusive steps run in one transaction under the
lock of their row: two ticks never do the same one together, and a killed one is simply undone.
"""

import logging
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from cms import counting, retention
from cms.models import TickStep
from cms.practice_announcements import reconcile
from newsletter import announcing
from practices_pages import search_index
from practices_pages.catalogue import indexing
from practices_pages.importing.running import continue_runs
from practices_pages.latest_facts import follow_forgotten
from practices_pages.publishing import publish_due

log = logging.getLogger("cms")

WHOLE = "tick"
RETENTION_EVERY = timedelta(hours=1)
# A step that fails is not tried at every tick: the log would hold nothing else.
RETRY_AFTER = timedelta(minutes=5)
# A long import goes on at the next tick; mail does not wait for it.
IMPORT_SECONDS = 10
# After an upgrade with another dictionary all pages are analysed anew, over many ticks.
SEARCH_SECONDS = 10
# After an upgrade there may be thousands, and other steps wait.
PAGES_A_TICK = 50
# Rows one retention step deletes in one transaction; it comes back at the next tick for more.
BATCH = 1000

Figures = dict[str, int]


@dataclass(frozen=True)
class Step:
    name: str
    run: Callable[[], Figures]
    # Exclusive when it has an interval; otherwise a flow, at every tick.
    every: timedelta | None = None
    # It does so many rows at most, and comes back at once when there may be more.
    batch: int | None = None
    is_reported: bool = True


@dataclass
class TickReport:
    figures: Figures = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)


def tick() -> TickReport:
    """Safe at any time, from several machines at once, and after a kill at any instant."""
    report = TickReport()
    for step in STEPS:
        _take(step, report)
    _record(WHOLE, finished_at=Now())
    return report


def _take(step: Step, report: TickReport) -> None:
    try:
        figures = _run_alone(step, step.every) if step.every else step.run()
    except Exception as error:
        # Whatever it is, the other steps must run: mail does not wait for a broken page.
        log.exception("tick.step_failed", extra={"step": step.name})
        _record(step.name, failed_at=Now(), error=type(error).__name__)
        report.failed.append(step.name)
        return
    if step.is_reported:
        report.figures |= figures
    if not step.every:
        _succeed(step.name, figures)


def _run_alone(step: Step, every: timedelta) -> Figures:
    TickStep.objects.get_or_create(name=step.name)
    old = Q(finished_at=None) | Q(finished_at__lte=Now() - every)
    rested = Q(failed_at=None) | Q(failed_at__lte=Now() - RETRY_AFTER)
    due = TickStep.objects.filter(old, rested, name=step.name)
    if not due.exists():
        return {}
    with transaction.atomic():
        # Asked again under the lock: another tick may have done it meanwhile, or be doing it.
        if not due.select_for_update(skip_locked=True).exists():
            return {}
        figures = step.run()
        _succeed(step.name, figures)
        if step.batch and max(figures.values()) >= step.batch:
            _record(step.name, finished_at=None)
        return figures


def _succeed(name: str, figures: Figures) -> None:
    _record(name, finished_at=Now(), failed_at=None, error="", figures=figures)


def _record(name: str, **changes: object) -> None:
    TickStep.objects.update_or_create(name=name, defaults=changes)


def _publish() -> Figures:
    pages = publish_due()
    return {
        "published": len(pages.published),
        "pages_expired": len(pages.expired),
        "publications_refused": len(pages.refused),
        "publications_failed": len(pages.failed),
    }


def _catalogue() -> Figures:
    return {"catalogued": indexing.repair()}


def _search() -> Figures:
    return {"search_repaired": search_index.repair(seconds=SEARCH_SECONDS)}


def _announce() -> Figures:
    announced, withdrawn = reconcile()
    return {"announced": announced, "stories_withdrawn": withdrawn}


def _mail() -> Figures:
    return asdict(announcing.tick())


def _import() -> Figures:
    return {"imports_left": continue_runs(seconds=IMPORT_SECONDS)}


def _look_at_drafts() -> Figures:
    return {"pages_looked_at": follow_forgotten(PAGES_A_TICK)}


def _retention_step(name: str) -> Step:
    def forget() -> Figures:
        return {f"forgotten_{name}": retention.RULES[name](BATCH)}

    return Step(f"retention of {name}", forget, RETENTION_EVERY, BATCH)


STEPS: tuple[Step, ...] = (
    Step("publishing", _publish),
    Step("catalogue", _catalogue, is_reported=False),
    Step("search", _search, is_reported=False),
    Step("announcing", _announce),
    Step("mail", _mail),
    Step("imports", _import),
    Step("latest facts", _look_at_drafts),
    Step(counting.STEP, counting.count_everything, counting.EVERY, is_reported=False),
    *(_retention_step(name) for name in retention.RULES),
)
