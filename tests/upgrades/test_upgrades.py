"""A database made by an earlier version, with data, migrates and goes on where it stopped.

Each folder here is one version: `make upgrade-fixture NAME=…` makes it. Nothing in them depends
on today: what would expire gets days enough.
"""

import json
import lzma
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tools.upgrade_fixture import LARGEST, SECRETS

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
VERSIONS = sorted(path.name for path in HERE.iterdir() if (path / "sqlite.xz").exists())
FOR_EVER = "100000"


@pytest.fixture(scope="module", params=VERSIONS)
def version(request: pytest.FixtureRequest) -> Path:
    return HERE / request.param


@pytest.fixture(scope="module")
def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


@pytest.fixture(scope="module")
def facts(version: Path, is_postgresql: bool) -> dict[str, Any]:
    name = "postgresql.json" if is_postgresql else "sqlite.json"
    return json.loads((version / name).read_text(encoding="utf-8")) | {"file": version / name}


@pytest.fixture(scope="module")
def database(
    version: Path, is_postgresql: bool, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if not is_postgresql:
        path = tmp_path_factory.mktemp("upgrade") / "then.sqlite3"
        path.write_bytes(lzma.decompress((version / "sqlite.xz").read_bytes()))
        yield f"sqlite:///{path}"
        return
    given = connection.settings_dict
    place = urlsplit(os.environ["TEST_DATABASE_URL"])
    name = f"{given['NAME'].removeprefix('test_')}_upgrade_{os.getpid()}"
    admin = urlunsplit(place._replace(scheme="postgresql", path="/postgres"))
    with psycopg.connect(admin, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield load(urlunsplit(place._replace(path=f"/{name}")), version)
        finally:
            drop = sql.SQL("DROP DATABASE {} WITH (FORCE)")
            server.execute(drop.format(sql.Identifier(name)))


def load(place: str, version: Path) -> str:
    dump = lzma.decompress((version / "postgresql.sql.xz").read_bytes())
    with psycopg.connect(place.replace("postgres://", "postgresql://", 1)) as client:
        client.execute(dump)
    return place


@pytest.fixture(scope="module")
def life(
    facts: dict[str, Any], database: str, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """What happened when the site of today went on with the database of then."""
    environment = os.environ | SECRETS
    environment |= {
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "DATABASE_URL": database,
        "VAR_DIR": str(tmp_path_factory.mktemp("var")),
        "NEWSLETTER_EMAIL_BACKEND": "tests.fakes.FakeESP",
        "NEWSLETTER_CONFIRMATION_DAYS": FOR_EVER,
        "NEWSLETTER_WITHDRAWN_DAYS": FOR_EVER,
        "NEWSLETTER_LETTER_DAYS": FOR_EVER,
        "NEWSLETTER_CONSENT_EVIDENCE_DAYS": FOR_EVER,
        "RETENTION_LOG_DAYS": FOR_EVER,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrades.life", str(facts["file"])],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_every_page_answers(life: dict[str, Any]) -> None:
    assert {address: status for address, status in life["pages"].items() if status != 200} == {}


def test_the_gate_still_stands(life: dict[str, Any]) -> None:
    assert life["gate"] == "refused"


def test_a_link_that_was_mailed_then_still_unsubscribes(
    life: dict[str, Any], facts: dict[str, Any]
) -> None:
    assert life["leaving"] == {"status": 200, "state": "withdrawn"}
    assert not [mail for mail in life["mails"] if mail.startswith(facts["leaver"])]


def test_an_interrupted_announcement_is_finished_exactly_once(
    life: dict[str, Any], facts: dict[str, Any]
) -> None:
    title = "Opowieść interrupted"
    arrived = {mail.split(" ", 1)[0] for mail in life["mails"] if mail.endswith(title)}
    states = life["states"][title]
    gone = {facts["accepted_before"], facts["sending"], facts["leaver"]}
    assert arrived == set(states) - gone
    assert facts["claimed"] in arrived or facts["claimed"] == facts["leaver"]
    # On the wire when it was interrupted: nobody can know, so nobody sends it again.
    assert states[facts["sending"]] == "unknown"
    assert states[facts["accepted_before"]] == "accepted"
    assert set(life["mails"].values()) == {1}
    assert life["announcements"][title] == "done"


def test_every_announcement_goes_on_from_its_own_state(
    life: dict[str, Any], facts: dict[str, Any]
) -> None:
    before, now = facts["announcements"], life["announcements"]
    assert sorted(before.values()) == ["cancelled", "done", "held", "open", "paused", "ready"]
    expected = {"open": "done", "ready": "done"}
    assert now == {title: expected.get(state, state) for title, state in before.items()}
    told = {mail.split(" ", 1)[0] for mail in life["mails"] if mail.endswith(facts["practice"])}
    assert told == set(life["states"][facts["practice"]]) - {facts["leaver"]} != set()


def test_nothing_that_must_hold_is_broken(life: dict[str, Any]) -> None:
    assert life["broken"] == {}
    assert life["tick_failed"] == []
    assert life["chain_is_whole"]


def test_fixtures_stay_small() -> None:
    assert VERSIONS
    for path in HERE.rglob("*.xz"):
        assert path.stat().st_size <= LARGEST, path
