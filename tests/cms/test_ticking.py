"""The site's clock: every step on its own, twice at once without harm, failures said aloud."""

import threading
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from cms import retention, ticking
from cms.models import TickStep
from cms.ticking import Step, tick

pytestmark = pytest.mark.django_db


def breaking() -> dict[str, int]:
    TickStep.objects.create(name="written before it broke")
    raise ZeroDivisionError("ana.lis@wzorowice.example")


@pytest.fixture
def broken_step(monkeypatch: pytest.MonkeyPatch) -> str:
    """A further step, before all others, that always fails."""
    step = Step("broken", breaking, timedelta(hours=1))
    monkeypatch.setattr(ticking, "STEPS", (step, *ticking.STEPS))
    return step.name


def test_a_step_that_fails_stops_no_other_and_is_reported(broken_step: str) -> None:
    report = tick()
    assert report.failed == [broken_step]
    assert report.figures["announced"] == 0
    done = set(TickStep.objects.exclude(finished_at=None).values_list("name", flat=True))
    assert {"publishing", "announcing", "mail", "tick", "retention of sessions"} <= done


@pytest.mark.usefixtures("broken_step")
def test_a_step_that_fails_leaves_nothing_half_done_and_no_personal_data() -> None:
    tick()
    row = TickStep.objects.get(name="broken")
    assert (row.error, row.finished_at) == ("ZeroDivisionError", None)
    assert row.failed_at is not None
    assert not TickStep.objects.filter(name="written before it broke").exists()


@pytest.mark.usefixtures("broken_step")
def test_the_command_fails_when_a_step_failed(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="broken"):
        call_command("tick")
    assert "announced: 0" in capsys.readouterr().out


def test_a_step_that_works_again_counts_as_mended() -> None:
    TickStep.objects.create(name="publishing", failed_at=timezone.now(), error="OSError")
    tick()
    row = TickStep.objects.get(name="publishing")
    assert (row.failed_at, row.error) == (None, "")


def test_retention_rests_between_its_hours_and_comes_back_for_what_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ticking, "BATCH", 2)
    left = iter([2, 1, 0])
    monkeypatch.setitem(retention.RULES, "sessions", lambda limit: next(left))
    step = ticking._retention_step("sessions")
    monkeypatch.setattr(ticking, "STEPS", (step,))
    name = "forgotten_sessions"
    figures = [tick().figures for _ in range(3)]
    # A full batch is followed up at the next tick; then it rests.
    assert figures == [{name: 2}, {name: 1}, {}]
    TickStep.objects.update(finished_at=timezone.now() - timedelta(hours=1, seconds=1))
    assert tick().figures == {name: 0}


@pytest.mark.django_db(transaction=True)
def test_two_ticks_at_once_never_do_an_exclusive_step_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    started, finish, runs = threading.Event(), threading.Event(), []

    def slowly() -> dict[str, int]:
        runs.append(1)
        started.set()
        assert finish.wait(10)
        return {"slow": 1}

    monkeypatch.setattr(ticking, "STEPS", (Step("slow", slowly, timedelta(hours=1)),))
    TickStep.objects.create(name="slow")

    def first() -> None:
        tick()
        connection.close()

    other = threading.Thread(target=first)
    other.start()
    assert started.wait(10)
    if connection.vendor == "postgresql":
        # It does not even wait: the row is taken.
        assert tick().figures == {}
    finish.set()
    other.join()
    assert tick().figures == {}
    assert runs == [1]


@pytest.mark.django_db(transaction=True)
def test_a_tick_that_was_killed_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """What no handler of ours catches, as kill -9 is."""

    lives = iter([Killed(), None])

    def once_killed() -> dict[str, int]:
        if death := next(lives):
            raise death
        return {"done": 1}

    monkeypatch.setattr(ticking, "STEPS", (Step("mortal", once_killed, timedelta(hours=1)),))
    with pytest.raises(Killed):
        tick()
    assert not transaction.get_connection().in_atomic_block
    assert tick().figures == {"done": 1}
