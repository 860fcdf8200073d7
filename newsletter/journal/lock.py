"""May anything leave this installation? Reads only; everything that sends asks here first."""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from newsletter.conf import journal_directory
from newsletter.journal.files import is_newer_format, journal_files, last_sequence
from newsletter.journal.instances import file_ref
from newsletter.models import Instance, JournalWriter

# Room for some ten thousand lines: stop before the disk is full, not when it is.
LEAST_FREE_BYTES = 2 * 1024 * 1024
# A file that did not grow says what it said before: name -> (size, sequence).
_read: dict[Path, tuple[int, int]] = {}


@dataclass(frozen=True)
class SendingLock:
    """Why nothing leaves. `code` is for machines, the sentences for people."""

    code: str
    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}"


def sending_lock() -> SendingLock | None:
    """None: sending is free. In the active language; safe at any time."""
    instance, directory = Instance.objects.first(), journal_directory()
    if instance is not None and instance.is_restored:
        return _restored()
    if directory is None:
        return None
    return _wrong_place(instance, directory) or _unwritable(directory) or _older(directory)


def _restored() -> SendingLock:
    return SendingLock(
        "restored",
        _("Nothing is sent: this database was restored from a backup."),
        _("Run “newsletter_reconcile --from-journal” so that nobody is written to twice."),
    )


def _wrong_place(instance: Instance | None, directory: Path) -> SendingLock | None:
    if instance is None or file_ref(directory) == instance.ref:
        return None
    return SendingLock(
        "copy",
        _("Nothing is sent: this database is not the one that belongs to the send journal here."),
        _("If this is a copy, leave it so; otherwise run “newsletter_reconcile --adopt”."),
    )


def _unwritable(directory: Path) -> SendingLock | None:
    there = next((path for path in (directory, *directory.parents) if path.exists()), directory)
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        if shutil.disk_usage(there).free >= LEAST_FREE_BYTES:
            return None
        problem = _("the disk is full")
    else:
        problem = _("its directory cannot be written to")
    return unwritable_lock(problem)


def unwritable_lock(problem: str) -> SendingLock:
    return SendingLock(
        "unwritable",
        _("Nothing is sent: the send journal takes no line (%(problem)s).") % {"problem": problem},
        _("Make room for it; the queue waits, and sending goes on by itself."),
    )


def _older(directory: Path) -> SendingLock | None:
    # The files first: the database confirms a number before a file carries it, so what another
    # process writes meanwhile never looks like a file that is ahead.
    reached = {path: _sequence(path) for path in journal_files(directory)}
    known = dict(JournalWriter.objects.values_list("name", "sequence"))
    ahead = [path for path, sequence in reached.items() if sequence > known.get(path.stem, 0)]
    if not ahead:
        return None
    if any(is_newer_format(path) for path in ahead):
        return SendingLock(
            "version",
            _("Nothing is sent: a newer version of this software wrote the send journal."),
            _("Install that version again."),
        )
    return SendingLock(
        "older",
        _("Nothing is sent: the database is older than the send journal; it was restored."),
        _("Run “newsletter_reconcile --from-journal” so that nobody is written to twice."),
    )


def _sequence(path: Path) -> int:
    try:
        size = path.stat().st_size
    except FileNotFoundError:
        return 0  # Another process found it too old and deleted it this moment.
    if _read.get(path, (-1, 0))[0] != size:
        # A version we do not know is ahead of whatever we know.
        _read[path] = (size, 2**62 if is_newer_format(path) else last_sequence(path))
    return _read[path][1]
