"""What a sign-up form hands to newsletter.consent, and how many of them one mailbox may cause."""

import hashlib
import uuid
from dataclasses import dataclass
from enum import StrEnum

from django.utils import timezone

from newsletter import throttle
from newsletter.addresses import address_hash, budget_key
from newsletter.conf import conf

REPEATED_SECONDS = 600


class Method(StrEnum):
    FORM = "form"
    MAILED_LINK = "mailed-link"
    ONE_CLICK = "one-click"
    ESP = "esp"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class SignUp:
    """What arrived through a form, already checked. `address` is normalised."""

    address: str
    topics: frozenset[str]
    locale: str = "pl"
    method: str = Method.FORM
    # The page it came from, and the network of the visitor (/24 or /48), for the proof.
    form: str = ""
    network: str = ""
    # Fingerprint of the clause that was shown; empty means the current one.
    clause_shown: str = ""
    # The same submission twice within some minutes (a double click) is one sign-up; later somebody
    # asks again from a page that lay in a cache or an open tab. Empty: never the same.
    submission: str = ""

    @property
    def keys(self) -> tuple[str, str]:
        """Of the letter that answers it, and of one that would have answered it just before."""
        parts = [
            self.submission or uuid.uuid4().hex,
            address_hash(self.address),
            *sorted(self.topics),
        ]
        now = int(timezone.now().timestamp()) // REPEATED_SECONDS
        return _key(*parts, str(now)), _key(*parts, str(now - 1))


def _key(*parts: str) -> str:
    return "sign-up:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def may_mail(address: str) -> bool:
    """Take one mail from the budget of the mailbox behind a normalised address."""
    mailbox = budget_key(address)
    return throttle.take(
        f"day:{mailbox}", limit=conf.MAILS_PER_DAY, seconds=throttle.DAY
    ) and throttle.take(
        f"30-days:{mailbox}", limit=conf.MAILS_PER_30_DAYS, seconds=30 * throttle.DAY
    )
