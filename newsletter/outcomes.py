"""What comes back about deliveries: events of the ESP, a person's verdict, and the sums.

    ACCEPTED -> DELIVERED -> BOUNCED -> COMPLAINED     in whatever order events come

newsletter.announcing offers these. A machine never sends an UNKNOWN delivery again.
"""

import logging
import uuid
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Coalesce, Now
from django.utils.translation import gettext as _
from wagtail.log_actions import log as log_action

from newsletter import audience, consent
from newsletter.errors import ReleaseRefused
from newsletter.models import (
    LEASED,
    WAITING,
    Announcement,
    AnnouncementState,
    Delivery,
    DeliveryState,
    Letter,
    SkipReason,
    Subscription,
)

log = logging.getLogger("newsletter")
State = DeliveryState
AFTER_ACCEPTED = [State.ACCEPTED, State.DELIVERED, State.BOUNCED, State.COMPLAINED]
# What may be known about a row before each event; anything later stays.
BEFORE = [State.SENDING, State.UNKNOWN, State.DEFERRED, State.QUEUED, State.CLAIMED, State.REFUSED]


@dataclass(frozen=True)
class EspEvent:
    """One event of the ESP in its final shape: about which delivery, what, to which address."""

    state: DeliveryState
    address: str
    ref: uuid.UUID | None = None
    esp_message_id: str = ""
    # The address does not exist: nobody may write to it again.
    is_permanent: bool = False
    answer: str = ""


def record_event(event: EspEvent) -> bool:
    """Any number of times, in any order, also before the send was settled. False: not ours."""
    with transaction.atomic():
        row = _row_of(event)
        if row is None or not _is_addressee(row, event):
            log.warning("esp.foreign_event", extra={"state": event.state.value})
            return False
        # The person first, then the delivery: the order in which erasing locks them.
        # A complaint is heard once: told again later it must not undo a new consent.
        if row.subscription is not None and row.state != State.COMPLAINED:
            _tell_consent(row.subscription, event)
        _advance(row, event)
    log.info(f"esp.{event.state.value}", extra={"delivery": str(row.pk)})
    return True


def _row_of(event: EspEvent) -> Delivery | Letter | None:
    """By our own id where the ESP gives it back, else by its own."""
    for model in (Delivery, Letter):
        rows = model.objects.select_related("subscription").filter(tries__gt=0)
        if event.ref is not None:
            row = rows.filter(pk=event.ref).first()
        elif event.esp_message_id:
            row = rows.filter(esp_message_id=event.esp_message_id).first()
        else:
            row = None
        if isinstance(row, Delivery | Letter):
            return row
    return None


def _is_addressee(row: Delivery | Letter, event: EspEvent) -> bool:
    notice_to = row.to if isinstance(row, Letter) else ""
    address = row.subscription.address if row.subscription else notice_to
    return bool(address) and address.casefold() == event.address.strip().casefold()


def _tell_consent(subscription: Subscription, event: EspEvent) -> None:
    if event.state == State.COMPLAINED:
        consent.record_complaint(subscription)
    elif event.state == State.BOUNCED and event.is_permanent:
        consent.record_bounce(subscription)


def _advance(row: Delivery | Letter, event: EspEvent) -> None:
    earlier = [*BEFORE, *AFTER_ACCEPTED[: AFTER_ACCEPTED.index(event.state)]]
    changes = {"answer": event.answer[:500]} if event.answer else {}
    if event.esp_message_id:
        changes["esp_message_id"] = event.esp_message_id[:255]
    type(row)._default_manager.filter(pk=row.pk, tries__gt=0, state__in=earlier).update(
        state=event.state,
        settled_at=Coalesce("settled_at", Now()),
        lease_until=None,
        next_attempt_at=None,
        # Whoever holds it now finds that it is not theirs any more.
        fence=F("fence") + 1,
        **changes,
    )


def accept_unknown(ref: uuid.UUID, answer: str) -> bool:
    """Somebody who can know says that the mail server took it. False: it is settled by now."""
    changed = 0
    for model in (Delivery, Letter):
        changed += model.objects.filter(pk=ref, state=State.UNKNOWN).update(
            state=State.ACCEPTED, answer=answer[:500], settled_at=Now()
        )
    return bool(changed)


# --- a person settles what no machine can know --------------------------------------------------


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    AGAIN = "again"


def settle_unknown(
    delivery: Delivery, verdict: Verdict, *, by: AbstractBaseUser, reason: str = ""
) -> Delivery:
    """Consider it accepted, or send it again under a new id. Raises ReleaseRefused when it is not
    of unknown outcome (any more), or when there is nobody and nothing to send it to."""
    with transaction.atomic():
        unknown = Delivery.objects.filter(pk=delivery.pk, state=State.UNKNOWN)
        if verdict == Verdict.ACCEPTED:
            won = unknown.update(state=State.ACCEPTED, settled_at=Now())
        else:
            won = unknown.update(
                state=State.SKIPPED, skip_reason=SkipReason.SENT_AGAIN, settled_at=Now()
            )
        if not won:
            raise ReleaseRefused(_("The outcome of this delivery is known by now."))
        settled = delivery if verdict == Verdict.ACCEPTED else _next_attempt(delivery)
        log_action(
            delivery,
            f"newsletter.settle_{verdict.value}",
            user=by,
            data={"reason": reason[:500], "announcement": delivery.announcement_id},
        )
    settled.refresh_from_db()
    return settled


def _next_attempt(delivery: Delivery) -> Delivery:
    announcement = Announcement.objects.select_for_update().get(pk=delivery.announcement_id)
    if delivery.subscription is None:
        raise ReleaseRefused(_("The person was erased."))
    if announcement.state == AnnouncementState.CANCELLED:
        raise ReleaseRefused(_("The announcement was cancelled."))
    Announcement.objects.filter(pk=announcement.pk, state=AnnouncementState.DONE).update(
        state=AnnouncementState.OPEN, finished_at=None
    )
    attempt = delivery.attempt + 1
    return Delivery.objects.create(
        id=audience.delivery_id(announcement, delivery.subscription, attempt),
        announcement=announcement,
        subscription=delivery.subscription,
        attempt=attempt,
    )


# --- the sums -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counts:
    """entitled = accepted + refused + skipped + unknown + to_do, for ever."""

    entitled: int
    # Delivered, bounced and complained were accepted first and are counted in it.
    accepted: int
    delivered: int
    bounced: int
    complained: int
    refused: int
    unknown: int
    to_do: int
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def closes(self) -> bool:
        ends = self.accepted + self.refused + self.unknown + self.to_do
        return self.entitled == ends + sum(self.skipped.values())


def delivery_counts(announcement: Announcement) -> Counts:
    rows = Delivery.objects.filter(announcement=announcement).exclude(
        # A person had it sent again: the later attempt is the one that counts.
        skip_reason=SkipReason.SENT_AGAIN
    )
    by_state: Counter[str] = Counter()
    skipped: dict[str, int] = {}
    for state, reason, count in (
        rows.order_by().values_list("state", "skip_reason").annotate(Count("pk"))
    ):
        by_state[state] += count
        if state == State.SKIPPED:
            skipped[reason] = count
    entitled = Announcement.objects.values_list("entitled", flat=True).get(pk=announcement.pk)
    return Counts(
        entitled=entitled,
        accepted=sum(by_state[state] for state in AFTER_ACCEPTED),
        delivered=by_state[State.DELIVERED],
        bounced=by_state[State.BOUNCED],
        complained=by_state[State.COMPLAINED],
        refused=by_state[State.REFUSED],
        unknown=by_state[State.UNKNOWN],
        to_do=sum(by_state[state] for state in [*WAITING, *LEASED]),
        skipped=skipped,
    )
