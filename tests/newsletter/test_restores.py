"""A database restored from a backup, with the journal of everything that happened since.

What happens in `since_the_backup` is rolled back in the database and stays in the files.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import transaction

from newsletter import announcing, consent, journal
from newsletter.announcing import deliver_due, delivery_counts, open_due, tick
from newsletter.consent import Method
from newsletter.invariants import INVARIANTS
from newsletter.models import (
    Announcement,
    AnnouncementState,
    Delivery,
    DeliveryState,
    Instance,
    Letter,
    Subscription,
    Suppression,
    Told,
)
from newsletter.outcomes import Verdict, settle_unknown
from tests.fakes import Outside
from tests.newsletter.factories import (
    ANA,
    BARTEK,
    CELINA,
    OFFICE,
    make_subscription,
    sign_up,
    subscribe,
    subscription_of,
)
from tests.newsletter.stories import announced, end_leases, end_window, facts, opened, the_manager

State = DeliveryState
pytestmark = pytest.mark.django_db
Capture = Callable[..., AbstractContextManager[Any]]


@pytest.fixture
def since_the_backup(
    django_capture_on_commit_callbacks: Capture,
) -> Callable[[], AbstractContextManager[None]]:
    @contextmanager
    def lost() -> Iterator[None]:
        with django_capture_on_commit_callbacks(execute=True):
            point = transaction.savepoint()
            yield
        transaction.savepoint_rollback(point)

    return lost


def lock_code() -> str:
    lock = journal.sending_lock()
    return lock.code if lock else "free"


def replayed(capsys: Any) -> str:
    call_command("newsletter_reconcile", "--from-journal")
    return capsys.readouterr().out


def carry_on() -> None:
    end_leases()
    tick()
    deliver_due()


def broken() -> set[str]:
    return {ask.__name__ for ask in INVARIANTS if list(ask())}


def times(esp: Outside) -> dict[str, int]:
    return {address: len(esp.to(address)) for address in {ANA, BARTEK, CELINA}}


@pytest.fixture
def three(esp: Outside) -> None:
    for address in (ANA, BARTEK, CELINA):
        make_subscription(address)


# What was sent is not sent again


def test_a_mailing_that_was_not_open_yet_goes_to_the_rest_exactly_once(
    three, esp, capsys, since_the_backup
):
    announcement = announced(facts("Autobus"))
    with since_the_backup():
        end_window()
        open_due()
        deliver_due(limit=2)
    assert not Delivery.objects.exists()
    assert lock_code() == "older"
    end_window()
    carry_on()
    assert (len(esp.messages), Delivery.objects.count()) == (2, 0)

    assert "accepted: 2" in replayed(capsys)
    assert lock_code() == "free"
    carry_on()
    assert times(esp) == {ANA: 1, BARTEK: 1, CELINA: 1}
    announcement.refresh_from_db()
    assert (announcement.state, announcement.entitled) == (AnnouncementState.DONE, 3)
    assert delivery_counts(announcement).closes
    assert Told.objects.count() == 3
    assert broken() == set()


def test_an_open_mailing_goes_on_where_it_was(three, esp, capsys, since_the_backup):
    announcement = opened()
    with since_the_backup():
        esp.refuse(BARTEK)
        esp.lose_the_answer(CELINA)
        deliver_due()
    assert (lock_code(), deliver_due().total) == ("older", 0)
    told = replayed(capsys)
    assert ("accepted: 1" in told, "refused: 1" in told, "unknown: 1" in told) == (True,) * 3
    carry_on()
    assert times(esp) == {ANA: 1, BARTEK: 0, CELINA: 1}
    counts = delivery_counts(announcement)
    assert (counts.accepted, counts.refused, counts.unknown, counts.closes) == (1, 1, 1, True)
    assert broken() == set()


def test_a_backup_of_the_middle_of_a_send_is_as_good(three, esp, capsys, since_the_backup):
    opened()
    with since_the_backup():
        points = []

        def snapshot(_message: object) -> None:
            points.append(transaction.savepoint())

        esp.meanwhile = snapshot
        deliver_due()
        transaction.savepoint_rollback(points[1])
        # One was accepted, one was on the wire, one was not begun when the backup was made.
        assert sorted(Delivery.objects.values_list("state", flat=True)) == [
            State.ACCEPTED,
            State.CLAIMED,
            State.SENDING,
        ]
        esp.meanwhile = None
        assert lock_code() == "older"
        replayed(capsys)
        carry_on()
        assert times(esp) == {ANA: 1, BARTEK: 1, CELINA: 1}
        assert set(Delivery.objects.values_list("state", flat=True)) == {State.ACCEPTED}
        assert broken() == set()


def test_what_the_server_put_off_is_sent_after_the_restore(three, esp, capsys, since_the_backup):
    opened()
    with since_the_backup():
        esp.defer(ANA)
        deliver_due()
    esp.accept(ANA)
    replayed(capsys)
    carry_on()
    assert times(esp) == {ANA: 1, BARTEK: 1, CELINA: 1}


def test_the_later_attempt_of_a_person_counts(three, esp, capsys, since_the_backup):
    announcement = opened()
    with since_the_backup():
        esp.lose_the_answer(ANA)
        deliver_due()
        esp.accept(ANA)
        unknown = Delivery.objects.get(state=State.UNKNOWN)
        settle_unknown(unknown, Verdict.AGAIN, by=the_manager())
        deliver_due()
    replayed(capsys)
    carry_on()
    assert times(esp) == {ANA: 2, BARTEK: 1, CELINA: 1}
    assert delivery_counts(announcement).accepted == 3
    assert broken() == set()


def test_a_letter_is_not_sent_again(esp, since_the_backup, capsys):
    sign_up(ANA)
    with since_the_backup():
        deliver_due()
    assert deliver_due().total == 0
    assert "letters: 1" in replayed(capsys)
    deliver_due()
    assert len(esp.to(ANA)) == 1
    assert Letter.objects.get().state == State.ACCEPTED


def test_what_a_person_stopped_since_stays_stopped(three, esp, capsys, since_the_backup):
    first = announced()
    with since_the_backup():
        announcing.cancel(first, by=the_manager())
    end_window()
    assert "announcements stopped: 1" in replayed(capsys)
    carry_on()
    first.refresh_from_db()
    assert (first.state, esp.messages) == (AnnouncementState.CANCELLED, [])


def test_what_cannot_be_known_any_more_is_named(three, esp, capsys, since_the_backup):
    opened()
    deliver_due()
    with since_the_backup():
        story = facts("Kuchnia")
        subscribe(OFFICE)
        opened(story)
        deliver_due()
    told = replayed(capsys)
    assert "announcements lost: 1" in told
    assert f"stories lost: {story.key}" in told
    assert "people lost: 1" in told


def test_a_second_time_changes_nothing(three, esp, capsys, since_the_backup):
    opened()
    with since_the_backup():
        deliver_due()
    replayed(capsys)
    before = list(Delivery.objects.values_list("pk", "state", "fence"))
    assert "accepted: 0" in replayed(capsys)
    assert list(Delivery.objects.values_list("pk", "state", "fence")) == before


def test_a_restore_under_a_running_process_is_noticed_by_it_too(
    esp, since_the_backup, django_capture_on_commit_callbacks
):
    ana, bartek = make_subscription(ANA), make_subscription(BARTEK)
    with since_the_backup():
        consent.withdraw(ana, method=Method.ONE_CLICK)
    assert lock_code() == "older"
    with django_capture_on_commit_callbacks(execute=True):
        consent.withdraw(bartek, method=Method.ONE_CLICK)
    assert lock_code() == "older"


# Who left has left


def test_who_left_since_the_backup_is_not_written_to(esp, capsys, since_the_backup):
    people = [subscribe(address) for address in (ANA, BARTEK, CELINA)]
    deliver_due()
    esp.empty()
    announced()
    with since_the_backup():
        consent.withdraw(people[0], method=Method.ONE_CLICK)
        consent.erase(people[1], method=Method.MAILED_LINK)
        consent.record_complaint(people[2])
        consent.suppress_address(OFFICE, by=the_manager())
    assert Subscription.objects.mailable().count() == 3
    end_window()
    told = replayed(capsys)
    assert ("withdrawn: 2" in told, "erased: 1" in told, "suppressed: 1" in told) == (True,) * 3
    carry_on()
    assert esp.messages == []
    assert {row.state for row in Subscription.objects.all()} == {"withdrawn"}
    reasons = set(Suppression.objects.values_list("reason", flat=True))
    assert reasons == {"erased", "complaint", "staff"}
    assert consent.verify_chain().is_whole
    assert broken() == set()


def test_who_came_back_since_is_left_as_the_backup_has_them(esp, capsys, since_the_backup):
    ana = subscribe(ANA)
    deliver_due()
    with since_the_backup():
        consent.withdraw(ana, method=Method.ONE_CLICK)
        cache.clear()  # The mail budget of that day is used up.
        subscribe(ANA, submission="again")
    replayed(capsys)
    assert subscription_of(ANA).state == "confirmed"


def test_topics_are_those_the_person_chose_last(esp, capsys, since_the_backup):
    ana = make_subscription(ANA, topics=["area:a", "area:b"])
    with since_the_backup():
        consent.change_topics(ana, {"area:b"}, method=Method.MAILED_LINK)
    assert "topics changed: 1" in replayed(capsys)
    assert consent.chosen_topics(ana) == {"area:b"}


# A copy


def test_a_copy_sends_after_it_was_adopted(three, esp, settings, tmp_path, capsys):
    opened()
    settings.NEWSLETTER_JOURNAL_DIR = str(tmp_path / "another-machine")
    assert (lock_code(), deliver_due().total) == ("copy", 0)
    with pytest.raises(SystemExit):
        call_command("newsletter_reconcile")
    call_command("newsletter_reconcile", "--adopt", "--yes")
    assert lock_code() == "free"
    assert deliver_due().accepted == 3


def test_a_staging_copy_is_adopted_with_an_empty_queue(three, esp, settings, tmp_path):
    before = opened()
    waiting = announced()
    sign_up(OFFICE)
    ref = Instance.objects.get().ref
    settings.NEWSLETTER_JOURNAL_DIR = str(tmp_path / "staging")
    call_command("newsletter_reconcile", "--adopt-copy", "--yes")
    assert (lock_code(), deliver_due().total, esp.messages) == ("free", 0, [])
    states = set(Announcement.objects.values_list("state", flat=True))
    assert states == {AnnouncementState.CANCELLED}
    assert Instance.objects.get().ref != ref
    assert {before.pk, waiting.pk} == set(Announcement.objects.values_list("pk", flat=True))


def test_a_copy_does_not_take_the_directory_of_the_original(three):
    opened()
    with pytest.raises(CommandError, match=r"belongs to an installation|należy do"):
        call_command("newsletter_reconcile", "--adopt-copy", "--yes")
    assert lock_code() == "free"


def test_adopting_asks_for_the_name_of_the_site(three, settings, tmp_path, monkeypatch):
    opened()
    settings.NEWSLETTER_JOURNAL_DIR = str(tmp_path / "another-machine")
    for answer, code in (("yes\n", "copy"), ("testserver\n", "free")):
        typed = tmp_path / "typed"
        typed.write_text(answer)
        with typed.open() as stdin:
            monkeypatch.setattr("sys.stdin", stdin)
            try:
                call_command("newsletter_reconcile", "--adopt")
            except CommandError:
                assert answer == "yes\n"
        assert lock_code() == code
