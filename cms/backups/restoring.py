"""Puts an archive back. First it is unpacked and checked as a whole; only then anything changes.

The database comes in locked: nobody is written to before a person said what this database is.
"""

import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from cms.backups import archive, database
from cms.backups.making import media_folder
from newsletter.conf import journal_directory
from newsletter.journal.files import journal_files, sync_directory
from newsletter.journal.instances import restored


@dataclass
class Restored:
    taken_at: str
    counts: dict[str, int]
    media_files: int = 0
    # Files of the journal that came from the archive; those here that know more were kept.
    journal_files: int = 0
    journal_kept: int = 0
    # Where the files that were here before lie now.
    replaced_media: str = ""
    lock: str = ""
    remedy: str = ""
    problems: list[str] = field(default_factory=list)


def restore(source: IO[bytes], *, replace: bool) -> Restored:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    # Beside the media, so that they are moved and not copied again.
    with tempfile.TemporaryDirectory(prefix=".restore-", dir=settings.VAR_DIR) as scratch:
        folder = Path(scratch)
        manifest = archive.unpack(source, folder)
        _refuse_what_does_not_fit(manifest)
        if not replace:
            _refuse_to_overwrite()
        told = Restored(manifest["taken_at"], manifest["database"]["counts"])
        database.load(folder / database.file_name())
        _put_media(folder / "media", told)
        _put_journal(folder / "journal", told)
    call_command("migrate", interactive=False, verbosity=0)
    restored()
    _compare_counts(told)
    return told


def _refuse_what_does_not_fit(manifest: dict[str, Any]) -> None:
    made = manifest["database"]
    if made["engine"] != connection.vendor:
        raise CommandError(
            f"The archive holds a database of {made['engine']}, this site uses {connection.vendor}."
        )
    if made["version"] > database.server_version():
        raise CommandError(
            f"The archive was made by version {made['version']} of {made['engine']}, this server "
            f"is of version {database.server_version()}."
        )
    known = {tuple(key) for key in MigrationLoader(None).graph.nodes}
    apps = {app for app, _name in known}
    newer = sorted(
        f"{app}.{name}"
        for app, name in map(tuple, made["migrations"])
        if app in apps and (app, name) not in known and not _is_squashed(app, name)
    )
    if newer:
        raise CommandError(
            "The archive was made by a newer version of this software, which has the migrations "
            f"{', '.join(newer[:5])}. Install that version first."
        )


def _is_squashed(app: str, name: str) -> bool:
    """Replaced by another migration since: older, not newer."""
    loader = MigrationLoader(None)
    return any((app, name) in migration.replaces for migration in loader.disk_migrations.values())


def _refuse_to_overwrite() -> None:
    media = media_folder()
    holds_files = media is not None and media.is_dir() and any(media.iterdir())
    if not database.is_empty() or holds_files:
        raise CommandError(
            "There is a site here already. Make a backup of it, then repeat this with --replace."
        )


def _put_media(source: Path, told: Restored) -> None:
    target = media_folder()
    if target is None or not source.is_dir():
        return
    told.media_files = sum(path.is_file() for path in source.rglob("*"))
    if target.is_dir() and any(target.iterdir()):
        aside = target.with_name(f"{target.name}.replaced-{datetime.now(UTC):%Y%m%dT%H%M%S}")
        target.rename(aside)
        told.replaced_media = str(aside)
    elif target.is_dir():
        target.rmdir()
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(source, target)
    target.chmod(0o755)


def _put_journal(source: Path, told: Restored) -> None:
    """A file is only ever appended to, so the longer one knows more. None is ever shortened."""
    directory = journal_directory()
    if directory is None:
        told.problems.append("This site keeps no journal: what was sent since may be sent again.")
        return
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    told.journal_kept = len(journal_files(directory))
    for path in journal_files(source):
        here = directory / path.name
        if here.exists() and here.stat().st_size >= path.stat().st_size:
            continue
        told.journal_kept -= here.exists()
        told.journal_files += 1
        # Its draft has no name of a journal, so a crash leaves no half of one.
        draft = directory / f".{path.name}.restored"
        shutil.copyfile(path, draft)
        draft.chmod(0o600)
        draft.replace(here)
    sync_directory(directory)


def _compare_counts(told: Restored) -> None:
    now = database.facts()["counts"]
    told.problems += [
        f"{table}: {now.get(table, 0)} rows instead of {count}"
        for table, count in told.counts.items()
        if now.get(table, 0) != count
    ]
