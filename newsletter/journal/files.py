"""The files of the journal: one for each process that writes, only ever appended to.

After a failed write a file is left as it is, with a torn
last line, and the next write begins another one.
"""

import os
import secrets
import threading
import time
import weakref
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from newsletter.conf import conf, journal_directory
from newsletter.errors import JournalUnwritable
from newsletter.journal.lines import VERSION, Line, decode, header, read_header

SUFFIX = ".journal"
DAY = 24 * 60 * 60
# Enough for hundreds of lines: threads may have written the last ones in another order.
TAIL_BYTES = 64 * 1024
CHUNK = 500


class Segment:
    """One file while this process writes it. Safe to use from several threads."""

    def __init__(self, directory: Path, instance: str) -> None:
        now = datetime.now(UTC)
        self.directory, self.pid, self.opened = directory, os.getpid(), time.monotonic()
        self.name = f"{now:%Y%m%dT%H%M%S%f}-{self.pid}-{secrets.token_hex(4)}"
        self._lock, self._number, self.confirmed = threading.Lock(), 0, 0
        self._size, self._is_dirty = 0, False
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC
            self._file = os.open(directory / (self.name + SUFFIX), flags, 0o600)
            weakref.finalize(self, os.close, self._file)
            self._write(header(instance))
            os.fsync(self._file)
            sync_directory(directory)
        except OSError as error:
            raise unwritable(error) from error

    def next_number(self) -> int:
        with self._lock:
            self._number += 1
            return self._number

    def append(self, lines: Iterable[Line], *, confirmed: int = 0, durable: bool) -> None:
        """Add lines; `confirmed` is a number that the database has committed for this file.

        Durable: they are on the disk when this returns. Raise JournalUnwritable.
        """
        with self._lock:
            self.confirmed = max(self.confirmed, confirmed)
            try:
                self._write(b"".join(line.encode(self.confirmed) for line in lines))
                self._is_dirty = True
                if durable:
                    self._sync()
            except OSError as error:
                raise unwritable(error) from error

    def sync(self) -> None:
        with self._lock:
            try:
                self._sync()
            except OSError as error:
                raise unwritable(error) from error

    def is_over(self) -> bool:
        return self._size > conf.JOURNAL_MAX_BYTES or time.monotonic() - self.opened > DAY

    def _write(self, data: bytes) -> None:
        self._size += len(data)
        while data:
            data = data[os.write(self._file, data) :]

    def _sync(self) -> None:
        if self._is_dirty:
            os.fsync(self._file)
            self._is_dirty = False


def unwritable(error: OSError) -> JournalUnwritable:
    return JournalUnwritable(error.strerror or type(error).__name__)


def sync_directory(directory: Path) -> None:
    """A new name is only safe once its directory is."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# --- reading ------------------------------------------------------------------------------------


def journal_files(directory: Path) -> list[Path]:
    """Oldest first: their names begin with a time."""
    return sorted(directory.glob(f"*{SUFFIX}"))


def read_lines(path: Path) -> Iterator[Line]:
    """Every line that is whole. A torn or damaged one says nothing that could be trusted."""
    with path.open("rb") as file:
        first = read_header(file.readline())
        if first is None or first[0] > VERSION:
            return
        yield from filter(None, map(decode, file))


def is_newer_format(path: Path) -> bool:
    with path.open("rb") as file:
        first = read_header(file.readline())
    return first is not None and first[0] > VERSION


def last_sequence(path: Path) -> int:
    """How far the database had confirmed this file at its end."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - TAIL_BYTES))
        lines = filter(None, map(decode, file))
        return max((line.sequence for line in lines), default=0)


def taken_according_to_journal() -> Iterator[list[str]]:
    """Ids of deliveries that a mail server took, some hundreds at a time."""
    directory = journal_directory()
    refs: list[str] = []
    for path in journal_files(directory) if directory is not None else []:
        for line in read_lines(path):
            if line.kind == "delivery" and line.fields[2] == "accepted":
                refs.append(line.fields[0])
            if len(refs) == CHUNK:
                yield refs
                refs = []
    if refs:
        yield refs


def prune(directory: Path) -> list[str]:
    """Delete what is older than any backup. Returns the names."""
    limit = time.time() - conf.JOURNAL_DAYS * DAY
    names = []
    for path in journal_files(directory):
        # Several processes do this at the same time.
        with suppress(FileNotFoundError):
            if path.stat().st_mtime < limit:
                path.unlink()
                names.append(path.stem)
    return names
