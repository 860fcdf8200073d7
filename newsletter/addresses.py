"""Addresses: the one place where what somebody typed becomes an address, and its keyed hashes."""

import hashlib
import hmac
import unicodedata

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _
from email_validator import EmailNotValidError, validate_email

from newsletter.conf import conf
from newsletter.errors import AddressInvalid

MAX_LENGTH = 254  # RFC 5321 4.5.3.1.3: a path of 256 octets with its angle brackets.


def normalise(raw: str) -> str:
    """The address as it is stored and written to: trimmed, NFC, its domain in IDNA ASCII.

    Raise AddressInvalid with a message for the person who typed it.
    """
    # Before trimming: a line break at the end is an attempt at a second header, not white space.
    if any(unicodedata.category(character) in {"Cc", "Zl", "Zp"} for character in raw):
        raise AddressInvalid(_("The e-mail address contains characters that are not allowed."))
    typed = unicodedata.normalize("NFC", raw.strip())
    if not typed:
        raise AddressInvalid(_("Enter your e-mail address."))
    if len(typed) > MAX_LENGTH:
        raise AddressInvalid(_("The e-mail address is too long (at most 254 characters)."))
    try:
        # ASCII before the @: mail servers without SMTPUTF8 would write to somebody else.
        parsed = validate_email(
            typed, check_deliverability=False, allow_smtputf8=False, strict=True
        )
    except EmailNotValidError as invalid:
        raise AddressInvalid(
            _("This is not a valid e-mail address. Example: office@school.example.")
        ) from invalid
    address = parsed.ascii_email
    if address is None or len(address) > MAX_LENGTH:
        raise AddressInvalid(_("The e-mail address is too long (at most 254 characters)."))
    return address


def address_hash(address: str) -> str:
    """Identifies a normalised address where the address itself may not be kept."""
    return _keyed_hash(f"address:{address.casefold()}")


def budget_key(address: str) -> str:
    """Identifies the mailbox behind a normalised address. For throttling only: two people may
    share it, so it must never decide whose subscription something is."""
    local, _at, domain = address.casefold().rpartition("@")
    mailbox = local.partition("+")[0].replace(".", "")
    return _keyed_hash(f"budget:{mailbox}@{domain}")


def _keyed_hash(value: str) -> str:
    if not conf.SUPPRESSION_KEY:
        raise ImproperlyConfigured("Set NEWSLETTER_SUPPRESSION_KEY.")
    return hmac.new(conf.SUPPRESSION_KEY.encode(), value.encode(), hashlib.sha256).hexdigest()
