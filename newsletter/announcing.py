"""From "a story was published" to "each entitled subscription was told once", top to bottom.

    announce -> (undo window) -> open_due -> deliver_due: claim, prepare, mark, send, settle

The only writer of announcement, delivery and letter states, with its three hands: claiming
(leases and fences), releasing (what a person decides) and outcomes (what comes back). Rows are
the queue: whatever dies, `tick` and `deliver_due` find what is undone. Locks are always taken in
the order story, announcement, deliveries.
"""

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from newsletter import audience, claiming, consent, journal, messages
from newsletter.claiming import Ending
from newsletter.conf import conf
from newsletter.errors import (
    JournalUnwritable,
    SendDeferred,
    SendOutcomeUnknown,
    SendRefused,
    ServerUnavailable,
)
from newsletter.esp import Outbox
from newsletter.messages import Message
from newsletter.models import (
    LEASED,
    WAITING,
    Announcement,
    AnnouncementState,
    AnnouncementStory,
    Delivery,
    DeliveryState,
    Letter,
    LetterKind,
    Story,
    StoryFacet,
)
from newsletter.outcomes import delivery_counts, record_event, settle_unknown
from newsletter.releasing import cancel, pause, release, resume
from newsletter.stories import StoryFacts

__all__ = [
    "StoryFacts",
    "Tally",
    "announce",
    "cancel",
    "deliver_due",
    "delivery_counts",
    "open_due",
    "pause",
    "record_event",
    "release",
    "resume",
    "settle_unknown",
    "tick",
    "withdraw_story",
]

log = logging.getLogger("newsletter")
State = AnnouncementState
UNOPENED = Q(state__in=[State.HELD, State.READY]) | Q(state=State.PAUSED, opened_at=None)


# --- a story comes, changes, goes ---------------------------------------------------------------


def announce(facts: StoryFacts) -> Announcement | None:
    """Record in the caller's transaction that this story is to be told. Any number of times.

    Returns the announcement it waits in; None when an earlier one already told it. A story that
    was withdrawn is told again, to those only who were not told yet.
    """
    with transaction.atomic():
        story, is_new = Story.objects.get_or_create(key=facts.key, defaults=_snapshot(facts))
        # no_key: opening refers to the row, under the announcement's lock, and must not wait.
        story = Story.objects.select_for_update(no_key=True).get(pk=story.pk)
        waiting = _unopened_announcement(story)
        if waiting is None and not is_new and story.withdrawn_at is None and _was_announced(story):
            return None
        Story.objects.filter(pk=story.pk).update(**_snapshot(facts), withdrawn_at=None)
        _set_facets(story, facts.facets)
        if waiting is None:
            waiting = _collecting_announcement()
            AnnouncementStory.objects.get_or_create(announcement=waiting, story=story)
        return waiting


def _snapshot(facts: StoryFacts) -> dict[str, Any]:
    names = ["kind", "title", "lead", "url", "image_url", "image_alt", "origin", "published_at"]
    return {name: getattr(facts, name) for name in names}


def _unopened_announcement(story: Story) -> Announcement | None:
    """The announcement this story waits in, locked so that it can not open meanwhile."""
    waiting = Announcement.objects.select_for_update().filter(
        UNOPENED, pk__in=AnnouncementStory.objects.filter(story=story).values("announcement")
    )
    return waiting.order_by("-pk").first()


def _was_announced(story: Story) -> bool:
    return AnnouncementStory.objects.filter(story=story).exists()


def _set_facets(story: Story, facets: frozenset[str]) -> None:
    StoryFacet.objects.filter(story=story).exclude(topic__in=facets).delete()
    StoryFacet.objects.bulk_create(
        [StoryFacet(story=story, topic=topic) for topic in sorted(facets)], ignore_conflicts=True
    )


def _collecting_announcement() -> Announcement:
    """The one that further stories still may join, locked; a new one when there is none."""
    # Past its window it takes nobody in: a late story would have no undo window of its own.
    Announcement.objects.filter(is_collecting=True, release_at__lte=Now()).update(
        is_collecting=False
    )
    collecting = Announcement.objects.select_for_update().filter(is_collecting=True)
    return collecting.first() or _start_announcement() or collecting.get()


def _start_announcement() -> Announcement | None:
    """A new collecting announcement, or None when somebody else started one just now."""
    announcement = Announcement(
        state=State.HELD if conf.HOLD_ANNOUNCEMENTS else State.READY,
        release_at=Now() + timedelta(seconds=conf.UNDO_WINDOW_SECONDS),
    )
    try:
        with transaction.atomic():
            announcement.save(force_insert=True)
    except IntegrityError:
        return None
    announcement.refresh_from_db()
    return announcement


def withdraw_story(key: str) -> None:
    """Not public any more: whoever was not told yet is not told. Any number of times."""
    with transaction.atomic():
        public = Story.objects.filter(key=key, withdrawn_at=None)
        story = public.select_for_update(no_key=True).first()
        if story is None:
            return
        Story.objects.filter(pk=story.pk).update(withdrawn_at=Now())
        waiting = _unopened_announcement(story)
        if waiting is not None:
            _take_out(story, waiting)
        running = Announcement.objects.filter(stories=story, opened_at__isnull=False)
        for announcement in running.exclude(state__in=[State.DONE, State.CANCELLED]):
            claiming.take_story_out(announcement, story)
            claiming.finish(announcement)


def _take_out(story: Story, announcement: Announcement) -> None:
    AnnouncementStory.objects.filter(announcement=announcement, story=story).delete()
    left = AnnouncementStory.objects.filter(announcement=OuterRef("pk"))
    Announcement.objects.filter(~Exists(left), pk=announcement.pk).update(
        state=State.CANCELLED,
        is_collecting=False,
        finished_at=Now(),
        reason=_("All its stories were withdrawn."),
    )


# --- the window is over: who is told is decided -------------------------------------------------


def open_due() -> int:
    """Open whatever waited long enough. Returns how many were opened."""
    if journal.sending_lock():
        return 0  # Who is entitled may be older than what people decided since.
    due = Announcement.objects.filter(state=State.READY, release_at__lte=Now())
    return sum(open_deliveries(announcement) for announcement in due.order_by("release_at"))


def open_deliveries(announcement: Announcement) -> bool:
    """Freeze the audience and open it, in one transaction. False: somebody else did, or it may
    not go out as it is and waits for a person."""
    if problem := messages.size_problem(announcement):
        _hold(announcement, problem)
        return False
    with transaction.atomic():
        ready = Announcement.objects.filter(
            pk=announcement.pk, state=State.READY, release_at__lte=Now()
        )
        if not ready.update(state=State.OPEN, opened_at=Now(), is_collecting=False):
            return False
        entitled = audience.freeze(announcement)
        Announcement.objects.filter(pk=announcement.pk).update(entitled=entitled)
        keys = announcement.stories.values_list("key", flat=True)
        journal.announcement(announcement, "opened", *keys)
        claiming.finish(announcement)
    log.info("announcement.opened", extra={"announcement": announcement.pk, "entitled": entitled})
    return True


def _hold(announcement: Announcement, problem: str) -> None:
    ready = Announcement.objects.filter(pk=announcement.pk, state=State.READY)
    if ready.update(state=State.HELD, is_collecting=False, reason=problem[:500]):
        log.error("announcement.held", extra={"announcement": announcement.pk})


# --- the worker: claim, prepare, mark, send, settle ---------------------------------------------


@dataclass
class Tally:
    """What one pass of a worker did."""

    accepted: int = 0
    refused: int = 0
    deferred: int = 0
    skipped: int = 0
    unknown: int = 0
    # Taken from us between claim and send (paused, withdrawn, past the lease): nothing was sent.
    lost: int = 0
    # Why the pass ended early, or nothing: the mail server takes nothing, or sending is locked.
    stopped: str = ""
    locked: str = ""

    @property
    def total(self) -> int:
        return sum(value for value in asdict(self).values() if isinstance(value, int))


def deliver_due(
    *, limit: int | None = None, should_stop: Callable[[], bool] = lambda: False
) -> Tally:
    """Send what is due: letters first, then announcements in turn. Any number at a time.

    Never called inside a transaction: "on the wire" has to be committed before the first byte.
    """
    tally, press, outbox, last = Tally(), messages.Press(), Outbox(), 0
    try:
        while not should_stop() and _may_go_on(tally, limit):
            room = conf.BATCH if limit is None else min(conf.BATCH, limit - tally.total)
            batch, last = _claim_next(room, last)
            if not batch:
                break
            _deliver_batch(batch, press, outbox, tally, should_stop)
    finally:
        outbox.close()
        claiming.finish_all()
    return tally


def _may_go_on(tally: Tally, limit: int | None) -> bool:
    if not tally.locked and (lock := journal.sending_lock()):
        tally.locked = str(lock)
        log.error("worker.locked", extra={"lock": lock.code})
    return not (tally.stopped or tally.locked) and (limit is None or tally.total < limit)


def _claim_next(room: int, last: int) -> tuple[Sequence[claiming.Row], int]:
    """Letters before anything; then the next announcement after the one served last."""
    if letters := claiming.claim_letters(room):
        return letters, last
    waiting = Announcement.objects.filter(
        Exists(Delivery.objects.due().filter(announcement=OuterRef("pk"))), state=State.OPEN
    )
    keys = sorted(waiting.values_list("pk", flat=True), key=lambda key: (key <= last, key))
    for key in keys:
        if deliveries := claiming.claim_deliveries(key, room):
            return deliveries, key
    return [], last


def _deliver_batch(
    batch: Sequence[claiming.Row],
    press: messages.Press,
    outbox: Outbox,
    tally: Tally,
    should_stop: Callable[[], bool],
) -> None:
    left = list(batch)
    try:
        outbox.open()
        press.load([row for row in batch if isinstance(row, Delivery)])
        while left and not should_stop():
            _deliver(left.pop(0), press, outbox, tally)
    except ServerUnavailable as deferral:
        tally.deferred += claiming.defer_unsent(left, deferral)
        tally.stopped = deferral.reason
        log.error("worker.server_unavailable", extra={"answer": deferral.reason})
    except JournalUnwritable as error:
        tally.locked = str(journal.unwritable_lock(str(error)))
        log.error("worker.locked", extra={"lock": "unwritable", "answer": str(error)})
    finally:
        claiming.release(left)
        journal.sync()


def _deliver(row: claiming.Row, press: messages.Press, outbox: Outbox, tally: Tally) -> None:
    started = time.monotonic()
    message = _prepare(row, press)
    stories = press.stories_for(row)
    if message is None or not claiming.mark_sending(row, address=message.to[0], stories=stories):
        reason = claiming.skip_or_release(row)
        tally.skipped += reason is not None
        tally.lost += reason is None
        return
    if time.monotonic() - started > conf.LEASE_SECONDS:
        # This process slept (SIGSTOP, suspended machine): others may have settled the row.
        tally.lost += 1
        return
    ending = _send(row, message, outbox, tally)
    _count(row, ending, tally)


def _prepare(row: claiming.Row, press: messages.Press) -> Message | None:
    try:
        return press.message(row)
    except Exception as error:
        # Set aside, so that one row that can not be rendered does not hold up all others.
        reason = f"It could not be prepared: {type(error).__name__}"
        claiming.defer_unsent([row], SendDeferred(reason))
        log.exception("delivery.unprepared", extra={"delivery": str(row.pk)})
        raise


def _send(row: claiming.Row, message: Message, outbox: Outbox, tally: Tally) -> Ending:
    try:
        receipt = outbox.send(message, delivery_id=str(row.pk))
    except SendRefused as refusal:
        return Ending(DeliveryState.REFUSED, refusal.reason)
    except ServerUnavailable as deferral:
        _count(row, claiming.deferred(row, deferral), tally)
        raise
    except SendDeferred as deferral:
        return claiming.deferred(row, deferral)
    except SendOutcomeUnknown as unknown:
        return Ending(DeliveryState.UNKNOWN, unknown.reason)
    except Exception as error:
        # Bytes may have left. The row must not be tried again, and somebody has to see this.
        _count(row, Ending(DeliveryState.UNKNOWN, type(error).__name__), tally)
        raise
    return Ending(DeliveryState.ACCEPTED, receipt.answer, receipt.message_id)


def _count(row: claiming.Row, ending: Ending, tally: Tally) -> None:
    state = ending.state.value
    if not claiming.settle(row, ending):
        # An ESP event overtook us, or the lease ran out: the row already says how it ended.
        log.warning("delivery.overtaken", extra={"delivery": str(row.pk), "state": state})
    setattr(tally, state, getattr(tally, state) + 1)
    log.info(f"delivery.{state}", extra={"delivery": str(row.pk), "answer": ending.answer})


# --- what time brings ---------------------------------------------------------------------------


@dataclass(frozen=True)
class TickReport:
    requeued: int
    unknown: int
    opened: int
    finished: int
    expired: int
    blanked: int


def tick() -> TickReport:
    """Find what is undone from the rows alone. Any number of times, by any number of processes."""
    requeued, unknown = claiming.release_stale()
    journal.forget_old()
    return TickReport(
        requeued=requeued,
        unknown=unknown,
        opened=open_due(),
        finished=claiming.finish_all(),
        expired=consent.expire_unconfirmed(),
        blanked=_blank_notices(),
    )


def _blank_notices() -> int:
    """Whatever became of a notice, its text is of no use once nobody will send it any more."""
    over = Letter.objects.filter(kind=LetterKind.NOTICE).exclude(text="", html="")
    return over.exclude(state__in=[*WAITING, *LEASED]).update(text="", html="")
