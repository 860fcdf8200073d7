import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db.models import QuerySet

from newsletter import consent
from newsletter.models import ConsentEvent
from tests.newsletter.factories import ANA, BARTEK, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _record():
    for address in (ANA, BARTEK):
        subscribe(address)


def run(*args):
    out = StringIO()
    call_command("newsletter_consent", *args, stdout=out)
    return out.getvalue()


def break_event(number):
    QuerySet(ConsentEvent).filter(sequence=number).update(topics=["area:forged"])


def test_a_whole_record_is_said_to_be_whole_with_its_head():
    report = consent.verify_chain()
    assert run("verify") == f"Whole: 4 events. Head: 4:{report.last_hash}\n"


def test_a_broken_record_fails_and_names_the_first_changed_event():
    break_event(3)
    break_event(2)
    with pytest.raises(CommandError, match="event 2: changed"):
        run("verify")


def test_a_machine_reads_the_same(capsys):
    assert json.loads(run("verify", "--json"))["whole"] is True
    break_event(3)
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("newsletter_consent", "verify", "--json", stdout=out)
    assert ended.value.code == 1
    assert json.loads(out.getvalue())["broken_at"] == 3


def test_a_head_noted_elsewhere_is_compared():
    report = consent.verify_chain()
    subscribe("celina@gmina.example")
    assert "Whole: 6" in run("verify", "--head", f"{report.length}:{report.last_hash}")
    with pytest.raises(CommandError, match="event 4: not the event that was noted"):
        run("verify", "--head", f"4:{'0' * 64}")


def test_the_export_is_one_object_a_line():
    lines = [json.loads(line) for line in run("export", "--json").splitlines()]
    assert [(line["sequence"], line["type"]) for line in lines] == [
        (1, "requested"),
        (2, "confirmed"),
        (3, "requested"),
        (4, "confirmed"),
    ]
    assert lines[0]["wording"] == consent.current_clause("pl").wording


def test_the_export_of_one_person_has_nobody_else_in_it():
    subject = ConsentEvent.objects.get(sequence=1).subject_ref
    exported = run("export", "--subject", str(subject), "--json")
    assert len(exported.splitlines()) == 2
    assert BARTEK not in exported


def test_lines_for_people_carry_no_address():
    exported = run("export")
    assert len(exported.splitlines()) == 4
    assert "@" not in exported


@pytest.mark.parametrize(
    "args", [["verify", "--head", "x"], ["export", "--subject", "ana"], ["mend"], []]
)
def test_a_wrong_argument_is_explained(args):
    with pytest.raises(CommandError):
        run(*args)
