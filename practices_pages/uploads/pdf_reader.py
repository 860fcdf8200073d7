"""Run as a program: a PDF comes in at stdin, {"reason": …} goes out. Imports nothing of ours.

It limits itself before it reads: a PDF that makes the reader loop or swell ends this process and
not the site's.
"""

import contextlib
import io
import json
import logging
import re
import resource
import sys
from collections.abc import Iterator
from typing import Any

from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

CPU_SECONDS = 10
MEMORY_BYTES = 768 * 1024 * 1024
MOST_OBJECTS = 200_000
MOST_DEPTH = 60
# A name may be written with its letters as numbers: /J#61vaScript.
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
# Also what the cross-reference table does not name any more: an older version in the same file.
# Names long enough never to turn up in compressed data by chance.
RAW = {
    "script": re.compile(rb"/JavaScript[\s/<>\[\]()]"),
    "action": re.compile(rb"/S\s*/(?:Launch|SubmitForm|ImportData|GoToE)[\s/<>\[\]()]"),
    "attachment": re.compile(rb"/EmbeddedFiles?[\s/<>\[\]()]"),
    "media": re.compile(rb"/RichMedia[\s/<>\[\]()A-Z]"),
}
ACTIONS = {
    "/JavaScript": "script",
    "/Launch": "action",
    "/SubmitForm": "action",
    "/ImportData": "action",
    "/GoToE": "action",
    "/GoToR": "action",
    "/GoTo3DView": "media",
    "/Movie": "media",
    "/Rendition": "media",
    "/RichMediaExecute": "media",
    "/Sound": "media",
}
KEYS = {
    "/JS": "script",
    "/JavaScript": "script",
    "/EF": "attachment",
    "/EmbeddedFiles": "attachment",
    "/RichMediaContent": "media",
    "/XFA": "form",
}
KINDS = {
    "/FileAttachment": "attachment",
    "/EmbeddedFile": "attachment",
    "/RichMedia": "media",
    "/Movie": "media",
    "/Sound": "media",
    "/Screen": "media",
    "/3D": "media",
}
# A start page is harmless; a web link has to be clicked.
SCHEMES_REFUSED = ("javascript:", "vbscript:", "data:", "file:")
HARMLESS_AT_OPENING = frozenset({"/GoTo", "/Named"})


def main() -> None:
    for limit, value in (
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        # Some systems know a limit by name only.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    logging.disable(logging.CRITICAL)
    content = sys.stdin.buffer.read()
    try:
        reason = next(reasons(content), "")
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError):
        reason = "damaged"
    except (RecursionError, MemoryError):
        reason = "too_complex"
    json.dump({"reason": reason}, sys.stdout)


def reasons(content: bytes) -> Iterator[str]:
    plain = ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    yield from (reason for reason, pattern in RAW.items() if pattern.search(plain))
    reader = PdfReader(io.BytesIO(content), strict=False)
    if reader.is_encrypted:
        yield "encrypted"
        return
    if not reader.pages:
        yield "damaged"
    # The trailer leads to the root also where no table names it.
    yield from _of_value(reader.trailer, 0)
    numbers = {(number, generation) for generation, of in reader.xref.items() for number in of}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        yield "too_complex"
        return
    for number, generation in sorted(numbers):
        yield from _of_value(reader.get_object(IndirectObject(number, generation, reader)), 0)


def _of_value(value: Any, depth: int) -> Iterator[str]:
    """Why `value` and what is written directly in it is refused; references are walked apart."""
    if depth > MOST_DEPTH:
        yield "too_complex"
    elif isinstance(value, DictionaryObject):
        yield from _of_dictionary(value)
        for inner in dict.values(value):
            yield from _of_value(inner, depth + 1)
    elif isinstance(value, ArrayObject):
        for inner in list.__iter__(value):
            yield from _of_value(inner, depth + 1)


def _of_dictionary(value: DictionaryObject) -> Iterator[str]:
    yield from (KEYS[key] for key in value if key in KEYS)
    for key, wanted in (("/S", ACTIONS), ("/Type", KINDS), ("/Subtype", KINDS)):
        kind = _resolved(value, key)
        if isinstance(kind, str) and kind in wanted:
            yield wanted[kind]
    address = _resolved(value, "/URI")
    if isinstance(address, str) and address.strip().lower().startswith(SCHEMES_REFUSED):
        yield "action"
    opened = _resolved(value, "/OpenAction")
    if isinstance(opened, DictionaryObject) and (
        _resolved(opened, "/S") not in HARMLESS_AT_OPENING
    ):
        yield "action"


def _resolved(value: DictionaryObject, key: str) -> Any:
    found = dict.get(value, key)
    return found.get_object() if isinstance(found, IndirectObject) else found


if __name__ == "__main__":
    main()
