"""Subscriptions in every state, of people with names. Rows only: no letter, no consent event
(sign people up through newsletter.consent when the proof matters)."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from newsletter.addresses import address_hash
from newsletter.consent import SignUp, confirm, request_subscription
from newsletter.models import (
    Subscription,
    SubscriptionState,
    SubscriptionTopic,
    Suppression,
    SuppressionReason,
)
from newsletter.tokens import Link
from newsletter.topics import ALL

ANA = "ana.lis@wzorowice.example"
BARTEK = "bartek@szkola.wzorowice.example"
CELINA = "celina.nowak@powiat.example"
OFFICE = "sekretariat@sp1.example"


def make_subscription(
    address: str = "",
    *,
    state: SubscriptionState = SubscriptionState.CONFIRMED,
    topics: Iterable[str] = (ALL,),
    **fields: Any,
) -> Subscription:
    """Without an address every call is another person."""
    address = address or f"person-{uuid.uuid4().hex[:12]}@gmina.example"
    now = timezone.now()
    values = {
        "address": address,
        "address_hash": address_hash(address),
        "state": state,
        "requested_at": now - timedelta(days=2),
        "confirmed_at": None if state == SubscriptionState.PENDING else now - timedelta(days=1),
        "withdrawn_at": now if state == SubscriptionState.WITHDRAWN else None,
    }
    subscription = Subscription.objects.create(**values | fields)
    SubscriptionTopic.objects.bulk_create(
        SubscriptionTopic(subscription=subscription, topic=topic) for topic in topics
    )
    return subscription


def make_suppression(
    address: str, reason: SuppressionReason = SuppressionReason.COMPLAINT
) -> Suppression:
    return Suppression.objects.create(address_hash=address_hash(address), reason=reason)


def sign_up(address: str = ANA, *, topics: Iterable[str] = (ALL,), **fields: Any) -> None:
    """As the form does it: with a consent event and a letter."""
    request_subscription(SignUp(address=address, topics=frozenset(topics), **fields))


def subscription_of(address: str = ANA) -> Subscription:
    return Subscription.objects.get(address_hash=address_hash(address))


def confirmation_link(address: str = ANA) -> Link:
    subscription = subscription_of(address)
    return Link(subscription.ref, subscription.sign_up)


def subscribe(address: str = ANA, *, topics: Iterable[str] = (ALL,), **fields: Any) -> Subscription:
    """Signed up and confirmed, with the whole proof."""
    sign_up(address, topics=topics, **fields)
    return confirm(confirmation_link(address))
