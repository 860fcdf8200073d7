"""The record of consent as a hash chain: appending, redacting, verifying, exporting.

Only newsletter.consent appends and redacts. Each event's hash covers all its fields and the hash
before it; address and network only as salted digests, so that they can be erased (RODO art. 17)
while the chain stays whole. Whoever may write to the database and knows this file can forge a
whole new chain: note the head of it (`newsletter_consent verify` prints it) somewhere else.
"""

import hashlib
import json
import secrets
import uuid
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from newsletter.models import ConsentChain, ConsentEvent, ConsentEventType

HEAD = 1  # Primary key of the only ConsentChain row.
GENESIS = "0" * 64
CHUNK = 500
# After one of these a person's events may be without address and network.
ENDINGS = (ConsentEventType.ERASED, ConsentEventType.EXPIRED, ConsentEventType.RETIRED)


@dataclass(frozen=True, kw_only=True)
class Entry:
    type: ConsentEventType
    subject_ref: uuid.UUID
    locale: str
    method: str
    topics: Collection[str] = ()
    clause_version: int | None = None
    wording: str = ""
    form: str = ""
    address: str = ""
    network: str = ""


@dataclass(frozen=True)
class ChainReport:
    length: int
    last_hash: str
    # Number of the first event that is not as it was written, and what is wrong with it.
    broken_at: int | None = None
    reason: str = ""

    @property
    def is_whole(self) -> bool:
        return self.broken_at is None


@transaction.atomic
def append(entry: Entry) -> ConsentEvent:
    head = _lengthened_head()
    event = ConsentEvent(
        sequence=head.length,
        type=entry.type,
        at=timezone.now(),
        subject_ref=entry.subject_ref,
        topics=sorted(entry.topics),
        clause_version=entry.clause_version,
        wording=entry.wording,
        locale=entry.locale,
        method=entry.method,
        form=entry.form[:200],
        address=entry.address,
        address_salt=secrets.token_hex(16),
        network=entry.network,
        network_salt=secrets.token_hex(16),
        previous_hash=head.last_hash,
    )
    event.address_digest = _salted(event.address_salt, event.address)
    event.network_digest = _salted(event.network_salt, event.network)
    event.hash = event_hash(event)
    event.save(force_insert=True)
    ConsentChain.objects.filter(pk=HEAD).update(last_hash=event.hash)
    return event


def redact(subject_ref: uuid.UUID) -> int:
    """Empty address and network of every event of one person; the digests stay.

    The one deliberate way past the append-only guard. `verify_chain` names redacted events of
    somebody whose proof did not end before.
    """
    return (
        QuerySet(ConsentEvent)
        .filter(subject_ref=subject_ref)
        .update(address="", address_salt="", network="", network_salt="")
    )


@transaction.atomic
def retire(subject_ref: uuid.UUID, *, locale: str) -> None:
    """The proof about somebody who left is not needed any more: record that, then redact."""
    append(
        Entry(
            type=ConsentEventType.RETIRED, subject_ref=subject_ref, locale=locale, method="system"
        )
    )
    redact(subject_ref)


def verify_chain() -> ChainReport:
    """Read the whole record in order, in bounded memory; other processes may append meanwhile."""
    before = _head()
    length, last_hash = 0, GENESIS
    for event in ConsentEvent.objects.order_by("sequence").iterator(chunk_size=CHUNK):
        broken = _fault(event, length + 1, last_hash)
        if broken:
            return ChainReport(length, last_hash, *broken)
        if event.sequence == before.length and event.hash != before.last_hash:
            return ChainReport(
                length,
                last_hash,
                event.sequence,
                _("replaced: the end of the chain is another one"),
            )
        length, last_hash = event.sequence, event.hash
    fault = _end_fault(length, before, _head()) or _redaction_fault()
    return ChainReport(length, last_hash, *fault) if fault else ChainReport(length, last_hash)


def is_recorded(sequence: int, expected_hash: str) -> bool:
    """Whether a head of the chain that was noted elsewhere is still a part of it."""
    return ConsentEvent.objects.filter(sequence=sequence, hash=expected_hash).exists()


def export_events(subject_ref: uuid.UUID | None = None) -> Iterator[dict[str, Any]]:
    """Every event (of one person) in order, as plain values."""
    events = ConsentEvent.objects.order_by("sequence")
    if subject_ref:
        events = events.filter(subject_ref=subject_ref)
    for event in events.iterator(chunk_size=CHUNK):
        yield _hashed_fields(event) | {
            "address": event.address,
            "network": event.network,
            "address_salt": event.address_salt,
            "network_salt": event.network_salt,
            "hash": event.hash,
        }


def event_hash(event: ConsentEvent) -> str:
    canonical = json.dumps(
        _hashed_fields(event), sort_keys=True, ensure_ascii=False, separators=(",", ":")
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _hashed_fields(event: ConsentEvent) -> dict[str, Any]:
    return {
        "sequence": event.sequence,
        "type": str(event.type),
        "at": event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "subject_ref": event.subject_ref.hex,
        "topics": event.topics,
        "clause_version": event.clause_version,
        "wording": event.wording,
        "locale": event.locale,
        "method": str(event.method),
        "form": event.form,
        "address_digest": event.address_digest,
        "network_digest": event.network_digest,
        "previous_hash": event.previous_hash,
    }


def _lengthened_head() -> ConsentChain:
    """Take the end of the chain for this transaction.

    The first statement is a write: it takes PostgreSQL's row lock and SQLite's write lock alike,
    so nobody else reads this end before we have committed.
    """
    longer = {"length": F("length") + 1}
    if not ConsentChain.objects.filter(pk=HEAD).update(**longer):
        ConsentChain.objects.get_or_create(pk=HEAD)
        ConsentChain.objects.filter(pk=HEAD).update(**longer)
    return ConsentChain.objects.get(pk=HEAD)


def _head() -> ConsentChain:
    return ConsentChain.objects.filter(pk=HEAD).first() or ConsentChain(pk=HEAD)


def _salted(salt: str, value: str) -> str:
    return hashlib.sha256(f"{salt}{value}".encode()).hexdigest()


def _fault(event: ConsentEvent, expected: int, last_hash: str) -> tuple[int, str] | None:
    if event.sequence != expected:
        return expected, _("missing: the next event is number %d") % event.sequence
    if event_hash(event) != event.hash:
        return expected, _("changed: its hash does not match its content")
    if event.previous_hash != last_hash:
        # Its own hash is right, so it is the one before that was rewritten together with its hash.
        return max(expected - 1, 1), _("replaced: the next event was chained to another one")
    for name in ("address", "network"):
        value, salt = getattr(event, name), getattr(event, f"{name}_salt")
        is_redacted = not value and not salt
        if not is_redacted and _salted(salt, value) != getattr(event, f"{name}_digest"):
            return expected, _("changed: its address or network is not the one that was recorded")
    return None


def _end_fault(length: int, before: ConsentChain, after: ConsentChain) -> tuple[int, str] | None:
    if length < before.length:
        return length + 1, _("cut off: %d events were recorded") % before.length
    if length > after.length:
        return after.length + 1, _("added: it was not recorded by this program")
    return None


def _redaction_fault() -> tuple[int, str] | None:
    ended = ConsentEvent.objects.filter(
        subject_ref=OuterRef("subject_ref"),
        type__in=ENDINGS,
    )
    first = (
        ConsentEvent.objects.filter(address_salt="")
        .exclude(Exists(ended))
        .order_by("sequence")
        .values_list("sequence", flat=True)
        .first()
    )
    if first is None:
        return None
    return first, _("emptied: nothing recorded says that this person's proof ended")
