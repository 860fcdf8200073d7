"""The bench of the pages measures something, and says so; its full size runs in make bench."""

import contextlib
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from cms.bench import serving
from cms.bench.asking import Figures
from cms.management.commands.http_bench import LIMIT, Command, Row

KINDS = ["catalogue", "filtered", "search", "practice"]
WAITING = [sys.executable, "-c", "import time; time.sleep(600)"]


def row(size: int, p95: float, *, page: str = "filtered", cache: str = "off") -> Row:
    return Row("sqlite", size, page, cache, Figures(10, p95 / 2, p95, 40, 11, 150))


@pytest.mark.audit
@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("postgres" in connection.settings_dict["ENGINE"], reason="copies a file")
def test_a_small_bench_asks_gunicorn_for_each_kind_of_page_at_each_size(
    tmp_path: Path, settings: object
) -> None:
    settings.VAR_DIR = tmp_path / "var"  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(tmp_path / "migrated.sqlite3")])
    out = StringIO()
    # The limit may break on a busy machine; here it matters that it measures.
    with contextlib.suppress(SystemExit):
        call_command(
            "http_bench",
            "--databases=sqlite",
            "--sizes",
            "20",
            "40",
            "--requests=8",
            "--addresses=3",
            f"--migrated={tmp_path / 'migrated.sqlite3'}",
            stdout=out,
        )
    header, *rows, verdict, where = out.getvalue().splitlines()
    assert header.split()[:4] == ["database", "practices", "page", "cache"]
    assert [line.split()[:4] for line in rows] == [
        ["sqlite", size, page, "off"] for size in ("20", "40") for page in KINDS
    ]
    for line in rows:
        per_second, p50, p95, _cpu, statements, _megabytes = map(float, line.split()[4:])
        assert per_second > 0
        assert p50 <= p95
        assert statements >= 1
    assert "40 : 20" in verdict
    assert f"limit {LIMIT}" in verdict
    assert where == "== Measured on: sqlite"
    assert list((tmp_path / "var").iterdir()) == []


def test_the_ratio_is_that_of_filtered_pages_without_the_cache() -> None:
    out = StringIO()
    command = Command(stdout=out)
    other = [row(10_000, 9000, page="search"), row(10_000, 9000, cache="on")]
    assert command.judge("sqlite", [row(100, 50), row(1000, 900), row(10_000, 149), *other])
    assert not command.judge("sqlite", [row(100, 50), row(10_000, 151), *other])
    assert [line.split()[0] for line in out.getvalue().splitlines()] == ["ok", "TOO"]


def test_a_bench_without_postgresql_says_so_loudly_and_shows_no_password() -> None:
    out = StringIO()
    call_command(
        "http_bench",
        "--databases=postgresql",
        "--postgres=postgres://somebody:secret@127.0.0.1:9/",
        stdout=out,
    )
    assert "NOT MEASURED: POSTGRESQL" in out.getvalue()
    assert "127.0.0.1:9" in out.getvalue()
    assert "secret" not in out.getvalue()
    assert out.getvalue().splitlines()[-1] == "== Measured on: nothing"


def test_what_the_bench_started_ends_with_it_even_when_it_is_interrupted() -> None:
    with contextlib.suppress(KeyboardInterrupt), serving.running(WAITING, {}) as program:
        assert program.poll() is None
        raise KeyboardInterrupt
    assert program.poll() is not None
