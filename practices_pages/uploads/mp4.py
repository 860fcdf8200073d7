"""MP4: boxes from the first byte to the last, pictures that browsers show, no place of filming.

Only the directory (`moov`) and notes beside it are read; what the pictures and sounds themselves
hold is left to the browser, which plays films in a process of its own.
"""

import struct
from collections.abc import Iterator
from itertools import islice
from typing import IO

from django.utils.translation import gettext as _

from practices_pages.uploads.refusal import UploadRefused

HEADER = struct.Struct(">I4s")
LONG_SIZE = struct.Struct(">Q")
MOST_BOXES = 50_000
MOST_DIRECTORY_BYTES = 16 * 1024 * 1024
MOST_DEPTH = 8
MOST_CODECS = 16  # Of one track.
# At the top of a film, whole or in fragments.
TOP = frozenset(
    {
        b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"mfra", b"sidx", b"ssix", b"prft", b"pdin",
        b"free", b"skip", b"wide", b"uuid", b"meta", b"udta", b"emsg",
    }
)  # fmt: skip
CONTAINERS = frozenset({b"moov", b"trak", b"mdia", b"minf", b"stbl", b"udta", b"mvex"})
# How pictures may be compressed so that today's browsers show them, on every system.
SHOWN = frozenset({b"avc1", b"avc3", b"av01", b"vp08", b"vp09"})
HEARD = frozenset({b"mp4a", b"Opus", b".mp3", b"fLaC"})
APPLE_MOVIE = b"qt  "
# Where a telephone writes the place it stood at.
PLACES = frozenset({b"\xa9xyz", b"loci"})
# Notes of any form, in which a place is written in other ways, too: looked through as they are.
NOTES = frozenset({b"udta", b"meta", b"uuid"})
PLACE_MARKS = (*PLACES, b"com.apple.quicktime.location.", b"exif:GPS")
ENTRIES_AT = 8  # After version, flags and count of a sample description.
HANDLER = slice(8, 12)


def check_mp4(file: IO[bytes], extension: str) -> None:
    directory = _directory(file)
    tracks: set[bytes] = set()
    codecs: set[bytes] = set()
    for count, (kind, content) in enumerate(_inside(memoryview(directory), depth=0)):
        if count == MOST_BOXES:
            raise broken()
        _check_notes(kind, content)
        if kind == b"hdlr":
            tracks.add(bytes(content[HANDLER]))
        elif kind == b"stsd":
            codecs |= _codecs(content[ENTRIES_AT:])
    if b"vide" not in tracks:
        raise UploadRefused(_("There is no picture in the film."))
    check_codecs(codecs <= SHOWN | HEARD and bool(codecs & SHOWN))


def _codecs(entries: memoryview) -> set[bytes]:
    names = [name for name, _content in islice(_boxes(entries), MOST_CODECS + 1)]
    if len(names) > MOST_CODECS:
        raise broken()
    return set(names)


def broken() -> UploadRefused:
    return UploadRefused(_("The film is damaged or of another kind than its name says."))


def with_place() -> UploadRefused:
    return UploadRefused(
        _("The film tells the place where it was shot. Export it again without location.")
    )


def check_codecs(are_shown: bool) -> None:
    if not are_shown:
        raise UploadRefused(
            _("Many browsers cannot show this film. Export it again as H.264 with AAC sound (MP4).")
        )


def _directory(file: IO[bytes]) -> bytes:
    """The one `moov` of a file that consists of known boxes, with nothing behind the last."""
    size, place, found = file.seek(0, 2), 0, []
    for count in range(MOST_BOXES):
        if place == size:
            break
        kind, begin, end = _header(file, place, size)
        if kind not in TOP or (kind == b"ftyp") != (count == 0):
            raise broken()
        if kind == b"ftyp":
            _check_brand(_part(file, begin, end))
        if kind == b"moov":
            found.append(_part(file, begin, end))
        if kind in NOTES:
            _check_notes(kind, memoryview(_part(file, begin, end)))
        place = end
    if place != size or len(found) != 1:
        raise broken()
    return found[0]


def _header(file: IO[bytes], place: int, size: int) -> tuple[bytes, int, int]:
    """Kind, first byte and end of the content of the box at `place`."""
    file.seek(place)
    head = file.read(HEADER.size)
    if len(head) < HEADER.size:
        raise broken()
    length, kind = HEADER.unpack(head)
    begin = place + HEADER.size
    if length == 1:
        longer = file.read(LONG_SIZE.size)
        if len(longer) < LONG_SIZE.size:
            raise broken()
        length, begin = LONG_SIZE.unpack(longer)[0], begin + LONG_SIZE.size
    # Nought: up to the end of the file.
    end = size if length == 0 else place + length
    if not begin <= end <= size:
        raise broken()
    return kind, begin, end


def _check_notes(kind: bytes, content: memoryview) -> None:
    if kind in PLACES:
        raise with_place()
    if kind in NOTES:
        text = bytes(content)
        if any(mark in text for mark in PLACE_MARKS):
            raise with_place()


def _check_brand(content: bytes) -> None:
    if len(content) < HEADER.size:
        raise broken()
    # A picture (HEIC, AVIF) is made of the same boxes, but has no `moov`.
    if content[:4] == APPLE_MOVIE:
        raise UploadRefused(_("This is a QuickTime film (MOV). Export it as MP4."))


def _part(file: IO[bytes], begin: int, end: int) -> bytes:
    if end - begin > MOST_DIRECTORY_BYTES:
        raise broken()
    file.seek(begin)
    return file.read(end - begin)


def _inside(content: memoryview, *, depth: int) -> Iterator[tuple[bytes, memoryview]]:
    """Every box in `content`, and those within it, down to MOST_DEPTH."""
    for kind, inner in _boxes(content):
        yield kind, inner
        if kind in CONTAINERS:
            if depth >= MOST_DEPTH:
                raise broken()
            yield from _inside(inner, depth=depth + 1)


def _boxes(content: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    place = 0
    # Four bytes of nought end the boxes of a `udta`.
    while len(content) - place >= HEADER.size:
        length, kind = HEADER.unpack_from(content, place)
        if not HEADER.size <= length <= len(content) - place:
            raise broken()
        yield kind, content[place + HEADER.size : place + length]
        place += length
