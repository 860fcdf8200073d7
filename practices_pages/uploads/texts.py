"""CSV and TXT: text that a Polish office saves, and nothing that a browser would run."""

import re
from typing import IO

import filetype
from django.utils.translation import gettext as _

from practices_pages.uploads.refusal import UploadRefused

CHUNK = 1024 * 1024
HEAD = 1024
# Tab, line feed, form feed and carriage return are the controls that text has.
CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
# What cp1250 leaves undefined; the same bytes are controls in ISO 8859-2.
NEITHER = re.compile(rb"[\x81\x83\x88\x90\x98]")
# The start of what a browser would take for a page, an image or a program, and of other kinds.
ACTIVE = re.compile(
    rb"<(?:!doctype|html|head|body|script|iframe|svg|img|object|embed|style|meta|base|form|a\s"
    rb"|math|link|\?xml|\?php|%)",
    re.IGNORECASE,
)
OTHER_KINDS = (b"%PDF", b"PK\x03\x04", b"GIF8", b"MZ", b"#!", b"{\\rtf", b"%!PS", b"BM", b"MThd")


def check_text(file: IO[bytes], extension: str) -> None:
    head = file.read(HEAD)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UploadRefused(_("The text is saved as Unicode 16. Save it as UTF-8."))
    if start.startswith(OTHER_KINDS) or filetype.guess(head) is not None:
        raise UploadRefused(_("The file is of another kind than its name says."))
    if ACTIVE.search(start):
        raise UploadRefused(_("The file is a web page and not text. Save it as plain text."))
    file.seek(0)
    _check_characters(file)


def _check_characters(file: IO[bytes]) -> None:
    is_utf8, has_neither, left_over = True, False, b""
    while chunk := file.read(CHUNK):
        if CONTROLS.search(chunk):
            raise UploadRefused(_("The file is not text: it holds characters that no text has."))
        has_neither = has_neither or NEITHER.search(chunk) is not None
        if is_utf8:
            is_utf8, left_over = _continues_utf8(left_over + chunk)
    if (not is_utf8 or left_over) and has_neither:
        raise UploadRefused(_("The text is in an unknown encoding. Save it as UTF-8."))


def _continues_utf8(text: bytes) -> tuple[bool, bytes]:
    """Whether it is UTF-8 so far, and the bytes of a character that the next chunk ends."""
    try:
        text.decode()
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and len(text) - error.start < 4:
            return True, text[error.start :]
        return False, b""
    return True, b""
