"""Makes the archive: database first, then files, the journal last.

Whatever is in the database has its files, for files are only added by day; a file too many does
no harm. The journal comes last, so that it is never older than the database beside it: what was
sent or withdrawn while the archive was made is in the archive, and a restore applies it.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

import django
import wagtail
from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection

from cms.backups import database
from cms.backups.archive import Writer, packed
from newsletter.conf import journal_directory
from newsletter.journal.files import journal_files, sync_directory
from newsletter.models import Instance


def media_folder() -> Path | None:
    """None: uploads are kept elsewhere (an object store), which has backups of its own."""
    if isinstance(default_storage, FileSystemStorage):
        return Path(default_storage.location)
    return None


def make(target: IO[bytes]) -> dict[str, Any]:
    """Write the archive into an open file; returns its manifest."""
    with packed(target) as tar:
        return _fill(Writer(tar))


def _fill(writer: Writer) -> dict[str, Any]:
    taken_at = datetime.now(UTC)
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.VAR_DIR) as scratch:
        copy = Path(scratch) / database.file_name()
        known = database.dump(copy)
        writer.add(copy, copy.name)
    for path, name in _media_files():
        writer.add(path, name)
    directory = journal_directory()
    for path in journal_files(directory) if directory is not None else []:
        writer.add(path, f"journal/{path.name}")
    instance = Instance.objects.first()
    manifest = {
        "taken_at": taken_at.isoformat(timespec="seconds"),
        "instance": str(instance.ref) if instance else "",
        "database": {
            "engine": connection.vendor,
            "version": database.server_version(),
            **known,
        },
        "media": "files" if media_folder() else "elsewhere",
        "versions": {"django": django.__version__, "wagtail": wagtail.__version__},
    }
    writer.finish(manifest)
    return manifest | {"files": writer.files}


def _media_files() -> Iterator[tuple[Path, str]]:
    folder = media_folder()
    if folder is None:
        return
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            yield path, f"media/{path.relative_to(folder).as_posix()}"


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Under its final name there is a whole file or none; only its owner may read it."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.part")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        sync_directory(path.parent)
    finally:
        draft.unlink(missing_ok=True)
