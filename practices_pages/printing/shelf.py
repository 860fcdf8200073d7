"""Where PDFs lie that were made once, each under the digest of what is on it.

What changes on a page changes the digest, so nothing here goes stale; who may read it is asked
before anybody looks here.
"""

import os
import tempfile
from pathlib import Path

from practices_pages.conf import conf
from practices_pages.old_files import changed_at, forget_older

MOST_FILES = 500


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
    # A machine whose clock nobody winds forgets as well.
    forget_old(MOST_FILES)
    for path in sorted(_files(folder), key=changed_at)[:-MOST_FILES]:
        path.unlink(missing_ok=True)


def forget_old(limit: int) -> int:
    """A PDF may name a contact person whose consent has ended since."""
    folder = _folder()
    if folder is None or not folder.is_dir():
        return 0
    return forget_older(_files(folder), days=conf.PDF_KEPT_DAYS, limit=limit)


def _folder() -> Path | None:
    return Path(conf.PDF_DIR) if conf.PDF_DIR else None


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.iterdir() if path.is_file()]
