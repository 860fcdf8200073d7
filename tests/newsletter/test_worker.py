"""The worker as a command: what it says, and how it stops."""

import json
import os
import signal

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection

from newsletter.models import Delivery, DeliveryState
from tests.newsletter.factories import ANA, BARTEK, make_subscription
from tests.newsletter.stories import announced, end_window, opened

pytestmark = pytest.mark.django_db


def test_it_opens_what_is_due_and_sends_it(esp, capsys):
    make_subscription(ANA)
    announced()
    end_window()
    call_command("deliver_announcements", "--until-empty")
    assert len(esp.to(ANA)) == 1
    assert capsys.readouterr().out == "1 accepted\n"
    call_command("deliver_announcements", "--until-empty")
    assert capsys.readouterr().out == "Nothing was due.\n"


def test_a_machine_can_read_what_it_did(esp, capsys):
    make_subscription(ANA)
    make_subscription(BARTEK)
    esp.refuse(ANA)
    opened()
    call_command("deliver_announcements", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["accepted"], told["refused"], told["total"], told["stopped"]) == (1, 1, 2, "")


def test_it_keeps_its_limit(esp, capsys):
    for _ in range(3):
        make_subscription()
    opened()
    call_command("deliver_announcements", "--limit", "2")
    assert capsys.readouterr().out == "2 accepted\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_the_message_on_the_wire(esp, number):
    for _ in range(5):
        make_subscription()
    opened()
    esp.meanwhile = lambda message: os.kill(os.getpid(), number)
    before = signal.getsignal(number)
    call_command("deliver_announcements", "--loop")
    assert signal.getsignal(number) is before
    states = sorted(Delivery.objects.values_list("state", flat=True))
    assert states == [DeliveryState.ACCEPTED] + [DeliveryState.QUEUED] * 4
    assert not Delivery.objects.exclude(lease_until=None).exists()


def test_it_is_either_once_or_for_ever():
    with pytest.raises(CommandError, match="not allowed with"):
        call_command("deliver_announcements", "--loop", "--until-empty")


def test_its_log_names_deliveries_and_nobodys_address(esp, caplog):
    make_subscription(ANA)
    make_subscription(BARTEK)
    esp.refuse(ANA, reason="550 5.1.1 unknown")
    opened()
    call_command("deliver_announcements", "--until-empty")
    records = {record.getMessage(): record for record in caplog.records}
    assert {"announcement.opened", "delivery.accepted", "delivery.refused"} <= set(records)
    refused = Delivery.objects.get(state=DeliveryState.REFUSED)
    assert records["delivery.refused"].delivery == str(refused.pk)
    everything = "".join(str(vars(record)) for record in caplog.records)
    assert ANA not in everything
    assert BARTEK not in everything


@pytest.mark.django_db(transaction=True)
def test_a_database_that_goes_away_for_a_moment_does_not_end_the_worker(esp, caplog):
    make_subscription(ANA)
    announced()
    end_window()

    def gone_once(execute, sql, params, many, context):
        if not caplog.records:
            raise OperationalError("the connection was closed by the server")
        return execute(sql, params, many, context)

    # The letter on the wire ends the loop, as an operator would.
    esp.meanwhile = lambda _message: os.kill(os.getpid(), signal.SIGTERM)
    with connection.execute_wrapper(gone_once), caplog.at_level("ERROR", logger="newsletter"):
        call_command("deliver_announcements", "--loop")
    assert [record.getMessage() for record in caplog.records] == ["worker.database_unavailable"]
    assert len(esp.to(ANA)) == 1
