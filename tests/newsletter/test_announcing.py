"""From a story to a frozen audience: once, together, and taken back in time."""

import threading
from datetime import timedelta

import pytest
from django.db import connections, transaction
from django.utils import timezone
from django.utils.translation import override
from wagtail.models import ModelLogEntry

from newsletter import announcing, audience
from newsletter.announcing import announce, deliver_due, delivery_counts, withdraw_story
from newsletter.errors import ReleaseRefused
from newsletter.models import (
    Announcement,
    AnnouncementState,
    Delivery,
    DeliveryState,
    SkipReason,
    Story,
    SubscriptionState,
    Told,
)
from tests.newsletter.factories import (
    ANA,
    BARTEK,
    CELINA,
    make_subscription,
    make_suppression,
)
from tests.newsletter.stories import announced, end_window, facts, opened, the_manager

State = AnnouncementState
pytestmark = pytest.mark.django_db


# One story


def test_a_story_announced_many_times_is_one_row_in_one_announcement():
    story = facts()
    first = announce(story)
    assert [announce(story), announce(story)] == [first, first]
    assert Story.objects.count() == Announcement.objects.count() == 1
    assert list(first.stories.values_list("key", flat=True)) == [story.key]


def test_a_correction_inside_the_undo_window_reaches_the_letter(esp):
    make_subscription(ANA)
    announce(facts("Autobs szkolny", key="practice:1"))
    opened(facts("Autobus szkolny", key="practice:1"))
    deliver_due()
    assert esp.subjects_to(ANA) == ["Autobus szkolny"]


def test_a_correction_after_opening_changes_no_letter_and_tells_nobody_again(esp):
    make_subscription(ANA)
    story = facts("Autobus szkolny")
    opened(story)
    assert announce(facts("Inny tytuł", key=story.key)) is None
    deliver_due()
    end_window()
    announcing.open_due()
    deliver_due()
    assert esp.subjects_to(ANA) == ["Autobus szkolny"]


def test_an_announcement_that_rolls_back_with_its_page_leaves_nothing():
    with transaction.atomic():
        announce(facts())
        transaction.set_rollback(True)
    assert not Story.objects.exists()
    assert not Announcement.objects.exists()


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://a@b.example/", "//x.example", ""])
def test_a_story_without_a_plain_web_address_is_refused(url):
    with pytest.raises(ValueError, match="address"):
        facts(url=url)


def test_what_a_story_brings_is_one_line_of_visible_text():
    story = facts("Tytuł\r\nBcc: a@b.example\x00 i \u202eodwrotnie\u2028koniec", lead="a " * 2000)
    assert story.title == "Tytuł Bcc: a@b.example i odwrotnie koniec"
    assert len(story.lead) <= 600
    assert "\n" not in story.lead
    assert facts(image_url="data:image/png;base64,AAAA").image_url == ""


# The undo window


def test_stories_of_one_window_are_one_letter_each_with_the_stories_of_their_topics(esp):
    make_subscription(ANA)
    make_subscription(BARTEK, topics=["area:transport"])
    make_subscription(CELINA, topics=["area:kuchnia", "area:transport"])
    stories = [facts(facets=["area:transport"]) for _ in range(3)]
    stories += [facts(facets=["area:kuchnia"])] + [facts() for _ in range(9)]
    opened(*stories)
    deliver_due()
    with override("pl"):
        assert esp.subjects_to(ANA) == ["13 nowych dobrych praktyk"]
        assert esp.subjects_to(BARTEK) == ["3 nowe dobre praktyki"]
        assert esp.subjects_to(CELINA) == ["4 nowe dobre praktyki"]
    assert len(esp.messages) == 3


def test_nothing_opens_before_its_window_is_over(settings, esp):
    make_subscription(ANA)
    announced()
    assert announcing.open_due() == 0
    deliver_due()
    assert esp.messages == []
    end_window()
    assert announcing.open_due() == 1
    assert announcing.open_due() == 0


def test_a_story_that_comes_after_the_window_gets_a_window_of_its_own():
    first = announced()
    end_window()
    second = announced()
    assert first != second
    first.refresh_from_db()
    assert not first.is_collecting
    assert second.release_at > timezone.now() + timedelta(seconds=500)


def test_announcements_wait_for_a_person_where_the_site_wants_it(settings, esp):
    settings.NEWSLETTER_HOLD_ANNOUNCEMENTS = True
    make_subscription(ANA)
    announcement = announced()
    assert announcement.state == State.HELD
    Announcement.objects.update(release_at=timezone.now() - timedelta(days=1))
    assert announcing.open_due() == 0
    announcing.release(announcement, by=the_manager())
    announcing.open_due()
    deliver_due()
    assert len(esp.to(ANA)) == 1


# Who is told


def test_only_confirmed_and_unsuppressed_subscriptions_of_the_topic_are_told():
    told = make_subscription(ANA, topics=["area:transport"])
    make_subscription(state=SubscriptionState.PENDING)
    make_subscription(state=SubscriptionState.WITHDRAWN)
    make_subscription(topics=["area:kuchnia"])
    make_subscription(topics=[])
    make_subscription(BARTEK)
    make_suppression(BARTEK)
    announcement = opened(facts(facets=["area:transport"]))
    assert announcement.entitled == 1
    assert list(Delivery.objects.values_list("subscription", flat=True)) == [told.pk]


def test_a_delivery_has_the_same_id_in_the_database_and_in_python():
    subscription = make_subscription(ANA)
    announcement = opened()
    delivery = Delivery.objects.get()
    assert delivery.id == audience.delivery_id(announcement, subscription, 1)
    assert delivery.id != audience.delivery_id(announcement, subscription, 2)


def test_who_subscribes_after_opening_is_not_told():
    make_subscription(ANA)
    announcement = opened()
    make_subscription(BARTEK)
    deliver_due()
    assert delivery_counts(announcement).entitled == 1


def test_an_announcement_without_audience_is_done_at_once():
    announcement = opened()
    assert (announcement.state, announcement.entitled) == (State.DONE, 0)


def test_opening_costs_the_same_queries_for_any_audience(django_assert_num_queries):
    with transaction.atomic():
        for _ in range(30):
            make_subscription()
    announced()
    end_window()
    # Six of them begin this process's file of the journal.
    with django_assert_num_queries(19):
        announcing.open_due()
    assert Delivery.objects.count() == 30


def test_nobody_is_told_the_same_story_twice_across_announcements(esp):
    make_subscription(ANA)
    story, other = facts("Autobus"), facts("Kuchnia")
    opened(story)
    deliver_due()
    withdraw_story(story.key)
    make_subscription(BARTEK)
    assert announce(story) is not None
    opened(other)
    deliver_due()
    assert esp.subjects_to(ANA) == ["Autobus", "Kuchnia"]
    assert esp.subjects_to(BARTEK) == ["2 nowe dobre praktyki"]


# Taking back


def test_a_withdrawn_story_leaves_the_letter_and_an_empty_letter_is_cancelled():
    story, other = facts(), facts()
    announcement = announced(story, other)
    withdraw_story(story.key)
    assert list(announcement.stories.values_list("key", flat=True)) == [other.key]
    withdraw_story(other.key)
    withdraw_story(other.key)
    announcement.refresh_from_db()
    assert announcement.state == State.CANCELLED
    assert announcement.reason
    assert not announcement.is_collecting


def test_withdrawing_an_unknown_story_changes_nothing():
    withdraw_story("practice:never-heard-of")
    assert not Story.objects.exists()


def test_a_story_published_again_before_the_mailing_is_told_once(esp):
    make_subscription(ANA)
    story = facts("Autobus")
    announced(story)
    withdraw_story(story.key)
    opened(story)
    deliver_due()
    assert esp.subjects_to(ANA) == ["Autobus"]


def test_a_story_withdrawn_after_opening_skips_its_deliveries_and_forgets_they_were_told(esp):
    make_subscription(ANA)
    story = facts()
    announcement = opened(story)
    withdraw_story(story.key)
    assert deliver_due().total == 0
    assert esp.messages == []
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.skip_reason) == (
        DeliveryState.SKIPPED,
        SkipReason.STORY_WITHDRAWN,
    )
    assert not Told.objects.exists()
    announcement.refresh_from_db()
    assert announcement.state == State.DONE
    assert delivery_counts(announcement).closes


def test_a_mixed_letter_leaves_the_withdrawn_story_out(esp):
    make_subscription(ANA)
    make_subscription(BARTEK, topics=["area:kuchnia"])
    story, other = facts("Autobus"), facts("Kuchnia", facets=["area:kuchnia"])
    opened(story, other)
    withdraw_story(story.key)
    deliver_due()
    assert esp.subjects_to(ANA) == esp.subjects_to(BARTEK) == ["Kuchnia"]


def test_a_story_withdrawn_and_published_again_reaches_those_who_were_not_told(esp):
    make_subscription(ANA)
    story = facts("Autobus")
    opened(story)
    withdraw_story(story.key)
    opened(story)
    deliver_due()
    assert esp.subjects_to(ANA) == ["Autobus"]


def test_a_story_is_not_announced_again_after_a_person_cancelled_it(esp):
    make_subscription(ANA)
    story = facts()
    announcing.cancel(announced(story), by=the_manager(), reason="pomyłka")
    assert announce(story) is None
    assert Announcement.objects.count() == 1


# A person decides


def test_release_does_not_wait_for_the_window_and_lets_nobody_else_in(esp):
    make_subscription(ANA)
    announcement = announced(facts("Autobus"))
    announcing.release(announcement, by=the_manager(), reason="pilne")
    assert announce(facts("Kuchnia")) != announcement
    announcing.open_due()
    deliver_due()
    assert esp.subjects_to(ANA) == ["Autobus"]


def test_who_when_and_why_are_on_the_row_and_in_the_log():
    announcement, manager = announced(), the_manager()
    announcing.pause(announcement, by=manager, reason="sprawdzamy dane")
    announcement.refresh_from_db()
    assert (announcement.acted_by, announcement.reason) == (manager, "sprawdzamy dane")
    assert announcement.acted_at is not None
    entry = ModelLogEntry.objects.get(action="newsletter.pause")
    assert entry.user == manager
    assert entry.data == {"reason": "sprawdzamy dane"}


def test_a_paused_announcement_sends_nothing_until_it_is_resumed(esp):
    make_subscription(ANA)
    announcement = opened()
    announcing.pause(announcement, by=the_manager())
    assert deliver_due().total == 0
    announcing.resume(announcement, by=the_manager())
    deliver_due()
    assert len(esp.messages) == 1


def test_paused_in_its_window_it_opens_only_after_being_resumed(esp):
    make_subscription(ANA)
    announcement = announced()
    announcing.pause(announcement, by=the_manager())
    Announcement.objects.update(release_at=timezone.now() - timedelta(hours=1))
    assert announcing.open_due() == 0
    announcing.resume(announcement, by=the_manager())
    announcement.refresh_from_db()
    assert announcement.state == State.READY
    assert announcing.open_due() == 1


def test_cancelling_skips_whatever_has_not_left(esp):
    make_subscription(ANA)
    make_subscription(BARTEK)
    announcement = opened()
    deliver_due(limit=1)
    announcing.cancel(announcement, by=the_manager(), reason="błąd w treści")
    assert deliver_due().total == 0
    counts = delivery_counts(announcement)
    assert (counts.accepted, counts.skipped) == (1, {"cancelled": 1})
    assert counts.closes


@pytest.mark.parametrize(
    ("act", "state"),
    [
        ("release", State.OPEN),
        ("release", State.DONE),
        ("release", State.CANCELLED),
        ("pause", State.HELD),
        ("pause", State.DONE),
        ("resume", State.OPEN),
        ("resume", State.CANCELLED),
        ("cancel", State.DONE),
        ("cancel", State.CANCELLED),
    ],
)
def test_what_its_state_does_not_allow_is_refused_with_a_reason(act, state):
    announcement = announced()
    Announcement.objects.update(state=state, is_collecting=False)
    with pytest.raises(ReleaseRefused) as refused, override("pl"):
        getattr(announcing, act)(announcement, by=the_manager())
    assert str(refused.value).startswith("Teraz nie jest to możliwe")
    announcement.refresh_from_db()
    assert announcement.state == state
    assert not ModelLogEntry.objects.filter(action__startswith="newsletter.").exists()


def test_a_letter_that_mail_programs_would_cut_off_is_not_released(settings):
    settings.NEWSLETTER_MAX_HTML_BYTES = 2000
    announcement = announced()
    with pytest.raises(ReleaseRefused, match="2000"):
        announcing.release(announcement, by=the_manager())


def test_a_letter_that_mail_programs_would_cut_off_waits_for_a_person(settings):
    announcement = announced()
    settings.NEWSLETTER_MAX_HTML_BYTES = 2000
    end_window()
    assert announcing.open_due() == 0
    announcement.refresh_from_db()
    assert announcement.state == State.HELD
    assert "2000" in announcement.reason


# Many at once


def _at_once(*acts):
    """Run each in its own thread and connection, started together."""
    barrier, problems = threading.Barrier(len(acts)), []

    def run(act):
        try:
            barrier.wait()
            act()
        except Exception as error:  # noqa: BLE001 - shown by the assertion below
            problems.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


@pytest.mark.django_db(transaction=True)
def test_twenty_publications_at_once_are_one_announcement():
    same = facts()
    others = [facts() for _ in range(10)]
    _at_once(*[lambda s=story: announce(s) for story in [same] * 10 + others])
    assert Announcement.objects.count() == 1
    assert Announcement.objects.get().stories.count() == 11


@pytest.mark.django_db(transaction=True)
def test_publish_and_unpublish_against_the_opening_never_tell_of_a_withdrawn_story(esp):
    for _ in range(10):
        make_subscription()
    for _round in range(10):
        stories = [facts() for _ in range(3)]
        announced(*stories)
        end_window()
        _at_once(
            announcing.open_due,
            announcing.open_due,
            lambda s=stories: withdraw_story(s[0].key),
            lambda s=stories: announce(s[1]),
        )
        deliver_due()
        announcement = Announcement.objects.latest("pk")
        told = Told.objects.filter(announcement=announcement)
        assert told.filter(story__key=stories[0].key).count() == 0
        assert told.filter(story__key=stories[1].key).count() == 10
        assert delivery_counts(announcement).closes
