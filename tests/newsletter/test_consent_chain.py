"""The chain names whoever went past newsletter.consent: these tests do so with raw SQL."""

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.db.models import F, QuerySet

from newsletter import chain, consent
from newsletter.consent import Method
from newsletter.models import AppendOnlyError, ConsentChain, ConsentEvent, ConsentEventType
from tests.newsletter.factories import ANA, BARTEK, CELINA, sign_up, subscribe

pytestmark = pytest.mark.django_db


@pytest.fixture
def record():
    """Six events of three people."""
    for address in (ANA, BARTEK, CELINA):
        subscribe(address, network="192.0.2.0/24")
    return QuerySet(ConsentEvent).order_by("sequence")


def broken_at():
    report = consent.verify_chain()
    assert report.is_whole is (report.broken_at is None)
    return report.broken_at


def test_an_empty_record_is_whole():
    report = consent.verify_chain()
    assert (report.is_whole, report.length) == (True, 0)


def test_every_event_is_numbered_and_chained(record):
    events = list(record)
    assert [event.sequence for event in events] == [1, 2, 3, 4, 5, 6]
    assert [event.previous_hash for event in events[1:]] == [event.hash for event in events[:-1]]
    assert consent.verify_chain().last_hash == events[-1].hash
    assert broken_at() is None


@pytest.mark.parametrize(
    "change",
    [
        {"type": "withdrawn"},
        {"at": F("at") + timedelta(microseconds=1)},
        {"topics": ["all", "area:other"]},
        {"wording": "I agree to everything."},
        {"locale": "de"},
        {"method": "staff"},
        {"form": "/elsewhere/"},
        {"clause_version": 7},
        {"subject_ref": "00000000-0000-4000-8000-000000000000"},
        {"address": "other@gmina.example"},
        {"address_salt": "0" * 32},
        {"address_digest": "0" * 64},
        {"network": "198.51.100.0/24"},
        {"network": ""},
        {"hash": "0" * 64},
        {"previous_hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_event_is_named(record, change):
    record.filter(sequence=3).update(**change)
    assert broken_at() == 3


def test_a_changed_event_with_its_hash_recomputed_is_named(record):
    event = record.get(sequence=3)
    event.topics = ["area:other"]
    record.filter(sequence=3).update(topics=event.topics, hash=chain.event_hash(event))
    assert broken_at() == 3


def test_a_rewritten_end_is_named(record):
    event = record.get(sequence=6)
    event.method = "staff"
    record.filter(sequence=6).update(method="staff", hash=chain.event_hash(event))
    assert broken_at() == 6


def test_a_deleted_event_is_named(record):
    record.filter(sequence=4)._raw_delete(record.db)
    assert broken_at() == 4


def test_a_deleted_event_is_named_also_when_the_others_move_up(record):
    record.filter(sequence=4)._raw_delete(record.db)
    for number in (5, 6):
        record.filter(sequence=number).update(sequence=number - 1)
    assert broken_at() == 4


def test_a_cut_off_end_is_named(record):
    record.filter(sequence__gt=4)._raw_delete(record.db)
    assert broken_at() == 5


def test_an_emptied_record_is_named(record):
    record.all()._raw_delete(record.db)
    assert broken_at() == 1


def test_reordered_events_are_named(record):
    record.filter(sequence=2).update(sequence=100)
    record.filter(sequence=3).update(sequence=2)
    record.filter(sequence=100).update(sequence=3)
    assert broken_at() == 2


def test_an_event_added_by_somebody_else_is_named(record):
    last = record.get(sequence=6)
    last.pk, last.sequence, last.previous_hash = None, 7, last.hash
    last.hash = chain.event_hash(last)
    QuerySet(ConsentEvent).bulk_create([last])
    assert broken_at() == 7


def test_a_forgotten_head_is_named(record):
    ConsentChain.objects.all().delete()
    assert broken_at() == 1


def test_an_emptied_address_of_somebody_who_was_not_erased_is_named(record):
    record.filter(sequence=3).update(address="", address_salt="")
    report = consent.verify_chain()
    assert report.broken_at == 3
    assert report.reason


def test_erasure_and_expiry_leave_the_chain_whole(record):
    consent.erase(subscribe("dorota@gmina.example"), method=Method.STAFF)
    assert broken_at() is None


def test_a_noted_head_stays_a_part_of_the_chain(record):
    report = consent.verify_chain()
    sign_up("dorota@gmina.example")
    assert consent.is_recorded(report.length, report.last_hash)
    assert not consent.is_recorded(report.length, "0" * 64)


def test_the_model_refuses_change_and_deletion(record):
    event = ConsentEvent.objects.get(sequence=2)
    event.topics = []
    for forbidden in (
        event.save,
        event.delete,
        ConsentEvent.objects.all().delete,
        lambda: ConsentEvent.objects.update(topics=[]),
        lambda: ConsentEvent.objects.bulk_update([event], ["topics"]),
    ):
        with pytest.raises(AppendOnlyError), transaction.atomic():
            forbidden()
    assert broken_at() is None


def test_an_address_cannot_be_guessed_from_what_is_left_of_an_erased_person():
    for address in (ANA, BARTEK):
        consent.erase(subscribe(address), method=Method.STAFF)
    digests = set(ConsentEvent.objects.values_list("address_digest", flat=True))
    assert len(digests) == 6  # no two alike, though only two addresses are behind them


def test_verifying_does_not_grow_with_the_record(record, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):
        consent.verify_chain()


def test_export_gives_every_event_of_one_person_in_order(record):
    subject = record.first().subject_ref
    exported = list(consent.export_events(subject))
    assert [event["type"] for event in exported] == ["requested", "confirmed"]
    assert {event["address"] for event in exported} == {ANA}
    assert len(list(consent.export_events())) == 6


@pytest.mark.django_db(transaction=True)
def test_appending_at_once_from_several_processes_leaves_one_chain():
    ConsentChain.objects.all().delete()  # also the very first event is a race

    def append_many(number):
        try:
            for index in range(10):
                sign_up(f"person{number}x{index}@gmina.example")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=append_many, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = consent.verify_chain()
    assert (report.length, report.is_whole) == (40, True)


@pytest.mark.django_db(transaction=True)
def test_signing_up_at_once_with_one_address_is_one_subscription(settings):
    settings.NEWSLETTER_MAILS_PER_DAY = settings.NEWSLETTER_MAILS_PER_30_DAYS = 100
    barrier = threading.Barrier(6)

    def click():
        try:
            barrier.wait()
            sign_up(ANA, submission="the same form")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    requested = ConsentEvent.objects.filter(type=ConsentEventType.REQUESTED)
    assert requested.count() == 1
    assert consent.verify_chain().is_whole
