"""The documents of a page in one ZIP file, with a list of what they are and how they may be used.

Which of them the public may have, files.py decides at every request. Written while it is sent:
neither memory nor disk ever holds the whole.
"""

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from practices_pages import files
from practices_pages.conf import conf

MEGABYTE = 1024 * 1024
CHUNK = 256 * 1024
# What Windows does not take in a name, and what turns the direction of writing or is not seen.
NOT_IN_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')
UNSEEN = {"Cf", "Cs", "Co", "Zl", "Zp"}
DEVICES = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(10)}
# In bytes: file systems count them so, and a Polish letter has two.
LONGEST_NAME = 150
PACKED_ALREADY = {"docx", "odt", "ods", "odp", "pdf", "pptx", "xlsx"}


class BundleTooLargeError(Exception):
    """The documents are to be fetched one by one."""


@dataclass(frozen=True)
class Entry:
    name: str
    row: Any

    @property
    def document(self) -> Any:
        return self.row.document


@dataclass(frozen=True)
class Bundle:
    """`about` is the text of the list that lies among the files."""

    entries: tuple[Entry, ...]
    about_name: str
    about: str
    made_at: datetime

    @property
    def size(self) -> int:
        return sum(entry.document.get_file_size() or 0 for entry in self.entries)

    @property
    def digest(self) -> str:
        digest = hashlib.sha256(f"{self.about_name}{self.made_at}{self.about}".encode())
        for entry in self.entries:
            digest.update(f"{entry.name}{entry.document.get_file_hash()}".encode())
        return digest.hexdigest()

    def stream(self) -> Iterator[bytes]:
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", allowZip64=True) as archive:
            archive.writestr(self._info(self.about_name), self.about.encode())
            for entry in self.entries:
                info = self._info(entry.name)
                file = entry.document.file
                with (
                    file.storage.open(file.name, "rb") as source,
                    archive.open(info, "w", force_zip64=True) as target,
                ):
                    while chunk := source.read(CHUNK):
                        target.write(chunk)
                        yield sink.taken()
        yield sink.taken()

    def _info(self, name: str) -> zipfile.ZipInfo:
        moment = timezone.localtime(self.made_at).timetuple()[:6]
        info = zipfile.ZipInfo(name, max(moment, (1980, 1, 1, 0, 0, 0)))
        packed = name.rpartition(".")[2].lower() in PACKED_ALREADY
        info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return info


def bundle_of(page: Any, *, name: str) -> Bundle | None:
    """What everybody may have of the page's documents; None when that is nothing.

    Raise BundleTooLargeError beyond ZIP_MEGABYTES.
    """
    rows = public_rows(page)
    if not rows:
        return None
    about_name = _("READ-ME.txt")
    entries = tuple(_named(rows, taken={about_name.casefold()}))
    about = render_to_string(
        "practices_pages/bundle.txt",
        {"page": page, "name": name, "entries": entries, "address": page.full_url},
    )
    bundle = Bundle(
        entries, about_name, about.strip() + "\n", page.last_published_at or timezone.now()
    )
    if bundle.size > conf.ZIP_MEGABYTES * MEGABYTE:
        raise BundleTooLargeError
    return bundle


def public_rows(page: Any) -> list[Any]:
    """The rows of documents that anybody may read and whose file is there, each file once."""
    found: dict[int, Any] = {}
    for row in page.documents.select_related("document__collection"):
        document = row.document
        if document is None or document.pk in found or not files.is_public(document):
            continue
        if document.file.storage.exists(document.file.name):
            found[document.pk] = row
    return list(found.values())


def safe_name(title: str, extension: str) -> str:
    """A name that every system can store, with its Polish letters."""
    text = unicodedata.normalize("NFC", title)
    text = "".join(c for c in text if unicodedata.category(c) not in UNSEEN)
    text = " ".join(NOT_IN_NAMES.sub(" ", text).split()).strip(". ")
    if not text or text.split(".")[0].strip().casefold() in DEVICES:
        text = f"{_('document')} {text}".strip()
    suffix = f".{extension}" if extension else ""
    if suffix and text.casefold().endswith(suffix.casefold()):
        text = text[: -len(suffix)].rstrip(". ")
    room = LONGEST_NAME - len(suffix.encode())
    return text.encode()[:room].decode(errors="ignore").rstrip(". ") + suffix


def _named(rows: Iterable[Any], *, taken: set[str]) -> Iterator[Entry]:
    """Each under its title; equal titles are numbered, whatever the letters' case."""
    for row in rows:
        extension = re.sub(r"\W", "", row.document.file_extension.lower(), flags=re.ASCII)
        name = safe_name(row.document.title, extension)
        stem, number = PurePosixPath(name), 2
        while name.casefold() in taken:
            name = f"{stem.stem} ({number}){stem.suffix}"
            number += 1
        taken.add(name.casefold())
        yield Entry(name, row)


class _Sink:
    """What zipfile writes into; it cannot go back in it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def close(self) -> None:
        """Nor kept open."""

    def taken(self) -> bytes:
        parts, self.parts = self.parts, []
        return b"".join(parts)
