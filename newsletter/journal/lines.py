"""The lines of the journal, as docs/backup.md describes them. Knows no file and no row.

A line is a checksum, the sequence of its file, a time, a kind and the kind's fields. It carries
references and keyed hashes; an address or a token has no place in it.
"""

import time
import zlib
from dataclasses import dataclass
from urllib.parse import quote, unquote

VERSION = 1
TITLE = "newsletter-journal"


@dataclass(frozen=True)
class Line:
    kind: str
    fields: tuple[str, ...] = ()
    # How far the database had confirmed this file when the line was written.
    sequence: int = 0
    # Milliseconds since 1970, by the clock of the process that wrote it.
    at: int = 0

    @classmethod
    def of(cls, kind: str, *fields: object) -> "Line":
        return cls(kind, tuple(str(field) for field in fields), at=time.time_ns() // 1_000_000)

    def encode(self, sequence: int) -> bytes:
        words = [str(sequence), str(self.at), self.kind, *self.fields]
        # A word is never empty and never holds a space: keys come from outside.
        body = " ".join(quote(word, safe=":-_.~/") or "-" for word in words).encode()
        return b"%08x %s\n" % (zlib.crc32(body), body)


def header(instance: str) -> bytes:
    return f"{TITLE} {VERSION} {instance}\n".encode()


def read_header(line: bytes) -> tuple[int, str] | None:
    """(version, instance); None when this is no file of the journal."""
    words = line.decode("ascii", "replace").split()
    if len(words) < 3 or words[0] != TITLE or not words[1].isdigit():
        return None
    return int(words[1]), words[2]


def decode(raw: bytes) -> Line | None:
    """None for a line that is torn or was damaged."""
    checksum, _space, body = raw.rstrip(b"\n").partition(b" ")
    if not raw.endswith(b"\n") or checksum != b"%08x" % zlib.crc32(body):
        return None
    sequence, at, kind, *fields = (unquote(word) for word in body.decode("ascii").split(" "))
    return Line(kind, tuple(fields), int(sequence), int(at))
