"""kill -9 at every fdatasync of a publication: the page is live and announced, or neither."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from tests.factories import make_practice, make_site_tree, make_user

ROOT = Path(__file__).resolve().parent.parent.parent
MOST_POINTS = 40
LIVE = "SELECT live FROM wagtailcore_page WHERE id = ?"
ANNOUNCED = "SELECT count(*) FROM newsletter_story WHERE key LIKE ?"

pytestmark = [
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL syncs in its own process"),
    pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to kill at a syscall"),
]


@pytest.fixture
def publisher(tmp_path):
    """Makes a process that waits to be continued and then publishes."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "DATABASE_URL": f"sqlite:///{tmp_path}/unused.sqlite3",
        "VAR_DIR": str(tmp_path),
        "NEWSLETTER_SUPPRESSION_KEY": "tests-only-suppression",
    }
    with subprocess.Popen(
        [sys.executable, "-m", "tests.journeys.publisher"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


@pytest.fixture
def page(transactional_db):
    """Complete, written by somebody else, and to be announced."""
    index = make_site_tree()
    make_user("administrator", username="administratorka")
    return make_practice(index, owner=make_user("author"), announce=True)


def wait_for_last_approval(page):
    author = page.owner
    page.get_workflow().start(page, author)
    page.refresh_from_db()
    task = page.current_workflow_task
    task.on_action(page.current_workflow_task_state, make_user("editor"), "approve")


def schedule_for_now(page):
    page.go_live_at = timezone.now() - timedelta(minutes=1)
    revision = page.save_revision(user=page.owner)
    revision.approved_go_live_at = page.go_live_at
    revision.save(update_fields=["approved_go_live_at"])


BEFORE = {"publish": lambda page: None, "approve": wait_for_last_approval, "tick": schedule_for_now}


@pytest.mark.parametrize("act", BEFORE)
def test_a_publication_killed_at_any_write_is_whole_or_not_begun_and_ends_announced_once(
    act, page, publisher, tmp_path
):
    BEFORE[act](page)
    killed = []
    for point in range(1, MOST_POINTS):
        path = tmp_path / f"{point}.sqlite3"
        with sqlite3.connect(path) as copy:
            connection.connection.backup(copy)
        copy.close()

        status = run(publisher, path, act, page, kill_at=point)

        is_live, stories = facts_of(path, page)
        assert stories == is_live, f"{act} killed at write {point}: live {is_live}, told {stories}"
        if not is_live:
            assert run(publisher, path, act, page) == 0
            assert facts_of(path, page) == (1, 1), f"{act} again after a kill at write {point}"
        if status == 0:
            break
        assert status == -signal.SIGKILL
        killed.append(is_live)
    # It was killed on both sides of the commit that matters.
    assert set(killed) == {0, 1}


def run(publisher, path, act, page, *, kill_at=None):
    publisher.stdin.write(f"{path} {act} {page.pk}\n")
    publisher.stdin.flush()
    process = int(publisher.stdout.readline())
    if kill_at is None:
        return resume(publisher, process)
    inject = f"inject=fdatasync,fsync:signal=SIGKILL:when={kill_at}"
    command = ["strace", "-f", "-e", "trace=fdatasync,fsync", "-e", inject, "-o", os.devnull]
    with subprocess.Popen(
        [*command, "-p", str(process)],
        stderr=subprocess.PIPE,
        text=True,
    ) as strace:
        told = strace.stderr.readline()
        status = resume(publisher, process)
    if "attached" not in told:
        pytest.skip(f"NOT KILLED: strace may not attach to a process here: {told.strip()}")
    return status


def resume(publisher, process):
    os.kill(process, signal.SIGCONT)
    return int(publisher.stdout.readline())


def facts_of(path, page):
    """Whether the page is live, and how many stories tell of it."""
    with sqlite3.connect(path) as database:
        (is_live,) = database.execute(LIVE, [page.pk]).fetchone()
        (stories,) = database.execute(ANNOUNCED, [f"%{page.pid}%"]).fetchone()
    database.close()
    return is_live, stories
