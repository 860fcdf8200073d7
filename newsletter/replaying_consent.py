"""What people decided since a backup was made, from the journal back into the database.

Everything is written by newsletter.consent; a withdrawal is applied whatever came before it, a
confirmation cannot be: its proof was in the database that is gone.
"""

from dataclasses import dataclass, field
from typing import Protocol

from newsletter import consent
from newsletter.consent import Method
from newsletter.journal.lines import Line
from newsletter.journal.recording import LEAVING
from newsletter.models import (
    ConsentEvent,
    ConsentEventType,
    Subscription,
    SubscriptionState,
    SuppressionReason,
)

Type = ConsentEventType
FORM = "journal"


class Counted(Protocol):
    withdrawn: int
    erased: int
    suppressed: int
    topics_changed: int
    people_lost: int


@dataclass
class LastWords:
    """The last line about each person, and about each keyed hash of an address."""

    people: dict[str, Line] = field(default_factory=dict)
    hashes: dict[str, Line] = field(default_factory=dict)

    def hear(self, line: Line) -> None:
        if line.kind == "consent":
            _later(self.people, line.fields[2], line)
        elif line.kind in {"suppressed", "lifted"}:
            _later(self.hashes, line.fields[0], line)

    def apply(self, report: Counted) -> None:
        for ref, line in self.people.items():
            if not _is_known(line):
                _apply(ref, line, report)
        for hashed, line in self.hashes.items():
            if line.kind == "suppressed":
                reason = SuppressionReason(line.fields[1])
                report.suppressed += consent.suppress_hash(hashed, reason)


def _later(lines: dict[str, Line], key: str, line: Line) -> None:
    if key not in lines or line.at >= lines[key].at:
        lines[key] = line


def _is_known(line: Line) -> bool:
    """The event itself is in this database: whatever came after it there is newer."""
    sequence, type, ref = line.fields[:3]
    events = ConsentEvent.objects.filter(sequence=int(sequence), type=type, subject_ref=ref)
    return events.exists()


def _apply(ref: str, line: Line, report: Counted) -> None:
    type, topics = Type(line.fields[1]), set(line.fields[3:])
    subscription = Subscription.objects.filter(ref=ref).first()
    if type in LEAVING:
        if subscription is not None:
            _leave(subscription, type, report)
    elif subscription is None or subscription.state != SubscriptionState.CONFIRMED:
        report.people_lost += 1
    elif topics and topics != consent.chosen_topics(subscription):
        consent.change_topics(subscription, topics, method=Method.SYSTEM, form=FORM)
        report.topics_changed += 1


def _leave(subscription: Subscription, type: Type, report: Counted) -> None:
    if type == Type.ERASED:
        consent.erase(subscription, method=Method.SYSTEM, form=FORM)
        report.erased += 1
        return
    was_withdrawn = subscription.state == SubscriptionState.WITHDRAWN
    if type == Type.COMPLAINED:
        consent.record_complaint(subscription)
    elif type == Type.BOUNCED:
        consent.record_bounce(subscription)
    else:
        consent.withdraw(subscription, method=Method.SYSTEM, form=FORM)
    report.withdrawn += not was_withdrawn
