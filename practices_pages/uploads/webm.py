"""WebM: elements from the first byte to the last, pictures that browsers show, no attachment."""

from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from practices_pages.uploads.mp4 import broken, check_codecs
from practices_pages.uploads.refusal import UploadRefused

EBML, SEGMENT = 0x1A45DFA3, 0x18538067
DOC_TYPE = 0x4282
TRACKS, TRACK, CODEC = 0x1654AE6B, 0xAE, 0x86
CLUSTER, ATTACHMENTS = 0x1F43B675, 0x1941A469
# What a segment consists of; the last one is empty space.
IN_SEGMENT = frozenset(
    {0x114D9B74, 0x1549A966, TRACKS, CLUSTER, 0x1C53BB6B, 0x1043A770, 0x1254C367, ATTACHMENTS, 0xEC}
)
MOST_ELEMENTS = 2_000_000
MOST_TRACK_BYTES = 1024 * 1024
SHOWN = frozenset({b"V_VP8", b"V_VP9", b"V_AV1"})
HEARD = frozenset({b"A_OPUS", b"A_VORBIS"})
UNKNOWN = -1


def check_webm(file: IO[bytes], extension: str) -> None:
    size = file.seek(0, 2)
    name, begin, end = _element(file, 0, size)
    if name != EBML or end == UNKNOWN or end - begin > MOST_TRACK_BYTES:
        raise broken()
    if dict(_inside(_part(file, begin, end))).get(DOC_TYPE, b"").rstrip(b"\0") != b"webm":
        raise broken()
    name, begin, end = _element(file, end, size)
    # A live recording does not know how long it will be.
    if name != SEGMENT or end not in {UNKNOWN, size}:
        raise broken()
    _check_tracks(_tracks(file, begin, size))


def _tracks(file: IO[bytes], begin: int, size: int) -> list[bytes]:
    """The content of each list of tracks; every element of the segment is looked at."""
    found = []
    for name, inner, end in _of_segment(file, begin, size):
        if name == ATTACHMENTS:
            raise UploadRefused(
                _("Other files are attached inside the film. Save it without them.")
            )
        if name == TRACKS:
            found.append(_part(file, inner, end))
    return found


def _of_segment(file: IO[bytes], place: int, size: int) -> Iterator[tuple[int, int, int]]:
    in_cluster = False
    for _count in range(MOST_ELEMENTS):
        if place == size:
            return
        name, begin, end = _element(file, place, size)
        if name in IN_SEGMENT:
            in_cluster = False
            yield name, begin, end
        elif not in_cluster:
            raise broken()
        if end == UNKNOWN:
            # Then its parts follow, up to the next element of the segment.
            if name != CLUSTER:
                raise broken()
            in_cluster, end = True, begin
        place = end
    raise broken()


def _check_tracks(tracks: list[bytes]) -> None:
    codecs = {
        content
        for listed in tracks
        for name, track in _inside(listed)
        if name == TRACK
        for part, content in _inside(track)
        if part == CODEC
    }
    if not codecs:
        raise broken()
    check_codecs(codecs <= SHOWN | HEARD and bool(codecs & SHOWN))


def _element(file: IO[bytes], place: int, size: int) -> tuple[int, int, int]:
    """Name, first byte and end (or UNKNOWN) of the content of the element at `place`."""
    file.seek(place)
    name, name_width, length, length_width = _head(file.read(12))
    begin = place + name_width + length_width
    end = begin + length if length != UNKNOWN else UNKNOWN
    if max(begin, end) > size:
        raise broken()
    return name, begin, end


def _head(head: bytes) -> tuple[int, int, int, int]:
    """Name and its width, length and its width, as written at the beginning of `head`."""
    name_width = _width(head, 4)
    rest = head[name_width:]
    width = _width(rest, 8)
    length = int.from_bytes(rest[:width], "big") & ((1 << 7 * width) - 1)
    is_unknown = length == (1 << 7 * width) - 1
    return (
        int.from_bytes(head[:name_width], "big"),
        name_width,
        UNKNOWN if is_unknown else length,
        width,
    )


def _width(head: bytes, most: int) -> int:
    """How many bytes the number at the beginning has: as many as its first byte has noughts."""
    width = 9 - head[0].bit_length() if head else most + 1
    if width > most or len(head) < width:
        raise broken()
    return width


def _part(file: IO[bytes], begin: int, end: int) -> bytes:
    if end == UNKNOWN or end - begin > MOST_TRACK_BYTES:
        raise broken()
    file.seek(begin)
    return file.read(end - begin)


def _inside(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(content):
        name, name_width, length, length_width = _head(content[place : place + 12])
        begin = place + name_width + length_width
        if length == UNKNOWN or begin + length > len(content):
            raise broken()
        yield name, content[begin : begin + length]
        place = begin + length
