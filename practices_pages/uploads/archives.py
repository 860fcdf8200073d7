"""The zip around office documents: judged from its directory, before anything is unpacked."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext as _

from practices_pages.uploads.refusal import UploadRefused

MOST_ENTRIES = 4000
MOST_DIRECTORY_BYTES = 2 * 1024 * 1024
MOST_BYTES = 300 * 1024 * 1024
# Deflate reaches 1032:1; what people write stays far below 100:1, but small parts may be all alike.
MOST_RATIO = 100
SMALL_ENTRY_BYTES = 1024 * 1024
CHUNK = 256 * 1024
LONGEST_MATCH = 256
ENCRYPTED = 0x1
# The end of central directory: signature, four numbers of two bytes, size, offset, comment length.
END = struct.Struct("<4s4H2LH")
END_SIGNATURE = b"PK\x05\x06"
NESTED = re.compile(
    r"\.(zip|7z|rar|jar|apk|tar|gz|tgz|bz2|xz|cab|iso|img|exe|dll|scr|com|bat|cmd|ps1|vbs|vbe|js"
    r"|jse|wsf|hta|lnk|msi|html?|svgz|docm|xlsm|pptm|dotm|xltm|potm|ppam|xlam|xlsb|rtf)$",
    re.IGNORECASE,
)
NESTED_STARTS = (b"PK\x03\x04", b"7z\xbc\xaf", b"Rar!", b"\x1f\x8b", b"MZ", b"\x7fELF", b"MSCF")


def open_archive(file: IO[bytes]) -> zipfile.ZipFile:
    """The archive, once its directory is proven harmless. Raises UploadRefused."""
    _check_ends(file)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise broken() from error
    _check_entries(archive, _size(file))
    return archive


def read_part(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """A part of at most `limit` bytes, whatever the directory claims."""
    content = b"".join(_chunks(archive, name, limit + 1))
    if len(content) > limit:
        raise too_much()
    return content


def contains(archive: zipfile.ZipFile, name: str, pattern: re.Pattern[bytes]) -> bool:
    """Whether the part holds what `pattern` finds; matches are shorter than LONGEST_MATCH."""
    tail = b""
    for chunk in _chunks(archive, name, MOST_BYTES):
        if pattern.search(tail + chunk):
            return True
        tail = chunk[-LONGEST_MATCH:]
    return False


def check_nested(archive: zipfile.ZipFile, *, but: frozenset[str] = frozenset()) -> None:
    """No archive and no program inside, by name or by first bytes; `but` names exceptions."""
    for entry in archive.infolist():
        if entry.filename in but or entry.is_dir():
            continue
        start = b"".join(_chunks(archive, entry.filename, 8))
        if NESTED.search(entry.filename) or start.startswith(NESTED_STARTS):
            raise UploadRefused(
                _("Inside the document is another file, “%s”. Remove it or save as PDF.")
                % entry.filename.rsplit("/", 1)[-1][:80]
            )


def broken() -> UploadRefused:
    return UploadRefused(_("The file is damaged or of another kind than its name says."))


def too_much() -> UploadRefused:
    return UploadRefused(_("Unpacked, the file would be far too big."))


def _size(file: IO[bytes]) -> int:
    return file.seek(0, 2)


def _check_ends(file: IO[bytes]) -> None:
    """A zip from the first byte to the last: something before or behind is a second file."""
    size = _size(file)
    file.seek(0)
    if size < END.size or file.read(4) != b"PK\x03\x04":
        raise broken()
    file.seek(size - END.size)
    signature, *numbers, directory_bytes, offset, comment = END.unpack(file.read(END.size))
    if signature != END_SIGNATURE or comment or offset + directory_bytes != size - END.size:
        raise broken()
    # Also a zip64, which says 0xFFFF here, is more than a document needs.
    if numbers[3] > MOST_ENTRIES or directory_bytes > MOST_DIRECTORY_BYTES:
        raise UploadRefused(_("The file consists of too many parts."))


def _check_entries(archive: zipfile.ZipFile, size: int) -> None:
    entries = archive.infolist()
    if len({entry.filename.lower() for entry in entries}) != len(entries):
        raise broken()
    for entry in entries:
        _check_entry(entry)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    # Parts that overlap share their bytes: together they claim more than the file has.
    if packed > size or unpacked > MOST_BYTES or unpacked > MOST_RATIO * size:
        raise too_much()


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    if entry.flag_bits & ENCRYPTED:
        raise UploadRefused(_("The file is locked with a password. Save it without one."))
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise broken()
    if "\\" in name or "\0" in name or name.startswith("/") or ".." in name.split("/"):
        raise broken()
    ratio = entry.file_size / max(entry.compress_size, 1)
    if entry.file_size > SMALL_ENTRY_BYTES and ratio > MOST_RATIO:
        raise too_much()


def _chunks(archive: zipfile.ZipFile, name: str, limit: int) -> Iterator[bytes]:
    try:
        with archive.open(name) as part:
            while limit > 0 and (chunk := part.read(min(CHUNK, limit))):
                limit -= len(chunk)
                yield chunk
    except (zipfile.BadZipFile, EOFError, OSError, RuntimeError, KeyError, zlib.error) as error:
        raise broken() from error
