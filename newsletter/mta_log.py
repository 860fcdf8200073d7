"""What the log of a local Postfix knows about deliveries of unknown outcome.

It is read as a stream and whatever the time stamps look like. A queue id leads from our Message-ID
to what became of the message. A message that is not in the log proves nothing: the log may have
been rotated, so it stays unknown.
"""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field

from newsletter.esp import redact
from newsletter.models import Delivery, DeliveryState, Letter
from newsletter.outcomes import AFTER_ACCEPTED, EspEvent, accept_unknown, record_event

State = DeliveryState
# postfix/smtp[123]: 4F1A2B3C: …, also of further instances (postfix-out/smtp) and submission
# (postfix/submission/smtpd). Queue ids are hexadecimal, or longer with enable_long_queue_ids.
LINE = re.compile(r"postfix[\w.-]*/(?:\w+/)?(\w+)\[\d+\]: ([0-9A-Za-z]{5,25}): (.*)")
MESSAGE_ID = re.compile(r"(?:resent-)?message-id=<([0-9a-f]{32})@")
STATUS = re.compile(r"\bstatus=(\w+)(?: \((.*)\))?")
TO = re.compile(r"\bto=<([^<>]*)>")
ORIGINALLY_TO = re.compile(r"\borig_to=<([^<>]*)>")
DSN = re.compile(r"\bdsn=([245]\.\d+\.\d+)")
MEANS = {
    "sent": State.DELIVERED,
    # Postfix has it and goes on trying.
    "deferred": State.ACCEPTED,
    "bounced": State.BOUNCED,
    "expired": State.BOUNCED,
}
# RFC 3463, RFC 7505: there is no such mailbox, or its domain takes no mail.
NO_SUCH_ADDRESS = {"5.1.1", "5.1.6", "5.1.10"}


@dataclass(frozen=True)
class Found:
    state: DeliveryState
    address: str = ""
    answer: str = ""
    is_permanent: bool = False


@dataclass
class Settled:
    delivered: int = 0
    bounced: int = 0
    accepted: int = 0
    still_unknown: int = 0
    refs: list[str] = field(default_factory=list)


def settle_from_log(lines: Iterable[str]) -> Settled:
    """Settle what is of unknown outcome, and nothing else. Any number of times."""
    asked = {
        pk
        for model in (Delivery, Letter)
        for pk in model.objects.filter(state=State.UNKNOWN).values_list("pk", flat=True)
    }
    settled = Settled()
    for ref, found in read(lines, asked).items():
        if _settle(ref, found):
            setattr(settled, found.state.value, getattr(settled, found.state.value) + 1)
            settled.refs.append(str(ref))
    settled.still_unknown = len(asked) - len(settled.refs)
    return settled


def read(lines: Iterable[str], asked: set[uuid.UUID]) -> dict[uuid.UUID, Found]:
    """What became of each of `asked` that the log mentions; memory grows with those only."""
    queued: dict[str, uuid.UUID] = {}
    found: dict[uuid.UUID, Found] = {}
    for line in lines:
        match = LINE.search(line)
        if match is None:
            continue
        program, queue_id, text = match.groups()
        if program == "cleanup":
            _note(queue_id, text, asked, queued)
        elif queue_id in queued:
            ref = queued[queue_id]
            now = _outcome(program, text)
            if now is not None and (ref not in found or _rank(now) >= _rank(found[ref])):
                found[ref] = now
            if text == "removed":
                # Short queue ids are used again.
                del queued[queue_id]
    return found


def _note(queue_id: str, text: str, asked: set[uuid.UUID], queued: dict[str, uuid.UUID]) -> None:
    match = MESSAGE_ID.match(text)
    ref = uuid.UUID(match.group(1)) if match else None
    if ref in asked and ref is not None:
        queued[queue_id] = ref
    else:
        queued.pop(queue_id, None)


def _outcome(program: str, text: str) -> Found | None:
    if program == "qmgr":
        # cleanup sees the Message-ID before it has the whole message; the queue only has it then.
        return Found(State.ACCEPTED) if text.endswith("(queue active)") else None
    status = STATUS.search(text)
    if status is None or status.group(1) not in MEANS:
        return None
    address = ORIGINALLY_TO.search(text) or TO.search(text)
    dsn = DSN.search(text)
    return Found(
        MEANS[status.group(1)],
        address.group(1) if address else "",
        redact(status.group(2) or ""),
        is_permanent=dsn is not None and dsn.group(1) in NO_SUCH_ADDRESS,
    )


def _rank(found: Found) -> int:
    return AFTER_ACCEPTED.index(found.state)


def _settle(ref: uuid.UUID, found: Found) -> bool:
    if found.state == State.ACCEPTED:
        return accept_unknown(ref, found.answer)
    return record_event(
        EspEvent(
            state=found.state,
            address=found.address,
            ref=ref,
            is_permanent=found.is_permanent,
            answer=found.answer,
        )
    )
