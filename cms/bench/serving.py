"""Databases and processes of the bench: made for it alone, and gone with it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings

from cms.management.commands.demo_check import free_port, manage, wait_for
from cms.settings.env import child_environment

WORKERS = 2
# Dropped without a question: nothing else may have this name.
DATABASE = "dobre_praktyki_bench"
END_SECONDS = 40
# What production wants to know; nobody writes to anybody.
INVENTED = {
    "DJANGO_SETTINGS_MODULE": "cms.settings.bench",
    "SECRET_KEY": "only-for-the-bench-which-nobody-outside-can-reach-0123456789",
    "ALLOWED_HOSTS": "127.0.0.1",
    "BASE_URL": "https://127.0.0.1",
    "EMAIL_URL": "smtp://127.0.0.1:9",
    "ANYMAIL_ESP": "",
    "DEFAULT_FROM_EMAIL": "Dobre Praktyki <newsletter@bench.example>",
    "NEWSLETTER_SUPPRESSION_KEY": "only-for-the-bench-too",
    "NEWSLETTER_CONTROLLER_NAME": "Bench",
    "NEWSLETTER_CONTROLLER_ADDRESS": "ul. Zmyślona 1, 00-000 Przykładowo",
    "NEWSLETTER_CONTROLLER_EMAIL": "office@bench.example",
}


class Site:
    """A site with a database of its own, and only invented practices."""

    def __init__(self, folder: Path, database_url: str, *, is_migrated: bool = False) -> None:
        self.environment = child_environment(
            INVENTED | {"VAR_DIR": str(folder), "STATIC_DIR": "", "DATABASE_URL": database_url}
        )
        self.size = 0
        if not is_migrated:
            manage(self.environment, "migrate", "--verbosity", "0")
        manage(self.environment, "setup_site")

    def fill(self, size: int) -> None:
        """Add practices until there are so many."""
        manage(self.environment, "make_practices", "--bench", str(size - self.size))
        self.size = size

    @contextmanager
    def serving(self, *, page_cache: str) -> Iterator[int]:
        """gunicorn as in deploy/, at a free port of this machine alone."""
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "--config", "deploy/gunicorn.conf.py"]
        command += ["--bind", f"127.0.0.1:{port}", "--workers", str(WORKERS)]
        # The same processes from the first request to the last: their memory is looked at.
        command += ["--max-requests", "0", "--keep-alive", "75", "--log-level", "warning"]
        environment = self.environment | {"PAGE_CACHE": page_cache}
        with running([*command, "cms.bench.wsgi"], environment) as server:
            wait_for(port, server)
            yield port


@contextmanager
def running(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that ends with us, whatever happens: by its own id, after a last word."""
    program = subprocess.Popen(  # noqa: S603 - our own command, no text from outside
        command, env=environment, cwd=settings.BASE_DIR, stdout=subprocess.DEVNULL
    )
    try:
        yield program
    finally:
        program.terminate()
        try:
            program.wait(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            program.kill()
            program.wait()


@contextmanager
def sqlite(folder: Path, *, migrated: str = "") -> Iterator[Site]:
    """`migrated`: a file with all tables, which saves half a minute."""
    if migrated:
        shutil.copy(migrated, folder / "db.sqlite3")
    yield Site(folder, f"sqlite:///{folder}/db.sqlite3", is_migrated=bool(migrated))


@contextmanager
def postgresql(folder: Path, url: str) -> Iterator[Site]:
    _administer(url, f"DROP DATABASE IF EXISTS {DATABASE}", f"CREATE DATABASE {DATABASE}")
    try:
        yield Site(folder, urlsplit(url)._replace(path=f"/{DATABASE}").geturl())
    finally:
        _administer(url, f"DROP DATABASE IF EXISTS {DATABASE}")


def answers(url: str) -> bool:
    try:
        _administer(url, "SELECT 1")
    except psycopg.Error:
        return False
    return True


def _administer(url: str, *statements: str) -> None:
    with psycopg.connect(
        url, dbname="postgres", connect_timeout=3, autocommit=True
    ) as administration:
        for statement in statements:
            administration.execute(statement.encode())


def cpu_seconds(worker: int) -> float:
    """How long the process has had a processor; 0 where nobody tells (no Linux)."""
    try:
        status = Path(f"/proc/{worker}/stat").read_text(encoding="utf-8")
    except OSError:
        return 0
    ticks = status.rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def peak_megabytes(worker: int) -> float:
    """The most memory that the process had since `forget_peak`; 0 where nobody tells (no Linux)."""
    try:
        lines = Path(f"/proc/{worker}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:"))


def forget_peak(worker: int) -> None:
    try:
        Path(f"/proc/{worker}/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return  # Then the peak is that since the start.
