"""Inbound: what the ESP reports through anymail's webhooks, brought into our words.

    the ESP is ours -> size -> secret and signature (anymail) -> fresh -> first time -> events

anymail's Mailgun signature covers a time and a token and not the body, and nothing there looks at
the clock or remembers a token: that is done here, for every ESP. Which events mean what is the
table below; everything else (opened, clicked, delayed) is none of our business.
"""

import hashlib
import json
import logging
import uuid
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType, RejectReason
from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.conf import conf, listened_esps, missing_webhook_settings
from newsletter.esp import redact
from newsletter.models import DeliveryState, SeenWebhook
from newsletter.outcomes import EspEvent, record_event

log = logging.getLogger("newsletter")

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
# How anymail's views fail on a body that is not what the ESP sends.
MALFORMED = (
    *(ArithmeticError, AttributeError, LookupError, OSError),
    *(RecursionError, TypeError, ValueError),
)


class WebhookRefused(Exception):
    """Answered with `status`; nothing was changed. `reason` is an event word for the log."""

    def __init__(self, reason: str, status: int = 400) -> None:
        super().__init__(reason)
        self.reason = reason
        self.status = status


@csrf_exempt
@require_http_methods(["HEAD", "POST"])
def receive(request: HttpRequest, esp: str) -> HttpResponse:
    """The door: 200 for what was taken and for what was taken before, else 4xx."""
    if esp not in listened_esps():
        raise Http404
    if request.method == "HEAD":  # Some ESPs look whether the address answers.
        return HttpResponse()
    try:
        events = _proven_events(request, esp)
        # One transaction: a webhook whose events could not be recorded was not seen.
        with transaction.atomic():
            if _is_first_time(_mark_of_request(request, esp)):
                _record(events, esp)
    except WebhookRefused as refused:
        log.warning(f"esp.webhook_{refused.reason}", extra={"esp": esp})
        return HttpResponse(status=refused.status)
    return HttpResponse()


def _proven_events(request: HttpRequest, esp: str) -> list[AnymailTrackingEvent]:
    _check_size(request)
    _check_is_configured(esp)
    view = resolve(f"/{esp}/tracking/", "anymail.urls").func.view_class()  # type: ignore[attr-defined]
    try:
        view.run_validators(request)
        _check_is_fresh(request, esp)
        events: list[AnymailTrackingEvent] = list(view.parse_events(request))
    except AnymailWebhookValidationFailure as failure:
        raise WebhookRefused("forged") from failure
    except MALFORMED as error:
        raise WebhookRefused("malformed") from error
    if len(events) > conf.WEBHOOK_MAX_EVENTS:
        raise WebhookRefused("too_many_events", 413)
    return events


def _check_size(request: HttpRequest) -> None:
    try:
        if len(request.body) > conf.WEBHOOK_MAX_BYTES:
            raise WebhookRefused("too_large", 413)
    except RequestDataTooBig as error:
        raise WebhookRefused("too_large", 413) from error


def _check_is_configured(esp: str) -> None:
    """System checks say it at start; a site that started all the same takes no webhook."""
    if missing_webhook_settings(esp):
        raise WebhookRefused("not_configured", 403)


def _mailgun_time(request: HttpRequest) -> str:
    return str(_mailgun_signature(request)["timestamp"])


def _sendgrid_time(request: HttpRequest) -> str:
    return request.headers["X-Twilio-Email-Event-Webhook-Timestamp"]


def _mailgun_signature(request: HttpRequest) -> dict[str, Any]:
    if request.content_type != "application/json":
        return request.POST.dict()
    signature: dict[str, Any] = json.loads(request.body)["signature"]
    return signature


# ESPs that sign a time. Resend's is checked by its own library.
SIGNED_TIME: dict[str, Callable[[HttpRequest], str]] = {
    "mailgun": _mailgun_time,
    "sendgrid": _sendgrid_time,
}


def _check_is_fresh(request: HttpRequest, esp: str) -> None:
    if esp in SIGNED_TIME:
        age = timezone.now().timestamp() - int(SIGNED_TIME[esp](request))
        if abs(age) > conf.WEBHOOK_TOLERANCE_SECONDS:
            # 406 tells Mailgun not to try again; others come back with a new signature.
            raise WebhookRefused("stale", 406)


def _mark_of_request(request: HttpRequest, esp: str) -> str:
    """What must be different in every genuine request."""
    if esp == "mailgun":
        # Its token, and not the body: the signature holds for any body.
        return _digest(esp, str(_mailgun_signature(request)["token"]))
    signed = SIGNED_TIME[esp](request) if esp in SIGNED_TIME else ""
    return _digest(esp, signed, request.body.decode(errors="replace"))


def _is_first_time(mark: str) -> bool:
    try:
        with transaction.atomic():
            SeenWebhook.objects.create(digest=mark)
    except IntegrityError:
        log.info("esp.webhook_again")
        return False
    return True


def _record(events: list[AnymailTrackingEvent], esp: str) -> None:
    ours = {_mark_of_event(event, esp): event for event in events if _concerns_us(event)}
    known = SeenWebhook.objects.filter(digest__in=ours).values_list("digest", flat=True)
    new = {mark: event for mark, event in ours.items() if mark not in set(known)}
    for event in new.values():
        record_event(_in_our_words(event))
    SeenWebhook.objects.bulk_create(
        [SeenWebhook(digest=mark) for mark in new], ignore_conflicts=True
    )


def _concerns_us(event: AnymailTrackingEvent) -> bool:
    if event.event_type not in STATE_OF:
        return False
    # Marks are forgotten after a while; what is older than they are could be told twice.
    at = event.timestamp
    if at is None:
        return True
    if timezone.is_naive(at):
        at = at.replace(tzinfo=UTC)
    return timezone.now() - at < timedelta(days=conf.WEBHOOK_EVENT_DAYS)


def _mark_of_event(event: AnymailTrackingEvent, esp: str) -> str:
    # For Mailgun anymail gives the token of the request, another one when it is told again.
    if event.event_id and esp != "mailgun":
        return _digest(esp, event.event_type, str(event.event_id))
    at = event.timestamp.isoformat() if event.timestamp else ""
    told = [event.event_type, event.message_id, event.recipient, at]
    return _digest(esp, *map(str, told))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _in_our_words(event: AnymailTrackingEvent) -> EspEvent:
    metadata = event.metadata if isinstance(event.metadata, dict) else {}
    return EspEvent(
        state=STATE_OF[event.event_type],
        address=_text(event.recipient),
        ref=_ref(metadata.get("delivery")),
        esp_message_id=_text(event.message_id),
        is_permanent=event.reject_reason in PERMANENT,
        answer=redact(_text(event.mta_response or event.description)),
    )


def _text(value: Any) -> str:
    # Signed, and still anything: a NUL would be an error of the database.
    return str(value or "").replace("\0", "")


def _ref(value: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        return None
