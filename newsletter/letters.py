"""Writes letters: any mail that is no announcement. Rows only; newsletter.announcing sends them."""

import uuid

from newsletter.models import Letter, LetterKind, Subscription

URGENT, NORMAL = 1, 5


def write_notice(
    *,
    key: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    locale: str = "pl",
    priority: int = NORMAL,
) -> Letter:
    """A notice to one member of staff. The same key twice is one letter.

    Called inside the request's transaction: rolled back with it, sent by a worker after it.
    """
    letter, _created = Letter.objects.get_or_create(
        key=key,
        defaults={
            "id": uuid.uuid4(),
            "kind": LetterKind.NOTICE,
            "to": to,
            "subject": " ".join(subject.split())[:255],
            "text": text,
            "html": html,
            "locale": locale,
            "priority": priority,
        },
    )
    return letter


def write_to_subscription(
    subscription: Subscription, kind: LetterKind, *, key: str, sign_up: uuid.UUID | None = None
) -> Letter:
    """A letter about the subscription itself. Its text and its link are made when it is sent."""
    letter, _created = Letter.objects.get_or_create(
        key=key,
        defaults={
            "id": uuid.uuid4(),
            "kind": kind,
            "subscription": subscription,
            "sign_up": sign_up,
            "locale": subscription.locale,
            "priority": URGENT,
        },
    )
    return letter
