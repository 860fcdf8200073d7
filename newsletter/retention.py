"""What the newsletter may not keep for ever (RODO art. 5(1)(e)), one rule each.

Every rule takes the most it may handle at once and returns how many it did, so that a long
backlog is many short transactions. docs/retention.md gives the reason for each.
"""

from collections.abc import Callable
from datetime import timedelta

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone

from newsletter import chain, consent
from newsletter.conf import conf
from newsletter.models import (
    LEASED,
    WAITING,
    ConsentEvent,
    ConsentEventType,
    Letter,
    SeenWebhook,
    Subscription,
)

LEFT = (ConsentEventType.WITHDRAWN, ConsentEventType.COMPLAINED, ConsentEventType.BOUNCED)


def retire_proofs(limit: int) -> int:
    """Take address and network out of the proof of people who left years ago."""
    ended = timezone.now() - timedelta(days=conf.CONSENT_EVIDENCE_DAYS)
    here = Subscription.objects.filter(ref=OuterRef("subject_ref"))
    # Nobody can come back under this reference: a new sign-up gets a new one.
    left = ConsentEvent.objects.filter(~Exists(here), type__in=LEFT).exclude(address_salt="")
    later = ConsentEvent.objects.filter(subject_ref=OuterRef("subject_ref"), at__gt=ended)
    due = left.filter(~Exists(later), at__lte=ended).order_by("subject_ref")
    people = list(due.values_list("subject_ref").annotate(Max("locale"))[:limit])
    for ref, locale in people:
        chain.retire(ref, locale=locale)
    return len(people)


def forget_letters(limit: int) -> int:
    """Delete letters nobody will send any more. Those without an end count from their start."""
    old = timezone.now() - timedelta(days=conf.LETTER_DAYS)
    over = Letter.objects.filter(created_at__lte=old).exclude(state__in=[*WAITING, *LEASED])
    keys = list(over.order_by().values_list("pk", flat=True)[:limit])
    Letter.objects.filter(pk__in=keys).delete()
    return len(keys)


def forget_webhooks(limit: int) -> int:
    """A day later than events become too old to be heard."""
    old = timezone.now() - timedelta(days=conf.WEBHOOK_EVENT_DAYS + 1)
    seen = SeenWebhook.objects.filter(seen_at__lte=old)
    digests = list(seen.values_list("digest", flat=True)[:limit])
    SeenWebhook.objects.filter(digest__in=digests).delete()
    return len(digests)


RULES: dict[str, Callable[[int], int]] = {
    "withdrawn_subscriptions": consent.forget_withdrawn,
    "consent_evidence": retire_proofs,
    "letters": forget_letters,
    "seen_webhooks": forget_webhooks,
}
