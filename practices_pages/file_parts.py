"""One part of a stored file, as players ask for it when one moves along a film (RFC 9110, 14)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

# Several parts at once, and other units, are answered with the whole file: the standard allows it.
ONE_PART = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Part:
    """The bytes from `first` to `last`, both of them included, of `size`."""

    first: int
    last: int
    size: int

    @property
    def length(self) -> int:
        return self.last - self.first + 1

    @property
    def header(self) -> str:
        return f"bytes {self.first}-{self.last}/{self.size}"


class Unsatisfiable(Exception):
    """Of what was asked for the file has nothing."""


def part_of(asked: str, size: int) -> Part | None:
    """The part that a Range header asks for; None stands for the whole. Raises Unsatisfiable."""
    found = ONE_PART.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        # The last so many bytes.
        count = min(int(last), size)
        if not count:
            raise Unsatisfiable
        return Part(size - count, size - 1, size)
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        raise Unsatisfiable
    return Part(int(first), min(int(last), size - 1) if last else size - 1, size)


def read(file: IO[bytes], part: Part) -> Iterator[bytes]:
    """The bytes of the part in chunks; closes `file`, also when nobody reads to the end."""
    with file:
        file.seek(part.first)
        left = part.length
        while left > 0 and (chunk := file.read(min(CHUNK, left))):
            left -= len(chunk)
            yield chunk
