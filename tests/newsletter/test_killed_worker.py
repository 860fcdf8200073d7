"""kill -9 at twenty random instants of a send to 200 subscriptions, with a real process and a real
SMTP server: nobody is missing, nobody gets it twice, and what nobody can know has a name."""

import asyncio
import json
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.db import connection

from newsletter.journal.files import journal_files, read_lines
from tests.newsletter.stories import facts, opened

ROOT = Path(__file__).resolve().parent.parent.parent
PEOPLE, KILLS = 200, 20
ROWS = """
SELECT person.address, delivery.id, delivery.state FROM newsletter_delivery delivery
JOIN newsletter_subscription person ON person.id = delivery.subscription_id
"""


class Inbox:
    """Takes everything, a little slowly, and answers a little after it took it."""

    def __init__(self, seed):
        self.taken, self._random, self._more = [], random.Random(seed), threading.Condition()

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        await asyncio.sleep(self._random.uniform(0, 0.006))
        with self._more:
            self.taken += envelope.rcpt_tos
            self._more.notify_all()
        await asyncio.sleep(self._random.uniform(0, 0.006))
        return "250 2.0.0 taken"

    def wait_for(self, count, seconds):
        with self._more:
            return self._more.wait_for(lambda: len(self.taken) >= count, seconds)


@pytest.fixture
def seed():
    chosen = int(os.environ.get("KILL_SEED") or random.SystemRandom().randrange(10**6))
    sys.stdout.write(f"KILL_SEED={chosen} repeats this run\n")
    return chosen


@pytest.fixture
def inbox(seed):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    handler = Inbox(seed)
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    handler.url = f"smtp://127.0.0.1:{port}"
    yield handler
    controller.stop()


@pytest.fixture
def database(tmp_path, transactional_db):
    """A database that other processes can open, with an announcement to 200 people."""
    call_command("make_subscriptions", str(PEOPLE))
    assert opened(facts("Autobus szkolny")).entitled == PEOPLE
    if connection.vendor == "postgresql":
        yield Shared(connection.settings_dict)
        return
    copy = sqlite3.connect(tmp_path / "killed.sqlite3")
    connection.connection.backup(copy)
    yield File(tmp_path / "killed.sqlite3", copy)
    copy.close()


class Shared:
    """The suite's own PostgreSQL test database."""

    def __init__(self, settings):
        name, host, port = settings["NAME"], settings["HOST"], settings["PORT"] or 5432
        user, password = settings["USER"], settings["PASSWORD"]
        self.url = f"postgres://{user}:{password}@{host}:{port}/{name}"

    def rows(self):
        with connection.cursor() as cursor:
            cursor.execute(ROWS)
            return cursor.fetchall()


class File:
    """A copy of the suite's SQLite database, with every commit on the disk as in life."""

    def __init__(self, path, reader):
        self.url, self._reader = f"sqlite:///{path}", reader

    def rows(self):
        return self._reader.execute(ROWS).fetchall()


@pytest.fixture
def environment(database, inbox, journal_dir):
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "DATABASE_URL": database.url,
        "DATABASE_CONN_MAX_AGE": "0",
        "EMAIL_URL": inbox.url,
        "EMAIL_TIMEOUT": "2",
        "NEWSLETTER_LEASE_SECONDS": "5",
        "NEWSLETTER_RETRY_SECONDS": "1",
        "NEWSLETTER_BATCH": "3",
        "NEWSLETTER_JOURNAL_DIR": str(journal_dir),
        "NEWSLETTER_SUPPRESSION_KEY": "tests-only-suppression",
    }


@pytest.fixture
def nursery(environment):
    with subprocess.Popen(
        [sys.executable, "-m", "tests.newsletter.nursery"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


def start(nursery):
    nursery.stdin.write("\n")
    nursery.stdin.flush()
    return int(nursery.stdout.readline())


def ended(nursery):
    return int(nursery.stdout.readline())


def manage(environment, *arguments):
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def kill_twenty_times(nursery, inbox, chance):
    kills = 0
    for _life in range(4 * KILLS):
        if kills == KILLS:
            break
        worker = start(nursery)
        # Somewhere in the next messages; a worker that finds only leased rows ends by itself.
        inbox.wait_for(len(inbox.taken) + chance.randint(0, 6), seconds=1)
        time.sleep(chance.uniform(0, 0.02))
        os.kill(worker, signal.SIGKILL)
        kills += ended(nursery) == -signal.SIGKILL
    return kills


def finish(nursery, database):
    """Let workers run undisturbed until nothing is left to do."""
    deadline = time.monotonic() + 40
    while any(
        state in {"queued", "claimed", "sending", "deferred"} for _, _, state in database.rows()
    ):
        assert time.monotonic() < deadline, Counter(state for _, _, state in database.rows())
        start(nursery)
        assert ended(nursery) == 0
        time.sleep(0.1)


def last_words(directory):
    """What the journal says last of each delivery."""
    lines = [line for path in journal_files(directory) for line in read_lines(path)]
    words = [line.fields for line in lines if line.kind == "delivery"]
    # A later claim has the greater fence; within one the ending follows the sending.
    words.sort(key=lambda fields: (int(fields[1]), fields[2] != "sending"))
    return {uuid.UUID(fields[0]): fields[2] for fields in words}


CAMPAIGNS = [1, *(pytest.param(number, marks=pytest.mark.audit) for number in range(2, 11))]


@pytest.mark.parametrize("campaign", CAMPAIGNS)
def test_a_worker_killed_twenty_times_leaves_nobody_out_and_writes_to_nobody_twice(
    campaign, seed, inbox, database, environment, nursery, journal_dir
):
    assert kill_twenty_times(nursery, inbox, random.Random(seed)) == KILLS
    finish(nursery, database)

    rows = database.rows()
    unknown = {address: uuid.UUID(str(ref)) for address, ref, state in rows if state == "unknown"}
    accepted = {address for address, _, state in rows if state == "accepted"}
    received = Counter(inbox.taken)
    assert len(rows) == PEOPLE
    assert accepted | set(unknown) == {address for address, _, _ in rows}
    assert [address for address, times in received.items() if times > 1] == []
    assert accepted - set(received) == set()
    # A worker has one message on the wire at a time.
    assert len(unknown) <= KILLS

    journal_says = last_words(journal_dir)
    # What the server took is in the journal; what is not in it never left.
    assert {ref for ref, word in journal_says.items() if word == "accepted"} >= {
        uuid.UUID(str(ref)) for _, ref, state in rows if state == "accepted"
    }
    never_left = {address for address, ref in unknown.items() if ref not in journal_says}
    assert never_left.isdisjoint(received)

    result = manage(environment, "newsletter_reconcile", "--json")
    assert result.returncode == 0, result
    told = json.loads(result.stdout)
    assert set(told["unknown"]) == {str(ref) for ref in unknown.values()}
    sys.stdout.write(
        f"{len(accepted)} accepted, {len(unknown)} unknown, {received.total()} received\n"
    )
