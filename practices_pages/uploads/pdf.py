"""PDF: read in a process of its own, because no PDF reader can be trusted with every PDF."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import IO

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from practices_pages.uploads.refusal import UploadRefused

READER = Path(__file__).with_name("pdf_reader.py")
# The process limits its own processor time and memory; this ends one that waits.
WAIT_SECONDS = 20
ENDS_WITHIN = 1024
HTML = re.compile(rb"<(?:!doctype|html|script|body|svg|iframe|\?php)", re.IGNORECASE)
REASONS: dict[str, Promise] = {
    "encrypted": gettext_lazy("The PDF is locked with a password. Save it without one."),
    "script": gettext_lazy("The PDF holds a script. Print it to a new PDF and upload that."),
    "action": gettext_lazy(
        "The PDF does something by itself when it is opened or clicked. "
        "Print it to a new PDF and upload that."
    ),
    "attachment": gettext_lazy("Other files are attached inside the PDF. Save it without them."),
    "media": gettext_lazy("The PDF holds a film, sound or 3D model. Save it without them."),
    "form": gettext_lazy(
        "The PDF is a dynamic form (XFA), which most programs cannot show. "
        "Print it to a new PDF and upload that."
    ),
    "damaged": gettext_lazy("The PDF is damaged. Print it to a new PDF and upload that."),
    "too_complex": gettext_lazy(
        "The PDF is too complex to be checked. Print it to a new PDF and upload that."
    ),
}


def check_pdf(file: IO[bytes], extension: str) -> None:
    _check_ends(file)
    file.seek(0)
    reason = _read_apart(file.read())
    if reason:
        raise UploadRefused(str(REASONS[reason]))


def _check_ends(file: IO[bytes]) -> None:
    """Nothing before the first and behind the last mark of a PDF: that would be a second file."""
    head = file.read(ENDS_WITHIN)
    size = file.seek(0, 2)
    file.seek(max(0, size - ENDS_WITHIN))
    before, mark, behind = file.read().rpartition(b"%%EOF")
    if not head.startswith(b"%PDF-") or not mark or behind.strip(b"\r\n\t \0"):
        raise UploadRefused(_("The file is damaged or of another kind than its name says."))
    if HTML.search(head) or b"PK\x05\x06" in before:
        raise UploadRefused(_("The file is two files in one. Print it to a new PDF."))


def _read_apart(content: bytes) -> str:
    """The key of a reason to refuse, or nothing."""
    try:
        answer = subprocess.run(  # noqa: S603 (our own file, by its path; the PDF is its input)
            [sys.executable, "-I", str(READER)],
            input=content,
            capture_output=True,
            timeout=WAIT_SECONDS,
            check=True,
            env={},
        )
        reason = json.loads(answer.stdout)["reason"]
    except (subprocess.SubprocessError, ValueError, KeyError):
        # It ran out of time or memory, or died.
        return "too_complex"
    return reason if reason in REASONS else ""
