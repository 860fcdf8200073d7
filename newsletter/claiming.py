"""The rows' half of newsletter.announcing: leases, fences, and who may still change a row.

Every change is a filtered UPDATE whose row count says who won. Only newsletter.announcing calls
this module. Leases use the database's clock, so the clocks of the workers do not matter.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils import timezone

from newsletter import audience, journal
from newsletter.conf import conf
from newsletter.errors import JournalUnwritable, SendDeferred, ServerUnavailable
from newsletter.models import (
    WAITING,
    Announcement,
    AnnouncementState,
    Delivery,
    DeliveryState,
    Letter,
    LetterKind,
    SkipReason,
    Story,
    Subscription,
    SubscriptionState,
    Suppression,
    Told,
)

State = DeliveryState
OFF_THE_WIRE = [*WAITING, State.CLAIMED]
LONGEST_WAIT_SECONDS = 24 * 60 * 60

Row = Delivery | Letter


def unfinished_of(announcement: Any) -> QuerySet[Delivery]:
    return Delivery.objects.unfinished().filter(announcement=announcement)


def finish(announcement: Announcement) -> bool:
    """DONE once nothing is left to do. Safe at any time."""
    finished = Announcement.objects.filter(
        ~Exists(unfinished_of(OuterRef("pk"))), pk=announcement.pk, state=AnnouncementState.OPEN
    )
    return bool(finished.update(state=AnnouncementState.DONE, finished_at=Now()))


def finish_all() -> int:
    """Whatever is over is DONE; what came back from the wire after a cancellation is skipped."""
    back = Delivery.objects.filter(announcement=OuterRef("pk"), state__in=OFF_THE_WIRE)
    for announcement in Announcement.objects.filter(
        Exists(back), state=AnnouncementState.CANCELLED
    ):
        skip_all(announcement, SkipReason.CANCELLED)
    running = Announcement.objects.filter(state=AnnouncementState.OPEN)
    return sum(finish(announcement) for announcement in running)


# --- taking work --------------------------------------------------------------------------------


def claim_letters(limit: int) -> list[Letter]:
    return _claim(Letter.objects.due().order_by("priority", "created_at"), limit)


def claim_deliveries(announcement: int, limit: int) -> list[Delivery]:
    # Unordered on purpose: sorting a long queue for every batch would cost more than sending it.
    is_open = Announcement.objects.filter(pk=OuterRef("announcement"), state=AnnouncementState.OPEN)
    due = Delivery.objects.due().filter(Exists(is_open), announcement=announcement)
    return _claim(due.order_by(), limit)


def _claim(due: QuerySet[Any], limit: int) -> list[Any]:
    """Lease up to `limit` rows. Two workers never get the same one."""
    if not due.exists():
        # An idle worker must not take SQLite's write lock every two seconds.
        return []
    with transaction.atomic():
        # SQLite knows no row locks and needs none: the transaction holds its write lock.
        rows = due.select_for_update(skip_locked=True)[:limit]
        keys = list(rows.values_list("pk", flat=True))
        mine = due.model._default_manager.filter(pk__in=keys)
        mine.filter(state__in=WAITING).update(
            state=State.CLAIMED, fence=F("fence") + 1, lease_until=_lease_end()
        )
        claimed = mine.filter(state=State.CLAIMED).select_related(*due.model.PARENTS)
        return sorted(claimed, key=lambda row: keys.index(row.pk))


def _lease_end() -> Any:
    return Now() + timedelta(seconds=conf.LEASE_SECONDS)


def _held(row: Row, state: DeliveryState) -> QuerySet[Any]:
    """The row, if the fence says it is still this worker's."""
    model = type(row)
    return model._default_manager.filter(pk=row.pk, fence=row.fence, state=state)


def release(rows: Iterable[Row]) -> int:
    """Give back what was taken and not marked."""
    return sum(
        _held(row, State.CLAIMED).update(state=State.QUEUED, lease_until=None) for row in rows
    )


def defer_unsent(rows: Iterable[Row], deferral: SendDeferred) -> int:
    """The server can take nothing now; these did not cost a try."""
    wait = deferral.retry_after or conf.RETRY_SECONDS
    return sum(
        _held(row, State.CLAIMED).update(
            state=State.DEFERRED,
            lease_until=None,
            next_attempt_at=Now() + timedelta(seconds=wait),
            answer=deferral.reason[:500],
        )
        for row in rows
    )


# --- the last question before the wire ----------------------------------------------------------


def mark_sending(row: Row, *, address: str, stories: Collection[int] = ()) -> bool:
    """Commit that bytes may leave now, and have the journal say so on its disk.

    False: they may not, see `skip_or_release`. Raises JournalUnwritable: nothing may.

    Asks again, in the same statement, whether the lease holds, whether this person still may be
    written to at this address and wants each of these stories, and whether the announcement is
    still open.
    """
    try:
        with transaction.atomic(durable=True):
            if isinstance(row, Delivery):
                marked = _mark(_held(row, State.CLAIMED).filter(*_entitled(row, address, stories)))
            else:
                marked = _mark(_held(row, State.CLAIMED).filter(*_letter_entitled(row, address)))
            confirmed = journal.mark() if marked else None
        journal.sending([row] if marked else [], confirmed)
    except JournalUnwritable:
        _held(row, State.SENDING).update(state=State.CLAIMED, tries=F("tries") - 1)
        release([row])
        raise
    return bool(marked)


def _mark(rows: QuerySet[Any]) -> int:
    return rows.filter(lease_until__gt=Now()).update(
        state=State.SENDING, tries=F("tries") + 1, lease_until=_lease_end()
    )


def _entitled(delivery: Delivery, address: str, stories: Collection[int]) -> list[Any]:
    mailable = Subscription.objects.mailable().filter(address=address)
    running = Announcement.objects.filter(state=AnnouncementState.OPEN)
    wanted = audience.still_told(delivery.announcement_id).values("pk")
    # Their topic was taken away after the message was prepared: it has to be written anew.
    unwanted = _told(delivery).filter(story__in=stories).exclude(pk__in=wanted)
    return [
        ~Exists(unwanted),
        Exists(mailable.filter(pk=OuterRef("subscription"))),
        Exists(running.filter(pk=OuterRef("announcement"))),
    ]


def _letter_entitled(letter: Letter, address: str) -> list[Exists]:
    if letter.kind == LetterKind.NOTICE:
        return []
    if letter.kind == LetterKind.CONFIRMATION:
        pending = Subscription.objects.filter(
            state=SubscriptionState.PENDING,
            address=address,
            sign_up=OuterRef("sign_up"),
            requested_at__gt=Now() - timedelta(days=conf.CONFIRMATION_DAYS),
        )
        return [Exists(pending.filter(pk=OuterRef("subscription")))]
    mailable = Subscription.objects.mailable().filter(address=address)
    return [Exists(mailable.filter(pk=OuterRef("subscription")))]


def skip_or_release(row: Row) -> SkipReason | None:
    """End a claim that may not be sent: skipped for a reason, or given back (None)."""
    reason = _reason_to_skip(row)
    if reason is None:
        release([row])
        return None
    with transaction.atomic():
        if isinstance(row, Delivery):
            # In the order in which erasing a person locks them.
            list(_told(row).select_for_update())
        skipped = _held(row, State.CLAIMED).update(
            state=State.SKIPPED, skip_reason=reason, lease_until=None, settled_at=Now()
        )
        if skipped and isinstance(row, Delivery):
            # They were not told after all: a later announcement may.
            _told(row).delete()
    return reason if skipped else None


def _told(delivery: Delivery) -> QuerySet[Told]:
    return Told.objects.filter(
        announcement=delivery.announcement_id, subscription=delivery.subscription_id
    )


def _reason_to_skip(row: Row) -> SkipReason | None:
    if isinstance(row, Letter) and row.kind == LetterKind.NOTICE:
        return None
    # Read again: the row in hand was joined with what was true when it was claimed.
    subscription = Subscription.objects.filter(pk=row.subscription_id or 0).first()
    if subscription is None:
        return SkipReason.ERASED
    if isinstance(row, Letter) and row.kind == LetterKind.CONFIRMATION:
        return None if _confirmable(row, subscription) else SkipReason.LINK_EXPIRED
    if subscription.state != SubscriptionState.CONFIRMED:
        return SkipReason.WITHDRAWN
    if Suppression.objects.filter(address_hash=subscription.address_hash).exists():
        return SkipReason.SUPPRESSED
    return _nothing_to_tell(row) if isinstance(row, Delivery) else None


def _nothing_to_tell(delivery: Delivery) -> SkipReason | None:
    if not _told(delivery).filter(story__withdrawn_at=None).exists():
        return SkipReason.STORY_WITHDRAWN
    wanted = audience.still_told(delivery.announcement_id)
    if not wanted.filter(subscription=delivery.subscription_id).exists():
        # They took the topic away, which is a withdrawal as far as this letter goes.
        return SkipReason.WITHDRAWN
    return None


def _confirmable(letter: Letter, subscription: Subscription) -> bool:
    ends_at = subscription.requested_at + timedelta(days=conf.CONFIRMATION_DAYS)
    return (
        subscription.state == SubscriptionState.PENDING
        and subscription.sign_up == letter.sign_up
        and ends_at > timezone.now()
    )


# --- after the wire -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Ending:
    """How one send ended: what `settle` writes."""

    state: DeliveryState
    answer: str = ""
    esp_message_id: str = ""
    wait_seconds: int | None = None
    counts_as_try: bool = True


def deferred(row: Row, deferral: SendDeferred) -> Ending:
    """Wait longer after every try, and refuse after the last one. A pure decision."""
    if isinstance(deferral, ServerUnavailable):
        wait = deferral.retry_after or conf.RETRY_SECONDS
        return Ending(State.DEFERRED, deferral.reason, wait_seconds=wait, counts_as_try=False)
    tries = row.tries + 1
    if tries >= conf.MAX_TRIES:
        return Ending(State.REFUSED, deferral.reason)
    wait = max(deferral.retry_after or 0, conf.RETRY_SECONDS * 2 ** (tries - 1))
    return Ending(State.DEFERRED, deferral.reason, wait_seconds=min(wait, LONGEST_WAIT_SECONDS))


def settle(row: Row, ending: Ending) -> bool:
    """Write how it ended. False: the row is not this worker's any more, nothing was changed."""
    # First, for it may be all that is left to say so when this process dies before the commit.
    journal.ended(row, ending.state)
    is_over = ending.state != State.DEFERRED
    changes: dict[str, Any] = {
        "state": ending.state,
        "lease_until": None,
        "answer": ending.answer[:500],
        "settled_at": Now() if is_over else None,
        "next_attempt_at": None,
    }
    if ending.esp_message_id:
        changes["esp_message_id"] = ending.esp_message_id[:255]
    if ending.wait_seconds is not None:
        changes["next_attempt_at"] = Now() + timedelta(seconds=ending.wait_seconds)
    if not ending.counts_as_try:
        changes["tries"] = F("tries") - 1
    return bool(_held(row, State.SENDING).update(**changes))


def release_stale() -> tuple[int, int]:
    """Leases that ran out: back to the queue, or unknown once bytes may have left.

    Returns how many of each. Safe at any time.
    """
    requeued = unknown = 0
    for model in (Delivery, Letter):
        stale = model.objects.stale()
        requeued += stale.filter(state=State.CLAIMED).update(
            state=State.QUEUED, fence=F("fence") + 1, lease_until=None
        )
        unknown += stale.filter(state=State.SENDING).update(
            state=State.UNKNOWN,
            fence=F("fence") + 1,
            lease_until=None,
            settled_at=Now(),
            answer="The worker stopped before it could record an answer.",
        )
    return requeued, unknown


# --- taking back --------------------------------------------------------------------------------


def skip_all(announcement: Announcement, reason: SkipReason) -> int:
    """Whatever is not on the wire is not sent any more."""
    skipped = Delivery.objects.filter(announcement=announcement, state__in=OFF_THE_WIRE).update(
        state=State.SKIPPED, skip_reason=reason, lease_until=None, settled_at=Now()
    )
    gone = Delivery.objects.filter(announcement=announcement, skip_reason=reason)
    Told.objects.filter(
        Exists(gone.filter(subscription=OuterRef("subscription"))), announcement=announcement
    ).delete()
    return skipped


def take_story_out(announcement: Announcement, story: Story) -> int:
    """Forget that this story would be told by what is not on the wire; skip what is then empty.

    Raising the fence takes each row from the worker that may have prepared it with the story in,
    and locks it until this transaction ends.
    """
    told = Told.objects.filter(announcement=announcement, subscription=OuterRef("subscription"))
    waiting = Delivery.objects.filter(announcement=announcement, state__in=OFF_THE_WIRE)
    waiting.filter(Exists(told.filter(story=story))).update(
        fence=F("fence") + 1,
        state=Case(When(state=State.CLAIMED, then=Value(State.QUEUED)), default=F("state")),
    )
    Told.objects.filter(
        Exists(waiting.filter(subscription=OuterRef("subscription"))),
        announcement=announcement,
        story=story,
    ).delete()
    return waiting.filter(~Exists(told)).update(
        state=State.SKIPPED,
        skip_reason=SkipReason.STORY_WITHDRAWN,
        lease_until=None,
        settled_at=Now(),
    )
