"""The demo, loaded once in a process; on SQLite each further test gets it back as a copy.

Loading publishes some hundred pages, which takes longer than most tests that look at them. A copy
holds all that loading leaves: the database, the files and the journal.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from cms import demo_content
from cms.site_setup import ensure_site


@dataclass(frozen=True)
class Copy:
    database: sqlite3.Connection
    files: dict[str, bytes]
    journal: Path


_copies: list[Copy] = []


def load(base_url: str) -> None:
    """The demo at this address. Commits: for tests with `transactional_db` or a live server."""
    if not _copies:
        with transaction.atomic():
            demo_content.load(base_url)
        if connection.vendor == "sqlite":
            _copies.append(_copy())
        return
    _put_back(_copies[0])
    with transaction.atomic():
        ensure_site(base_url)


def _copy() -> Copy:
    database = sqlite3.connect(":memory:", check_same_thread=False)
    connection.connection.backup(database)
    journal = Path(tempfile.mkdtemp(prefix="journal-of-demo-"))
    shutil.copytree(settings.NEWSLETTER_JOURNAL_DIR, journal, dirs_exist_ok=True)
    files = {}
    for name in _names(""):
        with default_storage.open(name) as file:
            files[name] = file.read()
    return Copy(database, files, journal)


def _put_back(copy: Copy) -> None:
    connection.ensure_connection()
    copy.database.backup(connection.connection)
    shutil.copytree(copy.journal, settings.NEWSLETTER_JOURNAL_DIR, dirs_exist_ok=True)
    for name, content in copy.files.items():
        if not default_storage.exists(name):
            default_storage.save(name, ContentFile(content))


def _names(folder: str) -> Iterator[str]:
    folders, files = default_storage.listdir(folder)
    yield from (f"{folder}{name}" for name in files)
    for name in folders:
        yield from _names(f"{folder}{name}/")


def forget() -> None:
    for copy in _copies:
        copy.database.close()
        shutil.rmtree(copy.journal, ignore_errors=True)
    _copies.clear()
