"""Every setting of the newsletter, once, with its default and why.

`conf.LEASE_SECONDS` is `settings.NEWSLETTER_LEASE_SECONDS` where the site sets it, else the
default below.
"""

from pathlib import Path
from typing import Any

from django.conf import settings


class Conf:
    # Where the public site lives; every link in a mail begins with it. No trailing slash.
    BASE_URL: str = "http://127.0.0.1:8000"
    # The e-mail back end that puts mail on the wire. Django's EMAIL_BACKEND may be another one
    # (this site's turns notices into letters), so the newsletter has its own.
    EMAIL_BACKEND: str = "newsletter.esp.SMTPBackend"
    # Aligned with the domain that signs with DKIM; empty means DEFAULT_FROM_EMAIL.
    FROM_EMAIL: str = ""
    # Domain of Message-ID and List-Id; empty means the domain of the From address.
    LIST_DOMAIN: str = ""
    # A mailto: unsubscribe needs somebody who reads that mailbox: only offered when set.
    UNSUBSCRIBE_MAILBOX: str = ""
    # Feedback-ID header for the complaint loops of mailbox providers; empty means no header.
    FEEDBACK_ID: str = ""
    # How long a published story waits before its mailing opens. Stories published within one
    # window become one letter, and an editor can still take them back.
    UNDO_WINDOW_SECONDS: int = 600
    # True: every announcement waits (HELD) until a person releases it.
    HOLD_ANNOUNCEMENTS: bool = False
    # A lease must outlive connecting plus EMAIL_TIMEOUT, or a slow send looks like a dead worker.
    LEASE_SECONDS: int = 180
    # Rows a worker leases at once.
    BATCH: int = 50
    # Attempts at a delivery that the mail server defers, before it ends as refused.
    MAX_TRIES: int = 8
    # First wait after a deferral; it doubles with every further one, up to a day.
    RETRY_SECONDS: int = 300
    # A sign-up that nobody confirms is deleted after this many days, and its link ends then.
    CONFIRMATION_DAYS: int = 7
    # A withdrawn subscription is deleted after this many days; the proof of consent stays.
    WITHDRAWN_DAYS: int = 30
    # Address and network leave the proof of consent this many days after the subscription ended:
    # six years, as long as claims can be raised (art. 118 of the Polish Civil Code).
    CONSENT_EVIDENCE_DAYS: int = 2192
    # Letters that were sent or given up are deleted after this many days.
    LETTER_DAYS: int = 90
    # A link that may add topics is mailed afresh and ends after this many hours.
    FRESH_LINK_HOURS: int = 24
    # Confirmation mails to one address: subscription bombing needs more than this.
    MAILS_PER_DAY: int = 1
    MAILS_PER_30_DAYS: int = 3
    # Sign-up attempts from one network (/24 or /48) in an hour.
    SIGN_UPS_PER_NETWORK_PER_HOUR: int = 30
    # A form that comes back faster than this was not filled in by a person.
    SIGN_UP_MIN_SECONDS: int = 2
    # Proxies of ours in front of the site that append to X-Forwarded-For. 0: the header is
    # ignored, and everybody behind a proxy counts as one network.
    TRUSTED_PROXIES: int = 0
    # Key of the suppression list. Its own key: rotating SECRET_KEY must not forget who asked
    # never to be written to.
    SUPPRESSION_KEY: str = ""
    # Dotted path of a callable () -> list[newsletter.topics.TopicGroup].
    TOPICS: str = "newsletter.topics.only_all"
    # Where the send journal is kept: a directory outside the database, shared by all processes that
    # send or take withdrawals. Relative to BASE_DIR of the site. "off": a restored database sends
    # again what it does not know it sent.
    JOURNAL_DIR: str = "newsletter-journal"
    # A file of the journal is kept for so long: longer than the oldest backup.
    JOURNAL_DAYS: int = 400
    # A process starts a new file beyond this size, and every day.
    JOURNAL_MAX_BYTES: int = 16 * 1024 * 1024
    # Who is the controller of the data (RODO art. 13): shown in the clause.
    CONTROLLER_NAME: str = ""
    CONTROLLER_ADDRESS: str = ""
    CONTROLLER_EMAIL: str = ""
    DPO_EMAIL: str = ""
    # No worker gave a sign of life for so long: health, metrics and the admin say so.
    WORKER_LATE_SECONDS: int = 120
    # Mail that is due and waits longer than this is a problem that somebody should look at.
    QUEUE_LATE_SECONDS: int = 3600
    # ESPs whose webhooks are taken, comma-separated; empty: the one of EMAIL_BACKEND, if it is an
    # anymail back end. Two of them while a site moves from one to the other.
    WEBHOOK_ESPS: str = ""
    WEBHOOK_MAX_BYTES: int = 1_000_000
    WEBHOOK_MAX_EVENTS: int = 1_000
    # How far the time that an ESP signed may be from our clock.
    WEBHOOK_TOLERANCE_SECONDS: int = 300
    # An event older than this is not heard any more, and what was seen is forgotten a day later: so
    # nothing can be told twice.
    WEBHOOK_EVENT_DAYS: int = 30
    # HTML above this many encoded bytes is clipped by Gmail, footer included: refused at release.
    MAX_HTML_BYTES: int = 90_000

    def __getattribute__(self, name: str) -> Any:
        default = super().__getattribute__(name)
        return getattr(settings, f"NEWSLETTER_{name}", default)


DEFAULTS: dict[str, Any] = {name: value for name, value in vars(Conf).items() if name.isupper()}
conf = Conf()


# What of ANYMAIL an ESP that signs its webhooks needs, so that anymail looks at the signature.
ESP_SIGNING_KEYS = {
    "mailersend": ("MAILERSEND_SIGNING_SECRET",),
    "mailgun": ("MAILGUN_WEBHOOK_SIGNING_KEY",),
    "mailtrap": ("MAILTRAP_SIGNING_SECRET",),
    "mandrill": ("MANDRILL_WEBHOOK_KEY",),
    "postal": ("POSTAL_WEBHOOK_KEY",),
    "resend": ("RESEND_SIGNING_SECRET",),
    "sendgrid": ("SENDGRID_TRACKING_WEBHOOK_VERIFICATION_KEY",),
    "unisender_go": ("UNISENDER_GO_API_KEY",),
}


def listened_esps() -> frozenset[str]:
    named = {name.strip() for name in conf.WEBHOOK_ESPS.split(",") if name.strip()}
    backend = conf.EMAIL_BACKEND.split(".")
    own = {backend[2]} if backend[:2] == ["anymail", "backends"] and len(backend) > 2 else set()
    return frozenset(named or own)


def missing_webhook_settings(esp: str) -> list[str]:
    """Without its secret and its signature anybody could tell us that mail bounced."""
    needed = ["WEBHOOK_SECRET", *ESP_SIGNING_KEYS.get(esp, ())]
    given: dict[str, Any] = getattr(settings, "ANYMAIL", {})
    # anymail reads both spellings.
    return [
        f"ANYMAIL_{name}"
        for name in needed
        if not (given.get(name) or getattr(settings, f"ANYMAIL_{name}", None))
    ]


def journal_directory() -> Path | None:
    """None: the site said that it keeps no journal."""
    if conf.JOURNAL_DIR == "off":
        return None
    # Django's project template defines it; without it the working directory has to do.
    return Path(getattr(settings, "BASE_DIR", "")) / conf.JOURNAL_DIR
