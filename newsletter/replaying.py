"""Puts back into a restored database what the send journal knows: who was written to, who left,
what was stopped. And says what a database is: this installation, or a copy of it.

Any number of times: what the database knows already is left as it is. Only
`newsletter_reconcile` calls this module, and only newsletter.announcing's other hands write the
same states.
"""

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.db.models.functions import Greatest, Now
from django.utils.translation import gettext as _

from newsletter import claiming
from newsletter.conf import journal_directory
from newsletter.errors import JournalMissing
from newsletter.journal import instances
from newsletter.journal.files import journal_files, last_sequence, read_lines
from newsletter.journal.lines import Line
from newsletter.models import (
    WAITING,
    Announcement,
    AnnouncementState,
    AnnouncementStory,
    Delivery,
    DeliveryState,
    Instance,
    JournalWriter,
    Letter,
    SkipReason,
    Story,
    Subscription,
    Told,
)
from newsletter.replaying_consent import LastWords

State = DeliveryState
CHUNK = 500
ANSWER = "From the send journal."
# What the journal's last word about a row means for a database that was restored. A deferred one
# was not taken by anybody and is sent in its time.
MEANS = {
    State.SENDING: State.UNKNOWN,
    State.UNKNOWN: State.UNKNOWN,
    State.ACCEPTED: State.ACCEPTED,
    State.REFUSED: State.REFUSED,
}
# What is on the wire this moment settles itself, by its worker or by its lease.
OFF_THE_WIRE = [*WAITING, State.CLAIMED]
ON_OR_UNKNOWN = [State.SENDING, State.UNKNOWN]


@dataclass
class Report:
    """What was put back, and what this database cannot know any more."""

    accepted: int = 0
    refused: int = 0
    unknown: int = 0
    letters: int = 0
    announcements_stopped: int = 0
    withdrawn: int = 0
    erased: int = 0
    suppressed: int = 0
    topics_changed: int = 0
    # Subscribed or confirmed anew since the backup: their consent is lost, they have to sign up.
    people_lost: int = 0
    # Mailings and stories made since the backup. Published again, they are announced again.
    announcements_lost: int = 0
    stories_lost: list[str] = field(default_factory=list)


@dataclass
class Sent:
    """The last word about one row."""

    fence: int
    state: DeliveryState
    # Of a delivery: announcement, subscription, attempt.
    origin: tuple[str, ...] = ()


@dataclass
class Journal:
    """What the files say that this database may not know."""

    deliveries: dict[uuid.UUID, Sent] = field(default_factory=dict)
    letters: dict[uuid.UUID, Sent] = field(default_factory=dict)
    stories: dict[str, tuple[str, ...]] = field(default_factory=dict)
    acts: dict[str, tuple[int, str]] = field(default_factory=dict)
    people: LastWords = field(default_factory=LastWords)

    def read(self, path: Path, known: int) -> None:
        for line in read_lines(path):
            if line.kind in {"delivery", "letter"}:
                if line.sequence >= known:
                    self._sent(line)
            elif line.kind == "announcement":
                self._act(line)
            else:
                self.people.hear(line)

    def _sent(self, line: Line) -> None:
        ref, fence, state, *origin = line.fields
        rows = self.deliveries if line.kind == "delivery" else self.letters
        before = rows.get(uuid.UUID(ref))
        if before is None:
            before = rows[uuid.UUID(ref)] = Sent(0, State.SENDING)
        # Within one claim the lines are in order; a later claim has a greater fence.
        if int(fence) >= before.fence:
            before.fence, before.state = int(fence), State(state)
        before.origin = tuple(origin) or before.origin

    def _act(self, line: Line) -> None:
        ref, act, *keys = line.fields
        if act == "opened":
            self.stories[ref] = tuple(keys)
        elif line.at >= self.acts.get(ref, (0, ""))[0]:
            self.acts[ref] = line.at, act


def replay() -> Report:
    """Put everything back and let sending go on. Raise JournalMissing where there is none, and
    when this directory belongs to another installation."""
    directory = _directory()
    ref = instances.instance_ref(directory)
    if instances.file_ref(directory) not in {None, ref}:
        raise JournalMissing(
            _("The journal in %(path)s belongs to another installation. Nothing was changed.")
            % {"path": directory}
        )
    report, journal = Report(), _read(directory)
    # People first: whoever left since must not be in an audience that opens afterwards.
    journal.people.apply(report)
    _put_back_deliveries(journal, report)
    _put_back_letters(journal, report)
    _stop_what_was_stopped(journal, report)
    take_over(directory, ref)
    return report


def _directory() -> Path:
    directory = journal_directory()
    if directory is None:
        raise JournalMissing(_("This site keeps no send journal (NEWSLETTER_JOURNAL_DIR)."))
    return directory


def _read(directory: Path) -> Journal:
    known, journal = dict(JournalWriter.objects.values_list("name", "sequence")), Journal()
    for path in journal_files(directory):
        if last_sequence(path) >= known.get(path.stem, 0):
            journal.read(path, known.get(path.stem, 0))
    return journal


def chunks(items: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(items)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


# --- deliveries and letters ---------------------------------------------------------------------


def _put_back_deliveries(journal: Journal, report: Report) -> None:
    meant = {pk: sent for pk, sent in journal.deliveries.items() if sent.state in MEANS}
    announcements = {row.ref.hex: row for row in Announcement.objects.all()}
    lost = {sent.origin[0] for sent in meant.values() if sent.origin} - set(announcements)
    report.announcements_lost = len(lost)
    keys = {key for ref in lost for key in journal.stories.get(ref, ())}
    report.stories_lost = sorted(keys - set(Story.objects.values_list("key", flat=True)))
    for chunk in chunks(meant):
        with transaction.atomic():
            known = _settle(Delivery, {pk: meant[pk] for pk in chunk}, report)
            new = {pk: meant[pk] for pk in chunk if pk not in known and meant[pk].origin}
            _add(new, announcements, journal, report)
    # A person had it sent again: the later attempt is the one that counts.
    later = Delivery.objects.filter(
        announcement=OuterRef("announcement"),
        subscription=OuterRef("subscription"),
        attempt__gt=OuterRef("attempt"),
    )
    Delivery.objects.filter(Exists(later), state=State.UNKNOWN).update(
        state=State.SKIPPED, skip_reason=SkipReason.SENT_AGAIN
    )


def _put_back_letters(journal: Journal, report: Report) -> None:
    meant = {pk: sent for pk, sent in journal.letters.items() if sent.state in MEANS}
    counted = Report()
    for chunk in chunks(meant):
        with transaction.atomic():
            _settle(Letter, {pk: meant[pk] for pk in chunk}, counted)
    report.letters = counted.accepted + counted.refused + counted.unknown


def _settle(model: type[Any], sent: dict[uuid.UUID, Sent], report: Report) -> set[uuid.UUID]:
    """Rows that are here learn how they ended. Returns which rows are here."""
    rows = model.objects.filter(pk__in=list(sent))
    for state in (State.ACCEPTED, State.REFUSED, State.UNKNOWN):
        keys = [pk for pk, row in sent.items() if MEANS[row.state] == state]
        # What nobody could know, the journal may.
        before = OFF_THE_WIRE if state == State.UNKNOWN else [*OFF_THE_WIRE, *ON_OR_UNKNOWN]
        changed = rows.filter(pk__in=keys, state__in=before).update(
            state=state,
            # Events of the ESP are only believed about what was tried.
            tries=Greatest("tries", 1),
            fence=F("fence") + 1,
            lease_until=None,
            next_attempt_at=None,
            settled_at=Now(),
            answer=ANSWER,
        )
        setattr(report, state.value, getattr(report, state.value) + changed)
    return set(rows.values_list("pk", flat=True))


def _add(
    sent: dict[uuid.UUID, Sent],
    announcements: dict[str, Announcement],
    journal: Journal,
    report: Report,
) -> None:
    """Deliveries of a mailing that was not open yet when the backup was made: there they are
    before it opens, so opening it leaves these people out."""
    refs = {uuid.UUID(row.origin[1]) for row in sent.values() if row.origin[1] != "-"}
    people = {row.ref.hex: row for row in Subscription.objects.filter(ref__in=refs)}
    for pk, row in sent.items():
        ref, person, attempt = row.origin
        if ref not in announcements or person not in people:
            continue
        state = MEANS[row.state]
        Delivery.objects.create(
            id=pk,
            announcement=announcements[ref],
            subscription=people[person],
            attempt=int(attempt),
            state=state,
            tries=1,
            fence=row.fence,
            settled_at=Now(),
            answer=ANSWER,
        )
        _tell(announcements[ref], people[person], journal.stories.get(ref, ()))
        setattr(report, state.value, getattr(report, state.value) + 1)


def _tell(announcement: Announcement, person: Subscription, keys: tuple[str, ...]) -> None:
    """Whatever the mailing carried counts as told: once too few is better than twice."""
    stories = Story.objects.filter(key__in=keys)
    if not keys:
        listed = AnnouncementStory.objects.filter(announcement=announcement)
        stories = Story.objects.filter(pk__in=listed.values("story"))
    Told.objects.bulk_create(
        [Told(subscription=person, story=story, announcement=announcement) for story in stories],
        ignore_conflicts=True,
    )


# --- mailings that a person stopped -------------------------------------------------------------

Mailing = AnnouncementState


def _stop_what_was_stopped(journal: Journal, report: Report) -> None:
    refs = {uuid.UUID(ref): act for ref, (_at, act) in journal.acts.items()}
    for announcement in Announcement.objects.filter(ref__in=refs):
        act = refs[announcement.ref]
        if act == "cancel":
            report.announcements_stopped += cancel(announcement, ANSWER)
        elif act == "pause":
            running = Announcement.objects.filter(
                pk=announcement.pk, state__in=[Mailing.READY, Mailing.OPEN]
            )
            report.announcements_stopped += running.update(
                state=Mailing.PAUSED, is_collecting=False, reason=ANSWER
            )


@transaction.atomic
def cancel(announcement: Announcement, reason: str) -> int:
    alive = [Mailing.HELD, Mailing.READY, Mailing.OPEN, Mailing.PAUSED]
    changed = Announcement.objects.filter(pk=announcement.pk, state__in=alive).update(
        state=Mailing.CANCELLED, is_collecting=False, finished_at=Now(), reason=reason
    )
    if changed:
        claiming.skip_all(announcement, SkipReason.CANCELLED)
    return changed


# --- what this database is ----------------------------------------------------------------------


def take_over(directory: Path, ref: uuid.UUID) -> None:
    """This database and this directory belong together, and know the same, from now on."""
    with transaction.atomic():
        for path in journal_files(directory):
            sequence = last_sequence(path)
            JournalWriter.objects.get_or_create(name=path.stem, defaults={"sequence": sequence})
            behind = JournalWriter.objects.filter(name=path.stem, sequence__lt=sequence)
            behind.update(sequence=sequence)
        Instance.objects.update_or_create(pk=1, defaults={"ref": ref, "is_restored": False})
        instances.write_file(directory, ref)


def adopt() -> None:
    """This database is the installation. What the journal knows beyond it is given up."""
    directory = journal_directory()
    if directory is None:
        Instance.objects.update(is_restored=False)
        return
    known = Instance.objects.first()
    take_over(directory, known.ref if known else instances.instance_ref(directory))


def adopt_as_copy() -> tuple[int, int]:
    """This database is a copy: an installation of its own, in which nothing waits to be sent.

    Returns how many mailings and letters were given up. Raise JournalMissing when the directory
    is that of another installation: writing there would stop it.
    """
    directory = _directory()
    if instances.file_ref(directory) is not None:
        raise JournalMissing(
            _("%(path)s belongs to an installation. Give the copy a directory of its own first.")
            % {"path": directory}
        )
    reason = _("This is a copy of another installation.")
    mailings = sum(cancel(announcement, reason) for announcement in Announcement.objects.all())
    letters = Letter.objects.filter(state__in=[*WAITING, State.CLAIMED]).update(
        state=State.SKIPPED,
        skip_reason=SkipReason.CANCELLED,
        lease_until=None,
        settled_at=Now(),
    )
    take_over(directory, uuid.uuid4())
    return mailings, letters
