"""Copying the database while it is in use, and putting a copy back, on SQLite and PostgreSQL."""

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from cms.settings import env

# What a person compares before and after; a table that is not there counts as nothing.
COUNTED = (
    "wagtailcore_page",
    "auth_user",
    "newsletter_subscription",
    "newsletter_consentevent",
    "newsletter_announcement",
    "newsletter_delivery",
    "newsletter_letter",
    "newsletter_suppression",
)
# With the rows themselves, so that not even a crash leaves a restored database that sends.
LOCK = "UPDATE newsletter_instance SET is_restored = TRUE"
DROP_ALL = """
DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema() LOOP
    EXECUTE format('DROP TABLE IF EXISTS %I CASCADE', name);
  END LOOP;
END $$;
"""


def is_sqlite() -> bool:
    return connection.vendor == "sqlite"


def file_name() -> str:
    return "database.sqlite3" if is_sqlite() else "database.pgdump"


def server_version() -> int:
    """Major version; a dump of a newer server cannot be read by an older one."""
    if is_sqlite():
        return sqlite3.sqlite_version_info[0]
    connection.ensure_connection()
    version: int = connection.pg_version  # type: ignore[attr-defined]  # of this back end
    return version // 10_000


def facts() -> dict[str, Any]:
    """Counts and migrations, as the open transaction sees them."""
    tables = set(connection.introspection.table_names())
    counts = {}
    with connection.cursor() as cursor:
        for table in COUNTED:
            if table in tables:
                cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608 - our own names
                counts[table] = cursor.fetchone()[0]
    applied = MigrationRecorder(connection).applied_migrations()
    return {"counts": counts, "migrations": sorted(map(list, applied))}


# --- out ----------------------------------------------------------------------------------------


def dump(target: Path) -> dict[str, Any]:
    """Copy the database as it is at one moment, whoever writes to it meanwhile."""
    return _dump_sqlite(target) if is_sqlite() else _dump_postgresql(target)


def _dump_sqlite(target: Path) -> dict[str, Any]:
    connection.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        source: Any = connection.connection
        source.backup(copy)
        # One file, not one and its write-ahead log.
        copy.execute("PRAGMA journal_mode=DELETE")
        ask = "SELECT app, name FROM django_migrations"
        migrations = sorted(map(list, copy.execute(ask).fetchall()))
        present = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
        counts = {
            table: copy.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]  # noqa: S608
            for table in COUNTED
            if table in present
        }
    return {"counts": counts, "migrations": migrations}


def _dump_postgresql(target: Path) -> dict[str, Any]:
    check_client("pg_dump")
    # Counted and dumped in one snapshot, so that the counts are those of the dump.
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            cursor.execute("SELECT pg_export_snapshot()")
            snapshot = cursor.fetchone()[0]
        known = facts()
        options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
        _run("pg_dump", *options, f"--file={target}", *_where())
    return known


# --- in -----------------------------------------------------------------------------------------


def is_empty() -> bool:
    """Nothing is there but what the migrations of a new site bring."""
    counts = facts()["counts"] if connection.introspection.table_names() else {}
    pages = counts.pop("wagtailcore_page", 0)
    return pages <= 2 and not any(counts.values())


def load(source: Path) -> None:
    """Replace whatever is in the database by the copy: all of it, or nothing."""
    if is_sqlite():
        connection.ensure_connection()
        # Through SQLite itself, so that no process keeps a file that is not there any more.
        with closing(sqlite3.connect(source)) as copy:
            copy.execute(LOCK)
            copy.commit()
            copy.backup(connection.connection)
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode=WAL")
        return
    check_client("pg_restore")
    check_client("psql")
    script = source.with_suffix(".sql")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(source))
    connection.close()
    _run(
        *("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"),
        *("--output=/dev/null", f"--command={DROP_ALL}", f"--file={script}"),
        # The script of pg_restore empties the search path.
        *("--command=RESET search_path", f"--command={LOCK}", *_where()),
    )


# --- the programs of PostgreSQL -----------------------------------------------------------------


def check_client(program: str) -> None:
    """Raise CommandError unless it is there and at least as new as the server."""
    if shutil.which(program) is None:
        raise CommandError(f"{program} is not on the PATH. Install the client of PostgreSQL.")
    words = _run(program, "--version").split()
    major = next((int(w.partition(".")[0]) for w in words if w.partition(".")[0].isdigit()), 0)
    if major < server_version():
        raise CommandError(
            f"{program} is of version {major}, the server of version {server_version()}: "
            "install a client of the server's version."
        )


def _where() -> list[str]:
    """Which database, for any of the programs; the password goes through the environment."""
    arguments, _env = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    *options, name = arguments[1:]
    return [*options, f"--dbname={name}"]


def _run(program: str, *arguments: str) -> str:
    _arguments, secret = connection.client.settings_to_cmd_args_env(connection.settings_dict, [])
    done = subprocess.run(  # noqa: S603 - our own command, no text from outside
        [program, *arguments],
        check=False,
        capture_output=True,
        text=True,
        env=env.child_environment(secret or {}),
    )
    if done.returncode:
        raise CommandError(f"{program} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
