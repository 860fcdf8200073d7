"""Where PDFs lie that were made once, each under the digest of what is on it.

What changes on a page changes the digest, so nothing here goes stale; who may read it is asked
before anybody looks here.
"""

import os
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from practices_pages.conf import conf

MOST_FILES = 500
DAY = 24 * 60 * 60


def take(digest: str) -> bytes | None:
    folder = _folder()
    try:
        return (folder / f"{digest}.pdf").read_bytes() if folder else None
    except FileNotFoundError:
        return None


def put(digest: str, content: bytes) -> None:
    """A second call with the same digest is safe, also at the same time."""
    if (folder := _folder()) is None:
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as file:
        file.write(content)
    os.replace(file.name, folder / f"{digest}.pdf")
    for path in _oldest_first(folder)[:-MOST_FILES]:
        path.unlink(missing_ok=True)


def forget_old(limit: int) -> int:
    """A PDF may name a contact person whose consent has ended since."""
    folder = _folder()
    if folder is None or not folder.is_dir():
        return 0
    before = time.time() - conf.PDF_KEPT_DAYS * DAY
    old = [path for path in _oldest_first(folder) if _age(path) < before][:limit]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _folder() -> Path | None:
    return Path(conf.PDF_DIR) if conf.PDF_DIR else None


def _oldest_first(folder: Path) -> list[Path]:
    return sorted((path for path in folder.iterdir() if path.is_file()), key=_age)


def _age(path: Path) -> float:
    with suppress(FileNotFoundError):
        return path.stat().st_mtime
    return 0.0
