"""Has a sheet made into a PDF by process.py, within limits of time, memory and number."""

import base64
import ctypes
import json
import logging
import os
import subprocess
import sys
import tempfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore

from practices_pages.conf import conf
from practices_pages.printing.sheet import Sheet

logger = logging.getLogger(__name__)
PACKAGE = "weasyprint"
PROGRAM = Path(__file__).with_name("process.py")
# What WeasyPrint opens first, as Linux, macOS and Windows call it.
LIBRARIES = (
    ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0-0.dll"),
    ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0-0.dll"),
)
MOST_BYTES = 40 * 1024 * 1024
# A second reader waits this long for the one before.
PATIENCE_SECONDS = 4
_turn = BoundedSemaphore(1)


class PdfError(Exception):
    """No PDF was made."""


class PdfBusyError(PdfError):
    """Another one is being made in this process; asking again later helps."""


@lru_cache(maxsize=1)
def is_available() -> bool:
    """Whether WeasyPrint and the libraries it draws with are installed. Looked at once."""
    return find_spec(PACKAGE) is not None and all(map(_opens_any, LIBRARIES))


def make_pdf(sheet: Sheet) -> bytes:
    """Raise PdfBusyError or PdfError; takes PDF_SECONDS at most."""
    if not _turn.acquire(timeout=PATIENCE_SECONDS):
        raise PdfBusyError("another PDF is being made")
    try:
        return _run(sheet)
    finally:
        _turn.release()


def _run(sheet: Sheet) -> bytes:
    limits = [str(conf.PDF_SECONDS), str(conf.PDF_MEGABYTES)]
    try:
        # -I: neither the environment nor the current directory says what is imported.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(PROGRAM), *limits],
            input=_as_json(sheet),
            capture_output=True,
            timeout=conf.PDF_SECONDS,
            env=_environment(sheet),
            check=True,
        )
    except subprocess.TimeoutExpired as late:
        logger.warning("pdf_took_too_long", extra={"sheet": sheet.name})
        raise PdfError("took too long") from late
    except (subprocess.CalledProcessError, OSError) as failed:
        status = getattr(failed, "returncode", None)
        logger.warning("pdf_failed", extra={"sheet": sheet.name, "status": status})
        raise PdfError("failed") from failed
    if not done.stdout.startswith(b"%PDF-") or len(done.stdout) > MOST_BYTES:
        raise PdfError("no PDF, or too large a one")
    return done.stdout


def _as_json(sheet: Sheet) -> bytes:
    files = {name: base64.b64encode(data).decode() for name, data in sheet.files.items()}
    content = {"html": sheet.html, "css": sheet.css, "base_url": sheet.base_url, "files": files}
    return json.dumps(content).encode()


def _environment(sheet: Sheet) -> dict[str, str]:
    """Nothing of ours: no secrets, no proxies. The time makes equal sheets equal PDFs."""
    return {
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "XDG_CACHE_HOME": tempfile.gettempdir(),
        "SOURCE_DATE_EPOCH": str(sheet.made_at),
    }


def _opens_any(names: tuple[str, ...]) -> bool:
    return any(map(_opens, names))


def _opens(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
