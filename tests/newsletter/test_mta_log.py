"""A Postfix log settles what is of unknown outcome, and nothing else."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from newsletter.announcing import deliver_due
from newsletter.models import Delivery, DeliveryState, Suppression
from tests.newsletter.factories import ANA, BARTEK, CELINA, OFFICE, make_subscription
from tests.newsletter.stories import opened

State = DeliveryState
pytestmark = pytest.mark.django_db

SYSLOG = "Nov 21 23:00:01 mx postfix/{program}[812]: {queue_id}: {text}"
ISO = "2026-11-21T23:00:01.123456+01:00 mx postfix-out/{program}[812]: {queue_id}: {text}"
SENT = "relay=mx.gmina.example[127.0.0.1]:25, delay=0.4, dsn=2.0.0, status=sent (250 2.0.0 Ok)"
BOUNCED = "relay=mx.example[127.0.0.1]:25, dsn=5.1.1, status=bounced (host said: 550 <x@y.example>)"
DEFERRED = "relay=none, delay=3, dsn=4.4.1, status=deferred (connect to mx: timed out)"


@pytest.fixture
def unknown(esp: Any) -> None:
    for address in (ANA, BARTEK, CELINA, OFFICE):
        make_subscription(address)
        esp.lose_the_answer(address)
    opened()
    assert deliver_due().unknown == 4


def to(address: str) -> Delivery:
    return Delivery.objects.get(subscription__address=address)


def story(address: str, queue_id: str, *texts: str, form: str = SYSLOG) -> list[str]:
    """The lines of one message on its way through Postfix."""
    lines = [("cleanup", f"message-id=<{to(address).pk.hex}@testowo.example>")]
    lines.append(("qmgr", "from=<newsletter@testowo.example>, size=9, nrcpt=1 (queue active)"))
    lines += [("smtp", f"to=<{address}>, {text}") for text in texts]
    lines.append(("qmgr", "removed"))
    return [form.format(program=name, queue_id=queue_id, text=text) for name, text in lines]


def settled(tmp_path: Path, capsys: Any, lines: list[str]) -> dict[str, Any]:
    log = tmp_path / "mail.log"
    log.write_text("\n".join(lines) + "\n")
    call_command("newsletter_reconcile", "--mta-log", str(log), "--json")
    result: dict[str, Any] = json.loads(capsys.readouterr().out)
    return result


def test_it_says_what_became_of_each_and_leaves_what_it_does_not_know(unknown, tmp_path, capsys):
    told = settled(
        tmp_path,
        capsys,
        [
            *story(ANA, "4F1A2B3C4D", SENT),
            *story(BARTEK, "3lW4zk6bsLzF1cS", BOUNCED, form=ISO),
            *story(CELINA, "4F1A2B3C4E", DEFERRED)[:-1],
            "Nov 21 23:00:02 mx kernel: something else",
        ],
    )
    assert (told["delivered"], told["bounced"], told["accepted"]) == (1, 1, 1)
    assert told["still_unknown"] == 1
    states = [to(address).state for address in (ANA, BARTEK, CELINA, OFFICE)]
    assert states == [State.DELIVERED, State.BOUNCED, State.ACCEPTED, State.UNKNOWN]
    # No such mailbox: nobody writes there again. Its address is not kept in the answer.
    assert Suppression.objects.get().reason == "bounce"
    assert "@" not in to(BARTEK).answer


def test_deferred_first_and_sent_later_is_delivered(unknown, tmp_path, capsys):
    settled(tmp_path, capsys, story(ANA, "4F1A2B3C4D", DEFERRED, SENT))
    assert to(ANA).state == State.DELIVERED


def test_a_message_that_never_came_into_the_queue_stays_unknown(unknown, tmp_path, capsys):
    settled(tmp_path, capsys, story(ANA, "4F1A2B3C4D")[:1])
    assert to(ANA).state == State.UNKNOWN


def test_a_queue_id_that_is_used_again_belongs_to_the_next_message(unknown, tmp_path, capsys):
    other = SYSLOG.format(
        program="cleanup", queue_id="4F1A2B3C4D", text=f"message-id=<{'0' * 32}@testowo.example>"
    )
    sent = SYSLOG.format(program="smtp", queue_id="4F1A2B3C4D", text=f"to=<{ANA}>, {SENT}")
    settled(tmp_path, capsys, [*story(ANA, "4F1A2B3C4D")[:1], other, sent])
    assert to(ANA).state == State.UNKNOWN


def test_what_is_settled_already_stays_as_it_is(unknown, tmp_path, capsys):
    Delivery.objects.filter(pk=to(ANA).pk).update(state=State.ACCEPTED, answer="as it was")
    settled(tmp_path, capsys, story(ANA, "4F1A2B3C4D", BOUNCED))
    assert (to(ANA).state, to(ANA).answer) == (State.ACCEPTED, "as it was")


def test_any_bytes_may_be_in_a_log(unknown, tmp_path):
    log = tmp_path / "mail.log"
    log.write_bytes(b"postfix/smtp[1]: \xff\xfe: \x00 status=sent (\n" * 100)
    call_command("newsletter_reconcile", "--mta-log", str(log))
    assert to(ANA).state == State.UNKNOWN
