"""One archive of everything, made while the site works, and put back locked."""

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from cms.backups.archive import Writer, packed
from cms.backups.database import check_client
from newsletter import consent
from newsletter.announcing import deliver_due
from newsletter.consent import Method
from newsletter.models import DeliveryState, Subscription
from tests.fakes import Outside
from tests.journeys.mail_server import mail_server
from tests.newsletter.factories import ANA, BARTEK, CELINA, make_subscription
from tests.newsletter.stories import announced, facts, opened

ROOT = Path(__file__).resolve().parent.parent.parent
State = DeliveryState
PEOPLE = [ANA, BARTEK, CELINA]


@pytest.fixture
def uploads(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path / "var"
    settings.MEDIA_ROOT = tmp_path / "media"
    files = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"default": files}
    default_storage.save("documents/umowa.txt", ContentFile(b"wynajem autobusu"))
    return tmp_path / "media"


# Another machine


@pytest.fixture
def empty_database(tmp_path: Path) -> Iterator[str]:
    """The address of a database with nothing in it."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/restored.sqlite3"
        return
    try:
        for program in ("pg_dump", "pg_restore", "psql"):
            check_client(program)
    except CommandError as missing:
        pytest.skip(f"NOT RESTORED: {missing}")
    settings = connection.settings_dict
    name = f"{settings['NAME']}_restored"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    host, port = settings["HOST"], settings["PORT"] or 5432
    yield f"postgres://{settings['USER']}:{settings['PASSWORD']}@{host}:{port}/{name}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}"')


class Machine:
    """A site in processes of its own."""

    def __init__(self, database: str, journal: Path, var: Path, mail_port: int) -> None:
        self.var = var
        self.environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
            "DATABASE_URL": database,
            "DATABASE_CONN_MAX_AGE": "0",
            "VAR_DIR": str(var),
            "EMAIL_URL": f"smtp://127.0.0.1:{mail_port}",
            "NEWSLETTER_JOURNAL_DIR": str(journal),
            "NEWSLETTER_SUPPRESSION_KEY": "tests-only-suppression",
        }

    def manage(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False
        )

    def told(self, *arguments: str) -> Any:
        done = self.manage(*arguments, "--json")
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)


@pytest.mark.django_db(transaction=True)
def test_a_site_lost_in_the_middle_of_a_send_goes_on_from_its_backup_and_its_journal(
    esp: Outside,
    uploads: Path,
    empty_database: str,
    journal_dir: Path,
    tmp_path: Path,
    settings: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    archive = tmp_path / "site.tar"
    people = [make_subscription(address) for address in PEOPLE]
    opened(facts("Autobus"))
    settings.NEWSLETTER_UNDO_WINDOW_SECONDS = 0
    announced(facts("Kuchnia"))

    def back_up_once(_message: object) -> None:
        if len(esp.messages) == 1 and not archive.exists():
            call_command("backup", str(archive), "--json")

    esp.meanwhile = back_up_once
    assert deliver_due().accepted == 3
    consent.withdraw(people[0], method=Method.ONE_CLICK)
    made = json.loads(capsys.readouterr().out)
    assert made["database"]["counts"]["newsletter_delivery"] == 3
    assert archive.stat().st_mode & 0o777 == 0o600

    with mail_server() as mailbox:
        there = Machine(empty_database, journal_dir, tmp_path / "there", mailbox.port)
        restored = there.told("restore", str(archive))
        assert (restored["lock"], restored["problems"]) == ("restored", [])
        assert restored["counts"] == made["database"]["counts"]
        assert (tmp_path / "there/media/documents/umowa.txt").read_text() == "wynajem autobusu"

        # Nobody is written to before somebody said what this is.
        assert there.manage("deliver_announcements", "--until-empty").returncode == 1
        assert mailbox.messages == []

        replayed = there.told("newsletter_reconcile", "--from-journal")
        assert (replayed["withdrawn"], replayed["lock"]) == (1, "")
        assert replayed["accepted"] == 2  # The third was accepted before the backup.
        assert there.told("deliver_announcements", "--until-empty")["accepted"] == 2
        mailed = sorted((str(m["To"]), str(m["Subject"])) for m in mailbox.messages)
        assert mailed == [(BARTEK, "Kuchnia"), (CELINA, "Kuchnia")]
        assert esp.addresses == PEOPLE

    again = there.manage("restore", str(archive))
    assert again.returncode != 0
    assert "--replace" in again.stderr
    assert there.told("restore", str(archive), "--replace")["lock"] == "restored"


@pytest.mark.django_db
def test_a_backup_that_fails_leaves_nothing_behind(tmp_path: Path, settings: Any) -> None:
    folder, settings.VAR_DIR = tmp_path / "backups", tmp_path / "file"
    folder.mkdir()
    settings.VAR_DIR.write_text("a file where a directory should be")
    with pytest.raises(CommandError, match="No backup was made"):
        call_command("backup", str(folder))
    assert list(folder.iterdir()) == []


# What is refused before anything changes


def manifest(**changes: Any) -> dict[str, Any]:
    applied = sorted(map(list, MigrationRecorder(connection).applied_migrations()))
    database = {"engine": connection.vendor, "version": 1, "counts": {}, "migrations": applied}
    return {"taken_at": "2026-01-01T00:00:00+00:00", "database": database | changes}


def archive_of(
    tmp_path: Path, stated: dict[str, Any], *entries: tarfile.TarInfo, finished: bool = True
) -> Path:
    content = tmp_path / "content"
    content.write_bytes(b"content")
    target = tmp_path / "site.tar"
    with target.open("wb") as file, packed(file) as tar:
        writer = Writer(tar)
        writer.add(content, "media/file.txt")
        for entry in entries:
            tar.addfile(entry, io.BytesIO(b"x" * entry.size))
        if finished:
            writer.finish(stated)
    return target


def entry(name: str, kind: bytes = tarfile.REGTYPE, size: int = 1) -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.size = kind, size if kind == tarfile.REGTYPE else 0
    made.linkname = "/etc/passwd" if kind != tarfile.REGTYPE else ""
    return made


@pytest.fixture
def untouched(settings: Any, tmp_path: Path, db: None) -> Iterator[None]:
    settings.VAR_DIR = tmp_path / "var"
    make_subscription(ANA)
    yield
    assert Subscription.objects.count() == 1
    assert list((tmp_path / "var").iterdir()) == []


@pytest.mark.parametrize(
    "name",
    ["media/../../outside", "/media/absolute", "../outside", "elsewhere.txt", "media/file.txt"],
)
def test_an_archive_may_not_hold_what_does_not_belong_there(
    name: str, untouched: None, tmp_path: Path
) -> None:
    path = archive_of(tmp_path, manifest(), entry(name))
    with pytest.raises(CommandError):
        call_command("restore", str(path), "--replace")
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_nor_a_link_or_a_device(kind: bytes, untouched: None, tmp_path: Path) -> None:
    path = archive_of(tmp_path, manifest(), entry("media/link", kind))
    with pytest.raises(CommandError):
        call_command("restore", str(path), "--replace")


def test_a_damaged_archive_is_refused(untouched: None, tmp_path: Path) -> None:
    path = archive_of(tmp_path, manifest())
    path.write_bytes(path.read_bytes().replace(b"content", b"CONTENT", 1))
    with pytest.raises(CommandError, match=r"damaged: media/file\.txt"):
        call_command("restore", str(path), "--replace")


def test_a_file_that_the_manifest_does_not_know_is_refused(untouched: None, tmp_path: Path) -> None:
    path = archive_of(tmp_path, manifest(), entry("media/extra.txt"))
    with pytest.raises(CommandError, match=r"not in the manifest: media/extra\.txt"):
        call_command("restore", str(path), "--replace")


@pytest.mark.parametrize("kept", [0, 100, 700, 1600])
def test_half_an_archive_is_refused(kept: int, untouched: None, tmp_path: Path) -> None:
    path = archive_of(tmp_path, manifest())
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(CommandError, match=r"whole archive|half an archive"):
        call_command("restore", str(path), "--replace")


def test_an_archive_without_its_end_is_refused(untouched: None, tmp_path: Path) -> None:
    path = archive_of(tmp_path, manifest(), finished=False)
    with pytest.raises(CommandError, match="half an archive"):
        call_command("restore", str(path), "--replace")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"migrations": [["newsletter", "9999_from_the_future"]]}, "newer version"),
        ({"engine": "mysql"}, "database of mysql"),
        ({"version": 999}, "version 999"),
    ],
)
def test_an_archive_that_does_not_fit_is_refused(
    changes: dict[str, Any], reason: str, untouched: None, tmp_path: Path
) -> None:
    path = archive_of(tmp_path, manifest(**changes))
    with pytest.raises(CommandError, match=reason):
        call_command("restore", str(path), "--replace")


def test_a_site_that_is_there_is_not_overwritten(untouched: None, tmp_path: Path) -> None:
    path = archive_of(tmp_path, manifest())
    with pytest.raises(CommandError, match="--replace"):
        call_command("restore", str(path))


# The programs of PostgreSQL


@pytest.mark.django_db
def test_a_missing_or_too_old_client_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CommandError, match="pg_dump is not on the PATH"):
        check_client("pg_dump")
    old = tmp_path / "pg_dump"
    old.write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 2.4'\n")
    old.chmod(0o755)
    with pytest.raises(CommandError, match="pg_dump is of version 2, the server of version"):
        check_client("pg_dump")
