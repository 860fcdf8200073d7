"""Inbound: what the ESP reports through anymail's webhooks, brought into our words.

anymail has checked the webhook's secret before its signal is sent. Which events mean what is the
table below; everything else (opened, clicked, delayed) is none of our business.
"""

import uuid
from typing import Any

from anymail.signals import AnymailTrackingEvent, EventType, RejectReason, tracking
from django.dispatch import receiver

from newsletter.esp import redact
from newsletter.models import DeliveryState
from newsletter.outcomes import EspEvent, record_event

STATE_OF = {
    EventType.QUEUED: DeliveryState.ACCEPTED,
    EventType.SENT: DeliveryState.ACCEPTED,
    EventType.DELIVERED: DeliveryState.DELIVERED,
    EventType.BOUNCED: DeliveryState.BOUNCED,
    # The ESP took it from us and then would not pass it on.
    EventType.REJECTED: DeliveryState.BOUNCED,
    EventType.FAILED: DeliveryState.BOUNCED,
    EventType.COMPLAINED: DeliveryState.COMPLAINED,
}
# anymail reports a temporary failure as DEFERRED; a bounce for any other reason (spam filter,
# policy, the ESP's own list) says nothing about whether the address exists.
PERMANENT = {RejectReason.BOUNCED, RejectReason.INVALID}


@receiver(tracking)
def on_tracking(event: AnymailTrackingEvent, **_kwargs: Any) -> None:
    if event.event_type in STATE_OF:
        record_event(_in_our_words(event))


def _in_our_words(event: AnymailTrackingEvent) -> EspEvent:
    return EspEvent(
        state=STATE_OF[event.event_type],
        address=event.recipient or "",
        ref=_ref((event.metadata or {}).get("delivery")),
        esp_message_id=event.message_id or "",
        is_permanent=event.reject_reason in PERMANENT,
        answer=redact(event.mta_response or event.description or ""),
    )


def _ref(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
