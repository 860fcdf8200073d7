"""What people agreed to. The only writer of consent: subscriptions and their topics, consent
events, suppressions, and which clause was shown.

Every act locks the subscription first and the chain second, in one transaction, and may be
repeated: a second call finds nothing left to do. It never sends and never renders; it writes a
letter's row at most.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from newsletter import chain, journal
from newsletter.addresses import address_hash
from newsletter.chain import ChainReport, Entry, export_events, is_recorded, verify_chain
from newsletter.clauses import (
    approve_clause,
    current_clause,
    new_clause_version,
    stored_clause,
)
from newsletter.conf import conf
from newsletter.errors import ClauseChanged, LinkInvalid, NotMailable, TopicsRefused
from newsletter.letters import write_to_subscription
from newsletter.models import (
    Clause,
    ConsentEvent,
    ConsentEventType,
    Letter,
    LetterKind,
    Subscription,
    SubscriptionState,
    SubscriptionTopic,
    Suppression,
    SuppressionReason,
)
from newsletter.models.subscription import SubscriptionQuerySet
from newsletter.sign_ups import Method, SignUp, may_mail
from newsletter.tokens import Link
from newsletter.topics import ALL

# Its parts that callers reach through here.
__all__ = [
    "ChainReport",
    "Method",
    "SignUp",
    "approve_clause",
    "current_clause",
    "export_events",
    "is_recorded",
    "new_clause_version",
    "verify_chain",
]


@dataclass(frozen=True)
class How:
    """By which means something was asked for, where, and from which network."""

    method: str
    form: str = ""
    network: str = ""


# Signing up ------------------------------------------------------------------------------------


@transaction.atomic
def request_subscription(sign_up: SignUp) -> None:
    """Ask for a subscription. The caller sees the same outcome whatever the address is.

    When the mail budget of the mailbox is used up nothing changes at all, so that an earlier
    confirmation link keeps working. Raises ClauseChanged, and TopicsRefused without a topic.
    """
    if not sign_up.topics:
        raise TopicsRefused("A sign-up needs a topic.")
    clause = _shown_clause(sign_up)
    keys = sign_up.keys
    answers = Letter.objects.filter(key__in=keys)
    if answers.exists() or not may_mail(sign_up.address):
        return
    subscription = _locked_or_created(sign_up)
    if answers.exists():
        return  # The other half of a double click won while we waited for the lock.
    if Subscription.objects.mailable().filter(pk=subscription.pk).exists():
        write_to_subscription(subscription, LetterKind.ALREADY_SUBSCRIBED, key=keys[0])
        return
    _begin(subscription, sign_up, clause)
    write_to_subscription(
        subscription, LetterKind.CONFIRMATION, key=keys[0], sign_up=subscription.sign_up
    )


def _shown_clause(sign_up: SignUp) -> Clause:
    """The clause this person read, fixed for ever from now on."""
    clause = Clause.objects.select_for_update().get(pk=stored_clause(sign_up.locale).pk)
    if sign_up.clause_shown and sign_up.clause_shown != clause.fingerprint:
        raise ClauseChanged(str(clause))
    Clause.objects.filter(pk=clause.pk, first_shown_at__isnull=True).update(
        first_shown_at=timezone.now()
    )
    return clause


def _locked_or_created(sign_up: SignUp) -> Subscription:
    subscription, _created = Subscription.objects.select_for_update().get_or_create(
        address_hash=address_hash(sign_up.address),
        defaults={
            "address": sign_up.address,
            "locale": sign_up.locale,
            "requested_at": timezone.now(),
        },
    )
    return subscription


def _begin(subscription: Subscription, sign_up: SignUp, clause: Clause) -> None:
    # confirmed_at and withdrawn_at stay: they say that this person was subscribed before.
    subscription.address = sign_up.address
    subscription.locale = sign_up.locale
    subscription.state = SubscriptionState.PENDING
    subscription.sign_up = uuid.uuid4()
    subscription.requested_at = timezone.now()
    subscription.save(update_fields=["address", "locale", "state", "sign_up", "requested_at"])
    _replace_topics(subscription, sign_up.topics)
    _record(
        subscription,
        ConsentEventType.REQUESTED,
        How(sign_up.method, sign_up.form, sign_up.network),
        clause_version=clause.version,
        wording=clause.wording,
    )


def pending_sign_up(link: Link) -> Subscription:
    """What a confirmation link would confirm, or has confirmed. Changes nothing.

    Raises LinkInvalid for a link of an older sign-up, and after a withdrawal.
    """
    return _sign_up_of(link, Subscription.objects.all())


@transaction.atomic
def confirm(link: Link, *, form: str = "", network: str = "") -> Subscription:
    """The second half of the double opt-in; the only thing that lifts a suppression.

    The same link twice is one confirmation. Raises LinkInvalid as `pending_sign_up` does.
    """
    subscription = _sign_up_of(link, Subscription.objects.select_for_update())
    if subscription.state == SubscriptionState.CONFIRMED:
        return subscription
    subscription.state = SubscriptionState.CONFIRMED
    subscription.confirmed_at = timezone.now()
    subscription.withdrawn_at = None
    subscription.save(update_fields=["state", "confirmed_at", "withdrawn_at"])
    if Suppression.objects.filter(address_hash=subscription.address_hash).delete()[0]:
        journal.lifted(subscription.address_hash)
    _record(
        subscription,
        ConsentEventType.CONFIRMED,
        How(Method.MAILED_LINK, form, network),
        clause_version=_requested_clause_version(subscription),
    )
    return subscription


def _sign_up_of(link: Link, subscriptions: SubscriptionQuerySet) -> Subscription:
    subscription = subscriptions.filter(ref=link.subject_ref).first()
    if (
        subscription is None
        or subscription.sign_up != link.origin
        or subscription.state == SubscriptionState.WITHDRAWN
    ):
        raise LinkInvalid("This sign-up was replaced, withdrawn or erased.")
    return subscription


def _requested_clause_version(subscription: Subscription) -> int | None:
    requests = ConsentEvent.objects.filter(
        subject_ref=subscription.ref, type=ConsentEventType.REQUESTED
    )
    return requests.order_by("-sequence").values_list("clause_version", flat=True).first()


# Changing and leaving --------------------------------------------------------------------------


def chosen_topics(subscription: Subscription) -> frozenset[str]:
    return frozenset(subscription.topics.values_list("topic", flat=True))


def is_narrower(topics: Collection[str], *, than: Collection[str]) -> bool:
    """Nothing would be sent that is not sent now."""
    return ALL in than or set(topics) <= set(than)


@transaction.atomic
def change_topics(
    subscription: Subscription,
    topics: Collection[str],
    *,
    method: str,
    form: str = "",
    network: str = "",
) -> None:
    """Replace the topics. Raises TopicsRefused for none at all, NotMailable when not confirmed."""
    locked = _locked(subscription)
    if locked is None or locked.state != SubscriptionState.CONFIRMED:
        raise NotMailable(str(subscription))
    if not topics:
        raise TopicsRefused("A subscription needs a topic; withdraw it instead.")
    if set(topics) != chosen_topics(locked):
        _replace_topics(locked, topics)
        _record(locked, ConsentEventType.TOPICS_CHANGED, How(method, form, network))


@transaction.atomic
def reduce_topics(
    subscription: Subscription,
    topics: Collection[str],
    *,
    method: str,
    form: str = "",
    network: str = "",
) -> None:
    """As change_topics, but raises TopicsRefused when something would be added."""
    locked = _locked(subscription)
    if locked and not is_narrower(topics, than=chosen_topics(locked)):
        raise TopicsRefused("This link may only take topics away.")
    change_topics(subscription, topics, method=method, form=form, network=network)


@transaction.atomic
def request_fresh_link(subscription: Subscription) -> None:
    """Mail a link that may add topics: one a day, to a confirmed subscription only."""
    if Subscription.objects.mailable().filter(pk=subscription.pk).exists():
        write_to_subscription(
            subscription,
            LetterKind.FRESH_LINK,
            key=f"fresh-link:{subscription.ref.hex}:{timezone.localdate()}",
        )


@transaction.atomic
def withdraw(subscription: Subscription, *, method: str, form: str = "", network: str = "") -> None:
    """Ends it at once, whatever state it is in. Safe to repeat."""
    locked = _locked(subscription)
    if locked and locked.state != SubscriptionState.WITHDRAWN:
        _end(locked)
        _record(locked, ConsentEventType.WITHDRAWN, How(method, form, network))


@transaction.atomic
def erase(subscription: Subscription, *, method: str, form: str = "") -> None:
    """RODO art. 17: the row goes, the proof stays without address and network, and a keyed hash
    keeps this address from being written to. Safe to repeat."""
    locked = _locked(subscription)
    if locked is None:
        return
    _record(locked, ConsentEventType.ERASED, How(method, form))
    chain.redact(locked.ref)
    _suppress(locked.address_hash, SuppressionReason.ERASED)
    locked.delete()


def record_complaint(subscription: Subscription) -> None:
    """The person reported our mail as spam: never again, until they sign up anew."""
    _stop(subscription, SuppressionReason.COMPLAINT, ConsentEventType.COMPLAINED)


def record_bounce(subscription: Subscription) -> None:
    """The address does not exist (a permanent bounce; temporary ones are no reason)."""
    _stop(subscription, SuppressionReason.BOUNCE, ConsentEventType.BOUNCED)


@transaction.atomic
def suppress_address(address: str, *, by: AbstractBaseUser) -> None:
    """Staff blocks a normalised address. Only that person can lift it, by signing up anew."""
    hashed = address_hash(address)
    # The lock comes first here too: a complaint that arrives now takes it before it suppresses.
    subscriptions = Subscription.objects.select_for_update().filter(address_hash=hashed)
    subscription = subscriptions.first()
    _suppress(hashed, SuppressionReason.STAFF)
    if subscription:
        withdraw(subscription, method=Method.STAFF, form=f"user:{by.pk}")


@transaction.atomic
def suppress_hash(hashed: str, reason: SuppressionReason) -> bool:
    """Put back a suppression that a restored database forgot. False: it is there."""
    return _suppress(hashed, reason)


def expire_unconfirmed() -> int:
    """Delete sign-ups that nobody confirmed in time. Returns how many ended.

    Somebody who was subscribed before goes back to withdrawn instead: a stranger who types in
    their address must not be able to take the address out of the proof of their consent.
    """
    due = Subscription.objects.filter(
        state=SubscriptionState.PENDING,
        requested_at__lt=timezone.now() - timedelta(days=conf.CONFIRMATION_DAYS),
    )
    ended = 0
    while batch := list(due.values_list("pk", flat=True)[:500]):
        ended += sum(_expire(due, pk) for pk in batch)
    return ended


@transaction.atomic
def _expire(due: SubscriptionQuerySet, pk: int) -> bool:
    subscription = due.select_for_update().filter(pk=pk).first()
    if subscription is None:
        return False
    _record(subscription, ConsentEventType.EXPIRED, How(Method.SYSTEM))
    if subscription.confirmed_at:
        _end(subscription)
    else:
        chain.redact(subscription.ref)
        subscription.delete()
    return True


@transaction.atomic
def forget_withdrawn(limit: int) -> int:
    """Delete subscriptions that ended long ago; what was agreed to stays in the proof."""
    ended = timezone.now() - timedelta(days=conf.WITHDRAWN_DAYS)
    due = Subscription.objects.filter(state=SubscriptionState.WITHDRAWN, withdrawn_at__lte=ended)
    keys = list(due.order_by().values_list("pk", flat=True).select_for_update()[:limit])
    Subscription.objects.filter(pk__in=keys).delete()
    return len(keys)


@transaction.atomic
def _stop(subscription: Subscription, reason: SuppressionReason, type: ConsentEventType) -> None:
    locked = _locked(subscription)
    if locked is None:
        return
    is_new = _suppress(locked.address_hash, reason)
    if is_new or locked.state != SubscriptionState.WITHDRAWN:
        _end(locked)
        _record(locked, type, How(Method.ESP))


def _locked(subscription: Subscription) -> Subscription | None:
    return Subscription.objects.select_for_update().filter(pk=subscription.pk).first()


def _end(subscription: Subscription) -> None:
    subscription.state = SubscriptionState.WITHDRAWN
    subscription.withdrawn_at = subscription.withdrawn_at or timezone.now()
    subscription.save(update_fields=["state", "withdrawn_at"])


def _suppress(hashed: str, reason: SuppressionReason) -> bool:
    _row, is_new = Suppression.objects.get_or_create(
        address_hash=hashed, defaults={"reason": reason}
    )
    if is_new:
        journal.suppressed(hashed, reason)
    return is_new


def _replace_topics(subscription: Subscription, topics: Iterable[str]) -> None:
    subscription.topics.all().delete()
    SubscriptionTopic.objects.bulk_create(
        SubscriptionTopic(subscription=subscription, topic=topic) for topic in sorted(set(topics))
    )


def _record(
    subscription: Subscription,
    type: ConsentEventType,
    how: How,
    *,
    clause_version: int | None = None,
    wording: str = "",
) -> None:
    event = chain.append(
        Entry(
            type=type,
            subject_ref=subscription.ref,
            locale=subscription.locale,
            method=how.method,
            form=how.form,
            network=how.network,
            topics=chosen_topics(subscription),
            address=subscription.address,
            clause_version=clause_version,
            wording=wording,
        )
    )
    journal.consent(event)
