"""Writes down, outside the database, what must survive its restore.

    mark (in the transaction) -> commit -> sending (on the disk) -> the bytes leave -> ended

The database confirms a number before the file carries it, so after any kill the file is never
ahead of its database; a file that is ahead proves that the database was restored. "Sending" is on
the disk before a byte leaves: without an ending it counts as sent. Endings are written at once
and synced with the next "sending" or at the end of a batch: losing one makes an outcome unknown,
never a letter double.
"""

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models.functions import Greatest

from newsletter.conf import journal_directory
from newsletter.errors import JournalUnwritable
from newsletter.journal.files import Segment, prune
from newsletter.journal.instances import instance_ref
from newsletter.journal.lines import Line
from newsletter.models import (
    Announcement,
    ConsentEvent,
    ConsentEventType,
    Delivery,
    DeliveryState,
    JournalWriter,
    Letter,
)

log = logging.getLogger("newsletter")
Type = ConsentEventType
# Written before the database commits: applied twice they change nothing, lost they would.
LEAVING = {Type.WITHDRAWN, Type.COMPLAINED, Type.BOUNCED, Type.ERASED}
# Written after it: only what really happened may give somebody mail.
STAYING = {Type.CONFIRMED, Type.TOPICS_CHANGED}


@dataclass(frozen=True)
class Mark:
    """A number that the database confirms for one file, once its transaction is committed."""

    segment: Segment
    number: int


class Pen:
    """The file this process writes now, and what it could not write yet."""

    segment: Segment | None = None

    def __init__(self) -> None:
        self.unwritten: list[Line] = []

    def take(self) -> Segment | None:
        """None: the site keeps no journal. Raise JournalUnwritable."""
        directory = journal_directory()
        if directory is None:
            return None
        here = self.segment
        if here is None or here.pid != os.getpid() or here.directory != directory or here.is_over():
            here = self.segment = Segment(directory, instance_ref(directory).hex)
        return here

    def write(
        self, segment: Segment, lines: Iterable[Line], *, number: int = 0, durable: bool = True
    ) -> None:
        late, self.unwritten = self.unwritten, []
        try:
            segment.append([*late, *lines], confirmed=number, durable=durable)
        except JournalUnwritable:
            self.unwritten = late
            self.segment = None  # Its last line may be torn; another file comes next.
            raise


pen = Pen()


def mark() -> Mark | None:
    """Confirm the next number in the caller's transaction. Raise JournalUnwritable."""
    segment = pen.take()
    if segment is None:
        return None
    made = Mark(segment, segment.next_number())
    if _confirm(made):
        return made
    # The database knows less of this file than it had committed: it was restored while this
    # process ran. Raising its number would hide that; what comes now goes into another file.
    pen.segment = None
    return mark()


def _confirm(made: Mark) -> bool:
    known = made.segment.confirmed
    row = JournalWriter.objects.filter(pk=made.segment.name, sequence__gte=known)
    if row.update(sequence=Greatest("sequence", made.number)):
        return True
    if known:
        return False
    # Another thread of this process may begin the file's row at the same moment.
    first = JournalWriter(name=made.segment.name, sequence=made.number)
    JournalWriter.objects.bulk_create([first], ignore_conflicts=True)
    return bool(row.update(sequence=Greatest("sequence", made.number)))


def forget_old() -> int:
    """Delete files that are older than any backup. Returns how many."""
    directory = journal_directory()
    names = prune(directory) if directory is not None else []
    JournalWriter.objects.filter(pk__in=names).delete()
    return len(names)


# --- what goes on the wire ----------------------------------------------------------------------


def sending(rows: Iterable[Delivery | Letter], mark: Mark | None) -> None:
    """These leave next; call it once for all that leave together. Raise JournalUnwritable:
    nothing may leave."""
    if mark is not None:
        pen.write(mark.segment, map(_sending_line, rows), number=mark.number)


def _sending_line(row: Delivery | Letter) -> Line:
    if isinstance(row, Letter):
        return Line.of("letter", row.pk.hex, row.fence, DeliveryState.SENDING)
    # What the id was made of, for a database that does not know the delivery yet.
    subscription = row.subscription.ref.hex if row.subscription else "-"
    origin = row.announcement.ref.hex, subscription, row.attempt
    return Line.of("delivery", row.pk.hex, row.fence, DeliveryState.SENDING, *origin)


def ended(row: Delivery | Letter, state: DeliveryState) -> None:
    """How it ended, before the database says so. Never raises: the bytes have left."""
    segment = pen.segment
    if segment is None or journal_directory() is None:
        return
    kind = "letter" if isinstance(row, Letter) else "delivery"
    try:
        pen.write(segment, [Line.of(kind, row.pk.hex, row.fence, state)], durable=False)
    except JournalUnwritable as error:
        log.error("journal.unwritable", extra={"answer": str(error)})


def sync() -> None:
    """What was written so far is on the disk. Never raises: losing an ending is safe."""
    try:
        if pen.segment is not None and pen.segment.pid == os.getpid():
            pen.segment.sync()
    except JournalUnwritable as error:
        log.error("journal.unwritable", extra={"answer": str(error)})


# --- what people decide -------------------------------------------------------------------------


def consent(event: ConsentEvent) -> None:
    """In the transaction that appended the event."""
    line = Line.of("consent", event.sequence, event.type, event.subject_ref.hex, *event.topics)
    if event.type in LEAVING:
        _before_commit(line)
    elif event.type in STAYING:
        _after_commit(line)


def suppressed(hashed: str, reason: str) -> None:
    _before_commit(Line.of("suppressed", hashed, reason))


def lifted(hashed: str) -> None:
    _after_commit(Line.of("lifted", hashed))


def announcement(row: Announcement, act: str, *story_keys: str) -> None:
    """Opened, paused, resumed, released or cancelled."""
    _after_commit(Line.of("announcement", row.ref.hex, act, *story_keys))


def _before_commit(line: Line) -> None:
    try:
        made = mark()
        if made is not None:
            pen.write(made.segment, [line])
    except JournalUnwritable as error:
        _keep(line, error)
    else:
        if made is not None:
            _on_commit(made, Line.of("committed"))


def _after_commit(line: Line) -> None:
    try:
        made = mark()
    except JournalUnwritable as error:
        _keep(line, error)
    else:
        if made is not None:
            _on_commit(made, line)


def _on_commit(made: Mark, line: Line) -> None:
    def write() -> None:
        try:
            pen.write(made.segment, [line], number=made.number)
        except JournalUnwritable as error:
            _keep(line, error)

    transaction.on_commit(write)


def _keep(line: Line, error: JournalUnwritable) -> None:
    """Nobody is kept from leaving because our disk is full; sending stops meanwhile."""
    pen.unwritten.append(line)
    log.error("journal.unwritable", extra={"answer": str(error)})
