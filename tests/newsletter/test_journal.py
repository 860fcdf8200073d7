"""The journal is on the disk before a byte leaves, and says when the database is another one."""

import os
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from newsletter import consent, health, journal
from newsletter.announcing import deliver_due, open_due
from newsletter.consent import Method
from newsletter.journal.files import journal_files, read_lines
from newsletter.journal.lines import Line, decode
from newsletter.journal.recording import pen
from newsletter.models import Delivery, DeliveryState, Instance, JournalWriter, Letter
from tests.newsletter.factories import ANA, BARTEK, make_subscription, sign_up, subscribe
from tests.newsletter.stories import announced, end_window, opened, the_manager

State = DeliveryState
pytestmark = pytest.mark.django_db


def lines(directory: Path) -> list[Line]:
    return [line for path in journal_files(directory) for line in read_lines(path)]


def words(directory: Path, kind: str) -> list[tuple[str, ...]]:
    return [line.fields for line in lines(directory) if line.kind == kind]


def everything(directory: Path) -> str:
    return "".join(path.read_text() for path in journal_files(directory))


def lock_code() -> str:
    lock = journal.sending_lock()
    return lock.code if lock else "free"


# What it says, and when


def test_a_delivery_is_in_the_journal_before_a_byte_of_it_leaves(esp, journal_dir):
    make_subscription(ANA)
    announcement = opened()
    seen = []
    esp.meanwhile = lambda message: seen.append(words(journal_dir, "delivery"))
    deliver_due()
    delivery = Delivery.objects.get()
    origin = (announcement.ref.hex, delivery.subscription.ref.hex, "1")
    before = (delivery.pk.hex, "1", "sending", *origin)
    assert seen == [[before]]
    assert words(journal_dir, "delivery") == [before, (delivery.pk.hex, "1", "accepted")]


def test_a_letter_is_in_it_too(esp, journal_dir):
    sign_up(ANA)
    deliver_due()
    ref = Letter.objects.get().pk.hex
    assert words(journal_dir, "letter") == [(ref, "1", "sending"), (ref, "1", "accepted")]


@pytest.mark.django_db(transaction=True)
def test_who_left_is_in_it_without_an_address_or_a_link(esp, journal_dir):
    ana, bartek = subscribe(ANA), subscribe(BARTEK)
    deliver_due()
    consent.withdraw(ana, method=Method.ONE_CLICK)
    consent.erase(bartek, method=Method.MAILED_LINK)
    consent.suppress_address("celina@gmina.example", by=the_manager())
    assert [(fields[1], fields[2]) for fields in words(journal_dir, "consent")] == [
        ("confirmed", ana.ref.hex),
        ("confirmed", bartek.ref.hex),
        ("withdrawn", ana.ref.hex),
        ("erased", bartek.ref.hex),
    ]
    assert [fields[1] for fields in words(journal_dir, "suppressed")] == ["erased", "staff"]
    assert "@" not in everything(journal_dir)
    assert lock_code() == "free"


def test_a_withdrawal_is_on_the_disk_before_the_database_has_it(journal_dir):
    ana = make_subscription(ANA)
    with transaction.atomic():
        consent.withdraw(ana, method=Method.ONE_CLICK)
        assert [fields[1] for fields in words(journal_dir, "consent")] == ["withdrawn"]


def test_a_site_may_say_that_it_keeps_none(esp, journal_dir):
    with_journal_at("off")
    make_subscription(ANA)
    opened()
    assert deliver_due().accepted == 1
    assert (lock_code(), Instance.objects.count(), list(journal_dir.iterdir())) == ("free", 0, [])


def test_a_process_begins_another_file_when_its_file_is_large(esp, journal_dir, settings):
    settings.NEWSLETTER_JOURNAL_MAX_BYTES = 500
    for _ in range(6):
        make_subscription()
    opened()
    deliver_due()
    assert len(journal_files(journal_dir)) > 1
    assert len(words(journal_dir, "delivery")) == 12
    assert lock_code() == "free"


def test_files_older_than_any_backup_are_deleted(esp, journal_dir):
    make_subscription(ANA)
    opened()
    deliver_due()
    (path,) = journal_files(journal_dir)
    os.utime(path, (0, 0))
    call_command("tick")
    assert journal_files(journal_dir) == []
    assert not JournalWriter.objects.exists()
    assert lock_code() == "free"


# Lines


def test_a_line_survives_its_way_through_a_file():
    line = Line("consent", ("12", "topics_changed", "ab c", "województwo:śląskie", "%"), 7, 8)
    assert decode(line.encode(7)) == line


@pytest.mark.parametrize("cut", [1, 5, 20])
def test_a_torn_last_line_is_passed_over(cut, esp, journal_dir):
    make_subscription(ANA)
    opened()
    deliver_due()
    whole = len(lines(journal_dir))
    (path,) = journal_files(journal_dir)
    path.write_bytes(path.read_bytes()[:-cut])
    assert len(lines(journal_dir)) == whole - 1
    assert lock_code() == "free"


def test_a_damaged_line_is_not_believed(esp, journal_dir):
    make_subscription(ANA)
    opened()
    deliver_due()
    (path,) = journal_files(journal_dir)
    path.write_bytes(path.read_bytes().replace(b"accepted", b"deferred"))
    assert [fields[2] for fields in words(journal_dir, "delivery")] == ["sending"]


# When it cannot be written


def test_a_full_disk_stops_the_sending_and_loses_nothing(esp, journal_dir, capsys):
    for _ in range(3):
        make_subscription()
    opened()
    call_command("deliver_announcements", "--limit", "1")
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, pen.segment._file)
    os.close(full)
    with pytest.raises(SystemExit):
        call_command("deliver_announcements", "--until-empty")
    assert "dziennik wysyłki nie przyjmuje wpisów" in capsys.readouterr().err
    assert len(esp.messages) == 1
    states = sorted(Delivery.objects.values_list("state", "tries"))
    assert states == [(State.ACCEPTED, 1), (State.QUEUED, 0), (State.QUEUED, 0)]
    # The next pass begins another file: there is room again.
    assert deliver_due().accepted == 2
    assert lock_code() == "free"


def test_a_journal_that_cannot_be_opened_stops_the_sending(esp, journal_dir):
    make_subscription(ANA)
    opened()
    pen.segment = None
    blocked = journal_dir / "blocked"
    blocked.write_text("a file where the directory should be")
    with_journal_at(blocked)
    assert (lock_code(), deliver_due().total, esp.messages) == ("copy", 0, [])
    assert Delivery.objects.get().state == State.QUEUED


def with_journal_at(directory: Path | str) -> None:
    settings.NEWSLETTER_JOURNAL_DIR = str(directory)


@pytest.mark.django_db(transaction=True)
def test_nobody_is_kept_from_leaving_by_a_full_disk(journal_dir):
    ana = subscribe(ANA)
    full = os.open("/dev/full", os.O_WRONLY)
    os.dup2(full, pen.segment._file)
    os.close(full)
    consent.withdraw(ana, method=Method.ONE_CLICK)
    ana.refresh_from_db()
    assert ana.state == "withdrawn"
    bartek = subscribe(BARTEK)
    # What could not be written comes with the next line.
    assert [(fields[1], fields[2]) for fields in words(journal_dir, "consent")] == [
        ("confirmed", ana.ref.hex),
        ("withdrawn", ana.ref.hex),
        ("confirmed", bartek.ref.hex),
    ]


# When the database is another one


def test_a_new_installation_sends_without_a_question(esp):
    make_subscription(ANA)
    assert lock_code() == "free"
    opened()
    assert deliver_due().accepted == 1
    assert lock_code() == "free"


def test_a_database_older_than_the_journal_sends_nothing(esp, capsys):
    make_subscription(ANA)
    opened()
    deliver_due()
    make_subscription(BARTEK)
    opened()
    sign_up("celina@gmina.example")
    JournalWriter.objects.update(sequence=1)
    assert lock_code() == "older"
    with pytest.raises(SystemExit):
        call_command("deliver_announcements", "--until-empty")
    assert "newsletter_reconcile --from-journal" in capsys.readouterr().err
    assert esp.addresses == [ANA]


def test_an_announcement_does_not_open_in_it(esp):
    make_subscription(ANA)
    opened()
    deliver_due()
    announcement = announced()
    end_window()
    JournalWriter.objects.all().delete()
    assert open_due() == 0
    announcement.refresh_from_db()
    assert announcement.opened_at is None


def test_a_copy_without_its_journal_sends_nothing(esp, tmp_path):
    make_subscription(ANA)
    opened()
    with_journal_at(tmp_path / "elsewhere")
    assert (lock_code(), deliver_due().total, esp.messages) == ("copy", 0, [])


def test_the_journal_of_another_installation_locks_too(esp, journal_dir):
    make_subscription(ANA)
    opened()
    (journal_dir / "instance").write_text(f"{uuid.uuid4()}\n")
    assert (lock_code(), deliver_due().total) == ("copy", 0)


def test_a_journal_of_a_newer_version_is_not_guessed_at(esp, journal_dir):
    make_subscription(ANA)
    opened()
    deliver_due()
    (journal_dir / "20990101T000000-1-00000000.journal").write_text("newsletter-journal 2 x y z\n")
    assert (lock_code(), deliver_due().total) == ("version", 0)


def test_every_screen_and_the_health_report_say_so(esp, admin_client, journal_dir):
    make_subscription(ANA)
    announcement = opened()
    screens = [
        "/panel/newsletter/announcement/",
        f"/panel/newsletter/announcement/{announcement.pk}/",
        f"/panel/newsletter/announcement/{announcement.pk}/pause/",
    ]
    locked = "Nic nie jest wysyłane: ta baza danych nie należy do dziennika"
    for screen in screens:
        assert locked not in admin_client.get(screen).content.decode()
    assert health.sending().is_ok
    (journal_dir / "instance").write_text(f"{uuid.uuid4()}\n")
    for screen in [*screens, "/panel/"]:
        assert locked in admin_client.get(screen).content.decode()
    assert locked in health.sending().problem
