"""Signed links, one salt per purpose: a token made for one act is worthless for another.

Old links outlive a rotated SECRET_KEY through SECRET_KEY_FALLBACKS (django.core.signing).
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from django.core import signing

from newsletter.conf import conf
from newsletter.errors import LinkExpired, LinkInvalid


class Purpose(StrEnum):
    CONFIRM = "newsletter.confirm"
    UNSUBSCRIBE = "newsletter.unsubscribe"
    # Mailed with every announcement; may only reduce.
    MANAGE = "newsletter.manage"
    # Mailed on request; may also add, and ends soon.
    FRESH = "newsletter.fresh"


@dataclass(frozen=True)
class Link:
    """Whom a link speaks for, and what it came from: a sign-up, or a delivery."""

    subject_ref: uuid.UUID
    origin: uuid.UUID | None = None


def make(purpose: Purpose, subject_ref: uuid.UUID, origin: uuid.UUID | None = None) -> str:
    value = [subject_ref.hex, origin.hex if origin else ""]
    return signing.dumps(value, salt=purpose, compress=False)


def read(purpose: Purpose, token: str) -> Link:
    """Raise LinkExpired, or LinkInvalid for anything else that `make` did not make."""
    try:
        subject, origin = signing.loads(token, salt=purpose, max_age=_max_age(purpose))
        return Link(uuid.UUID(subject), uuid.UUID(origin) if origin else None)
    except signing.SignatureExpired as expired:
        raise LinkExpired(purpose) from expired
    except (signing.BadSignature, ValueError, TypeError) as bad:
        raise LinkInvalid(purpose) from bad


def _max_age(purpose: Purpose) -> timedelta | None:
    if purpose is Purpose.CONFIRM:
        return timedelta(days=conf.CONFIRMATION_DAYS)
    if purpose is Purpose.FRESH:
        return timedelta(hours=conf.FRESH_LINK_HOURS)
    return None
