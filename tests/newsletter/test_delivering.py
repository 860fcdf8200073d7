"""From a queued row to an inbox: every ending has a name, and nobody gets anything twice."""

import threading
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models.functions import Now
from django.utils import timezone

from newsletter import announcing, claiming, consent
from newsletter.announcing import deliver_due, delivery_counts, tick, withdraw_story
from newsletter.consent import Method
from newsletter.errors import ReleaseRefused, ServerUnavailable
from newsletter.models import (
    Announcement,
    AnnouncementState,
    Delivery,
    DeliveryState,
    Letter,
    SkipReason,
    Told,
)
from newsletter.outcomes import Verdict
from tests.newsletter.factories import ANA, BARTEK, CELINA, make_subscription, make_suppression
from tests.newsletter.stories import end_leases, facts, opened, the_manager

State = DeliveryState
pytestmark = pytest.mark.django_db


def delivery_to(address):
    return Delivery.objects.get(subscription__address=address)


def make_due():
    Delivery.objects.filter(state=State.DEFERRED).update(next_attempt_at=Now())


# The endings


def test_accepted_has_the_answer_and_the_announcement_is_done(esp):
    make_subscription(ANA)
    announcement = opened(facts("Autobus"))
    assert deliver_due().accepted == 1
    delivery = delivery_to(ANA)
    assert (delivery.state, delivery.tries, delivery.answer) == (
        State.ACCEPTED,
        1,
        "250 2.0.0 taken",
    )
    assert delivery.settled_at is not None
    assert delivery.lease_until is None
    announcement.refresh_from_db()
    assert announcement.state == AnnouncementState.DONE
    assert announcement.finished_at is not None
    assert esp.subjects_to(ANA) == ["Autobus"]


def test_refused_is_final(esp):
    make_subscription(ANA)
    esp.refuse(ANA)
    opened()
    assert deliver_due().refused == 1
    esp.accept(ANA)
    assert deliver_due().total == 0
    assert (delivery_to(ANA).state, delivery_to(ANA).answer) == (
        State.REFUSED,
        "550 5.1.1 no such user",
    )
    assert esp.messages == []


def test_deferred_is_tried_again_later_and_then_accepted(esp):
    make_subscription(ANA)
    esp.defer(ANA)
    announcement = opened()
    assert deliver_due().deferred == 1
    assert deliver_due().total == 0
    assert delivery_to(ANA).next_attempt_at > timezone.now() + timedelta(seconds=250)
    announcement.refresh_from_db()
    assert announcement.state == AnnouncementState.OPEN
    esp.accept(ANA)
    make_due()
    assert deliver_due().accepted == 1
    assert delivery_to(ANA).tries == 2


def test_every_deferral_waits_longer_and_the_last_one_refuses(esp, settings):
    settings.NEWSLETTER_MAX_TRIES = 3
    make_subscription(ANA)
    esp.defer(ANA)
    opened()
    waits = []
    for _ in range(3):
        deliver_due()
        delivery = delivery_to(ANA)
        if delivery.next_attempt_at:
            waits.append(round((delivery.next_attempt_at - timezone.now()).total_seconds(), -2))
        make_due()
    assert waits == [300, 600]
    assert delivery_to(ANA).state == State.REFUSED


def test_the_servers_wish_to_wait_longer_is_granted(esp):
    make_subscription(ANA)
    esp.defer(ANA, retry_after=7200)
    opened()
    deliver_due()
    assert delivery_to(ANA).next_attempt_at > timezone.now() + timedelta(seconds=7000)


def test_unknown_is_never_sent_again_by_a_machine(esp):
    make_subscription(ANA)
    esp.lose_the_answer(ANA)
    announcement = opened()
    assert deliver_due().unknown == 1
    esp.accept(ANA)
    Delivery.objects.update(next_attempt_at=Now())
    tick()
    assert deliver_due().total == 0
    assert len(esp.to(ANA)) == 1
    announcement.refresh_from_db()
    assert announcement.state == AnnouncementState.DONE
    assert delivery_counts(announcement).unknown == 1


def test_an_unforeseen_error_of_the_back_end_is_unknown_and_is_seen(esp):
    make_subscription(ANA)
    opened()
    esp.break_at(ANA, RuntimeError("boom"))
    with pytest.raises(RuntimeError, match="boom"):
        deliver_due()
    assert (delivery_to(ANA).state, delivery_to(ANA).answer) == (State.UNKNOWN, "RuntimeError")


def test_an_unforeseen_error_gives_the_rest_of_the_batch_back(esp):
    for address in (ANA, BARTEK, CELINA):
        make_subscription(address)
        esp.break_at(address, RuntimeError("boom"))
    opened()
    with pytest.raises(RuntimeError):
        deliver_due()
    assert Delivery.objects.filter(state=State.QUEUED, lease_until=None).count() == 2


def test_a_missing_mail_server_loses_nothing_and_is_said(esp, capsys):
    for _ in range(3):
        make_subscription()
    announcement = opened()
    esp.is_down = True
    call_command("deliver_announcements", "--until-empty")
    assert "The mail server takes nothing now: ConnectionRefusedError" in capsys.readouterr().err
    deferred = Delivery.objects.filter(state=State.DEFERRED, tries=0)
    assert deferred.count() == 3
    assert "refused" in deferred.first().answer
    esp.is_down = False
    make_due()
    assert deliver_due().accepted == 3
    assert delivery_counts(announcement).closes


def test_a_server_that_goes_away_in_the_middle_costs_nobody_a_try(esp, settings):
    for address in (ANA, BARTEK, CELINA):
        make_subscription(address)
        esp.break_at(address, ServerUnavailable("HTTP 429", 900))
    opened()
    tally = deliver_due()
    assert (tally.deferred, tally.stopped) == (3, "HTTP 429")
    rows = Delivery.objects.filter(state=State.DEFERRED, tries=0)
    assert rows.count() == 3
    assert all(row.next_attempt_at > timezone.now() + timedelta(seconds=800) for row in rows)


def test_the_sums_close_whatever_the_endings(esp):
    people = [make_subscription(f"osoba{n}@gmina.example") for n in range(12)]
    announcement = opened()
    esp.refuse("osoba0@gmina.example")
    esp.refuse("osoba1@gmina.example")
    esp.defer("osoba2@gmina.example")
    esp.lose_the_answer("osoba3@gmina.example")
    consent.withdraw(people[4], method=Method.ONE_CLICK)
    make_suppression("osoba5@gmina.example")
    consent.erase(people[6], method=Method.MAILED_LINK)
    deliver_due()
    counts = delivery_counts(announcement)
    assert (counts.entitled, counts.accepted, counts.refused) == (12, 5, 2)
    assert (counts.unknown, counts.to_do) == (1, 1)
    assert counts.skipped == {"withdrawn": 1, "suppressed": 1, "erased": 1}
    assert counts.closes


# Consent is asked again, right before the wire


def test_who_withdraws_in_the_middle_of_a_send_gets_nothing_more(esp):
    people = {address: make_subscription(address) for address in (ANA, BARTEK, CELINA)}
    opened()
    first = []

    def the_others_leave(message):
        first.extend(message.to)
        for address, subscription in people.items():
            if address != message.to[0]:
                consent.withdraw(subscription, method=Method.ONE_CLICK)

    esp.meanwhile = the_others_leave
    tally = deliver_due()
    assert (tally.accepted, tally.skipped) == (1, 2)
    assert esp.addresses == first
    skipped = Delivery.objects.filter(state=State.SKIPPED)
    assert {row.skip_reason for row in skipped} == {SkipReason.WITHDRAWN}
    assert Told.objects.count() == 1


def test_an_address_suppressed_in_the_middle_of_a_send_gets_nothing_more(esp):
    make_subscription(ANA)
    opened()
    make_suppression(ANA)
    assert deliver_due().skipped == 1
    assert delivery_to(ANA).skip_reason == SkipReason.SUPPRESSED


def test_a_story_withdrawn_in_the_middle_of_a_send_goes_no_further(esp):
    for address in (ANA, BARTEK, CELINA):
        make_subscription(address)
    story = facts()
    announcement = opened(story)
    esp.meanwhile = lambda message: withdraw_story(story.key)
    deliver_due()
    assert len(esp.messages) == 1
    assert delivery_counts(announcement).skipped == {"story-withdrawn": 2}
    assert delivery_counts(announcement).closes


def test_letters_prepared_with_a_story_are_written_anew_when_it_is_withdrawn(esp):
    for address in (ANA, BARTEK, CELINA):
        make_subscription(address)
    story = facts("Autobus")
    announcement = opened(story, facts("Kuchnia"))
    esp.meanwhile = lambda message: withdraw_story(story.key)
    deliver_due()
    subjects = sorted(message.subject for message in esp.messages)
    assert subjects == ["2 nowe dobre praktyki", "Kuchnia", "Kuchnia"]
    assert Told.objects.filter(story__key=story.key).count() == 1
    assert delivery_counts(announcement).accepted == 3


def test_a_story_withdrawn_while_its_letter_was_deferred_is_left_out(esp):
    make_subscription(ANA)
    story, other = facts("Autobus"), facts("Kuchnia")
    opened(story, other)
    esp.defer(ANA)
    esp.meanwhile = lambda message: withdraw_story(story.key)
    deliver_due()
    esp.accept(ANA)
    esp.meanwhile = None
    make_due()
    deliver_due()
    assert esp.subjects_to(ANA) == ["Kuchnia"]


def test_the_only_story_withdrawn_while_its_letter_was_on_the_wire_is_not_tried_again(esp):
    make_subscription(ANA)
    story = facts()
    opened(story)
    esp.defer(ANA)
    esp.meanwhile = lambda message: withdraw_story(story.key)
    deliver_due()
    make_due()
    assert deliver_due().skipped == 1
    assert delivery_to(ANA).skip_reason == SkipReason.STORY_WITHDRAWN


def test_a_topic_taken_away_after_the_audience_was_frozen_is_left_out(esp):
    ana = make_subscription(ANA, topics=["area:transport", "area:kuchnia"])
    bartek = make_subscription(BARTEK, topics=["area:transport"])
    opened(facts("Autobus", facets=["area:transport"]), facts("Kuchnia", facets=["area:kuchnia"]))
    consent.reduce_topics(ana, ["area:kuchnia"], method=Method.MAILED_LINK)
    bartek.topics.update(topic="area:kuchnia")
    tally = deliver_due()
    assert (tally.accepted, tally.skipped) == (1, 1)
    assert esp.subjects_to(ANA) == ["Kuchnia"]
    assert delivery_to(BARTEK).skip_reason == SkipReason.WITHDRAWN


def test_a_topic_taken_away_in_the_middle_of_a_send_is_left_out(esp):
    topics = ["area:transport", "area:kuchnia"]
    people = [make_subscription(address, topics=topics) for address in (ANA, BARTEK, CELINA)]
    opened(facts("Autobus", facets=topics[:1]), facts("Kuchnia", facets=topics[1:]))

    def the_others_want_less(message):
        for person in people:
            if person.address != message.to[0]:
                consent.reduce_topics(person, topics[1:], method=Method.MAILED_LINK)
        esp.meanwhile = None

    esp.meanwhile = the_others_want_less
    assert deliver_due().accepted == 3
    assert sorted(message.subject for message in esp.messages) == [
        "2 nowe dobre praktyki",
        "Kuchnia",
        "Kuchnia",
    ]


def test_pausing_in_the_middle_of_a_send_gives_the_claimed_back(esp):
    for _ in range(3):
        make_subscription()
    announcement = opened()
    esp.meanwhile = lambda message: announcing.pause(announcement, by=the_manager())
    tally = deliver_due()
    assert (tally.accepted, tally.lost) == (1, 2)
    assert Delivery.objects.filter(state=State.QUEUED).count() == 2


def test_cancelling_in_the_middle_of_a_send_stops_it_and_a_deferred_one_stays_unsent(esp):
    for address in (ANA, BARTEK):
        make_subscription(address)
        esp.defer(address)
    announcement = opened()
    announcing_cancelled = []

    def cancel_once(message):
        if not announcing_cancelled:
            announcing_cancelled.append(message)
            announcing.cancel(announcement, by=the_manager())

    esp.meanwhile = cancel_once
    deliver_due()
    counts = delivery_counts(announcement)
    assert counts.skipped == {"cancelled": 2}
    assert counts.closes


# Leases and fences


def test_a_worker_that_died_before_the_wire_is_followed_by_another(esp):
    make_subscription(ANA)
    announcement = opened()
    claiming.claim_deliveries(announcement.pk, 10)
    assert deliver_due().total == 0
    end_leases()
    assert tick().requeued == 1
    assert deliver_due().accepted == 1


def test_a_worker_that_died_on_the_wire_leaves_an_unknown_outcome(esp):
    make_subscription(ANA)
    announcement = opened()
    (delivery,) = claiming.claim_deliveries(announcement.pk, 10)
    assert claiming.mark_sending(delivery, address=ANA)
    end_leases()
    assert tick().unknown == 1
    assert deliver_due().total == 0
    assert delivery_to(ANA).state == State.UNKNOWN
    assert delivery_counts(announcement).closes


def test_a_worker_past_its_lease_may_not_begin(esp):
    make_subscription(ANA)
    announcement = opened()
    (delivery,) = claiming.claim_deliveries(announcement.pk, 10)
    end_leases()
    assert not claiming.mark_sending(delivery, address=ANA)


def test_a_zombie_changes_nothing_after_somebody_else_took_its_row(esp):
    make_subscription(ANA)
    announcement = opened()
    (zombie,) = claiming.claim_deliveries(announcement.pk, 10)
    end_leases()
    tick()
    (ours,) = claiming.claim_deliveries(announcement.pk, 10)
    assert ours.fence > zombie.fence
    assert not claiming.mark_sending(zombie, address=ANA)
    assert claiming.skip_or_release(zombie) is None
    assert claiming.release([zombie]) == 0
    assert claiming.mark_sending(ours, address=ANA)
    assert not claiming.settle(zombie, claiming.Ending(State.ACCEPTED))
    assert delivery_to(ANA).state == State.SENDING
    assert claiming.settle(ours, claiming.Ending(State.ACCEPTED))


def test_a_zombie_that_was_on_the_wire_does_not_overwrite_unknown(esp):
    make_subscription(ANA)
    announcement = opened()
    (zombie,) = claiming.claim_deliveries(announcement.pk, 10)
    claiming.mark_sending(zombie, address=ANA)
    end_leases()
    tick()
    assert not claiming.settle(zombie, claiming.Ending(State.REFUSED))
    assert delivery_to(ANA).state == State.UNKNOWN


def test_the_wire_is_committed_before_the_first_byte(esp):
    make_subscription(ANA)
    opened()
    seen = []
    esp.meanwhile = lambda message: seen.append(delivery_to(ANA).state)
    deliver_due()
    assert seen == [State.SENDING]


def test_a_changed_address_is_not_written_to_under_the_old_one(esp):
    subscription = make_subscription(ANA)
    announcement = opened()
    (delivery,) = claiming.claim_deliveries(announcement.pk, 10)
    subscription.address = "ana.nowa@wzorowice.example"
    subscription.save(update_fields=["address"])
    assert not claiming.mark_sending(delivery, address=ANA)
    assert claiming.skip_or_release(delivery) is None
    deliver_due()
    assert esp.addresses == ["ana.nowa@wzorowice.example"]


def test_the_limit_is_kept_and_the_rest_stays_queued(esp):
    for _ in range(5):
        make_subscription()
    opened()
    assert deliver_due(limit=2).total == 2
    assert Delivery.objects.filter(state=State.QUEUED).count() == 3


def test_a_worker_asked_to_stop_finishes_its_message_and_gives_the_rest_back(esp):
    for _ in range(5):
        make_subscription()
    opened()
    assert deliver_due(should_stop=lambda: len(esp.messages) >= 2).accepted == 2
    assert Delivery.objects.filter(state=State.QUEUED).count() == 3


def test_a_long_announcement_does_not_hold_up_a_short_one(esp, settings):
    settings.NEWSLETTER_BATCH = 2
    for _ in range(10):
        make_subscription()
    make_subscription(ANA, topics=["area:kuchnia"])
    opened(facts("Długa"))
    opened(facts("Krótka", facets=["area:kuchnia"]))
    deliver_due(limit=8)
    assert {"Długa", "Krótka"} == {message.subject for message in esp.messages}
    assert Announcement.objects.filter(state=AnnouncementState.OPEN).count() == 2


def test_statements_do_not_grow_with_the_number_of_stories(esp, django_assert_max_num_queries):
    make_subscription(ANA)
    opened(*[facts() for _ in range(12)])
    with django_assert_max_num_queries(25):
        deliver_due()


# A person settles what nobody can know


def unknown_delivery(esp):
    make_subscription(ANA)
    esp.lose_the_answer(ANA)
    announcement = opened(facts("Autobus"))
    deliver_due()
    esp.accept(ANA)
    return announcement, delivery_to(ANA)


def test_an_unknown_delivery_can_be_considered_accepted(esp):
    announcement, delivery = unknown_delivery(esp)
    announcing.settle_unknown(delivery, Verdict.ACCEPTED, by=the_manager(), reason="telefon")
    delivery.refresh_from_db()
    assert delivery.state == State.ACCEPTED
    assert delivery_counts(announcement).closes


def test_an_unknown_delivery_sent_again_has_a_new_id_and_is_counted_once(esp):
    announcement, delivery = unknown_delivery(esp)
    again = announcing.settle_unknown(delivery, Verdict.AGAIN, by=the_manager(), reason="prośba")
    assert (again.attempt, again.state) == (2, State.QUEUED)
    assert again.id != delivery.id
    deliver_due()
    assert esp.subjects_to(ANA) == ["Autobus", "Autobus"]
    counts = delivery_counts(announcement)
    assert (counts.entitled, counts.accepted, counts.unknown) == (1, 1, 0)
    assert counts.closes
    announcement.refresh_from_db()
    assert announcement.state == AnnouncementState.DONE
    with pytest.raises(ReleaseRefused):
        announcing.settle_unknown(delivery, Verdict.AGAIN, by=the_manager())


def test_a_delivery_sent_again_still_asks_for_consent(esp):
    _announcement, delivery = unknown_delivery(esp)
    announcing.settle_unknown(delivery, Verdict.AGAIN, by=the_manager())
    consent.withdraw(delivery.subscription, method=Method.ONE_CLICK)
    deliver_due()
    assert len(esp.to(ANA)) == 1


def test_nothing_is_sent_again_for_an_erased_person(esp):
    _announcement, delivery = unknown_delivery(esp)
    consent.erase(delivery.subscription, method=Method.STAFF)
    delivery.refresh_from_db()
    with pytest.raises(ReleaseRefused):
        announcing.settle_unknown(delivery, Verdict.AGAIN, by=the_manager())
    delivery.refresh_from_db()
    assert delivery.state == State.UNKNOWN


# Many workers


@pytest.mark.django_db(transaction=True)
def test_four_workers_send_to_nobody_twice(esp, settings):
    settings.NEWSLETTER_BATCH = 7
    for _ in range(60):
        make_subscription()
    announcement = opened()
    problems = []

    def work():
        try:
            deliver_due()
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            problems.append(error)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []
    assert len(esp.addresses) == len(set(esp.addresses)) == 60
    assert delivery_counts(announcement).accepted == 60
    assert not Letter.objects.exists()
