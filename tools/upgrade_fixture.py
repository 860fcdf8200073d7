"""Makes a fixture for the upgrade test: the state of a version, with data, on both databases.

    python -m tools.upgrade_fixture NAME [--checkout DIR]

Everything in it is invented. The version is what lies in DIR (default: here); it runs
tools/upgrade_state.py with its own code. PostgreSQL's server is TEST_DATABASE_URL's.
"""

import argparse
import json
import lzma
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "upgrades"
STATE = ROOT / "tools" / "upgrade_state.py"
SERVER = "postgres://postgres@127.0.0.1:5432/postgres"
SCRATCH = "upgrade_fixture_scratch"
# With these the links and hashes of the fixture were made; the test sets the same.
SECRETS = {
    "SECRET_KEY": "upgrade-fixture-not-a-secret",
    "NEWSLETTER_SUPPRESSION_KEY": "upgrade-fixture-suppression",
    "BASE_URL": "http://praktyki.example",
}
LARGEST = 500_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="date and words, such as 2026-11-21-foundation")
    parser.add_argument("--checkout", type=Path, default=ROOT)
    chosen = parser.parse_args()
    target = FIXTURES / chosen.name
    target.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        make_sqlite(chosen.checkout, target, Path(scratch))
        make_postgresql(chosen.checkout, target, Path(scratch))
    for path in sorted(target.iterdir()):
        size = path.stat().st_size
        print(f"{size:>8}  {path.relative_to(ROOT)}")
        if size > LARGEST:
            sys.exit(f"{path.name} is larger than {LARGEST} bytes.")


def make_sqlite(checkout: Path, target: Path, scratch: Path) -> None:
    written = scratch / "written.sqlite3"
    facts = write_state(checkout, f"sqlite:///{written}", scratch / "var-sqlite")
    with sqlite3.connect(written) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    keep(target / "sqlite.xz", written.read_bytes())
    (target / "sqlite.json").write_text(facts, encoding="utf-8")


def make_postgresql(checkout: Path, target: Path, scratch: Path) -> None:
    server = os.environ.get("TEST_DATABASE_URL") or SERVER
    place = urlunsplit(urlsplit(server)._replace(path=f"/{SCRATCH}"))
    admin = urlunsplit(urlsplit(server)._replace(scheme="postgresql", path="/postgres"))
    run("psql", "-q", admin, "-c", f"CREATE DATABASE {SCRATCH}")
    try:
        facts = write_state(checkout, place, scratch / "var-postgresql")
        dump = run(
            "pg_dump",
            "--no-owner",
            "--no-privileges",
            "--no-comments",
            "--inserts",
            "--rows-per-insert=100",
            urlunsplit(urlsplit(place)._replace(scheme="postgresql")),
        )
    finally:
        run("psql", "-q", admin, "-c", f"DROP DATABASE {SCRATCH}")
    # Commands of psql; what is left any client can execute.
    lines = [line for line in dump.splitlines(keepends=True) if not line.startswith("\\")]
    keep(target / "postgresql.sql.xz", "".join(lines).encode())
    (target / "postgresql.json").write_text(facts, encoding="utf-8")


def write_state(checkout: Path, database: str, var: Path) -> str:
    environment = os.environ | SECRETS
    environment |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "DATABASE_URL": database,
        "VAR_DIR": str(var),
        "NEWSLETTER_EMAIL_BACKEND": "django.core.mail.backends.dummy.EmailBackend",
    }
    manage = [sys.executable, "manage.py"]
    run(*manage, "migrate", "--verbosity", "0", cwd=checkout, env=environment)
    code = STATE.read_text(encoding="utf-8")
    told = run(*manage, "shell", "-v", "0", "-c", code, cwd=checkout, env=environment)
    facts = json.loads(told.splitlines()[-1])
    return json.dumps(facts, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def keep(path: Path, content: bytes) -> None:
    path.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))


def run(*command: str, **options: object) -> str:
    done = subprocess.run(  # noqa: S603 - our own commands
        command, capture_output=True, text=True, check=False, **options
    )
    if done.returncode:
        sys.exit(f"{' '.join(command[:4])} …\n{done.stdout}{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    main()
