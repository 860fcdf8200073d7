"""The seam: a practice is announced once, whatever happens to its page."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.actions.convert_alias import ConvertAliasPageAction
from wagtail.actions.copy_for_translation import CopyPageForTranslationAction
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.move_page import MovePageAction
from wagtail.images import get_image_model
from wagtail.models import Locale, PageViewRestriction

from cms.practice_announcements import reconcile
from newsletter import announcing
from newsletter.models import Announcement, AnnouncementState, Story
from practices_pages.models import PracticeIndexPage, PracticePage
from practices_pages.publishing import publish_due
from tests.factories import make_practice, make_site_tree, make_user
from tests.fakes import outside
from tests.newsletter.factories import make_subscription

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    return make_site_tree()


@pytest.fixture
def practice(index: PracticeIndexPage) -> PracticePage:
    return make_practice(index, live=True, announce=True, title="Autobus i plan lekcji")


def active_stories() -> list[str]:
    return list(Story.objects.filter(withdrawn_at=None).values_list("title", flat=True))


def mails_after_release() -> list[str]:
    """Release what waits, deliver, and look into the inbox."""
    for announcement in Announcement.objects.filter(state=AnnouncementState.READY):
        announcing.release(announcement, by=make_user("administrator"))
    announcing.tick()
    announcing.deliver_due()
    return [mail.subject for mail in outside.messages]


def test_a_published_practice_reaches_a_subscriber_once(practice: PracticePage) -> None:
    make_subscription(topics=["all"])
    assert mails_after_release() == ["Autobus i plan lekcji"]


def republish(page: PracticePage) -> None:
    page.save_revision().publish()
    page.save_revision().publish()


def schedule_again(page: PracticePage) -> None:
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    let_an_hour_pass(page)


def let_an_hour_pass(page: PracticePage) -> None:
    """What was scheduled for the next hour is due now."""
    past = timezone.now() - timedelta(minutes=1)
    revision = page.get_latest_revision()
    revision.content = revision.content | {"go_live_at": past.isoformat()}
    revision.approved_go_live_at = past
    revision.save()
    PracticePage.objects.filter(pk=page.pk).update(go_live_at=past)
    assert publish_due().published


def alias(page: PracticePage) -> None:
    CreatePageAliasAction(page, update_slug="alias").execute()
    page.save_revision().publish()


def convert_an_alias(page: PracticePage) -> None:
    made = CreatePageAliasAction(page, update_slug="alias").execute()
    ConvertAliasPageAction(made).execute()
    PracticePage.objects.get(pk=made.pk).save_revision().publish()


def copy_live(page: PracticePage) -> None:
    made = CopyPageAction(page, update_attrs={"slug": "kopia"}, keep_live=True).execute()
    PracticePage.objects.get(pk=made.pk).save_revision().publish()


def translate(page: PracticePage) -> None:
    english, _created = Locale.objects.get_or_create(language_code="en")
    made = CopyPageForTranslationAction(page, english, copy_parents=True).execute()
    PracticePage.objects.get(pk=made.pk).save_revision().publish()


def move(page: PracticePage) -> None:
    other = PracticeIndexPage(title="Inna lista", slug="inna", locale=page.locale)
    page.get_parent().get_parent().add_child(instance=other)
    MovePageAction(page, other, pos="last-child").execute()


def change_the_list(page: PracticePage) -> None:
    PracticeIndexPage.objects.get(pk=page.get_parent().pk).save_revision().publish()


def let_the_reconciler_look(_page: PracticePage) -> None:
    reconcile()


WHATEVER = [
    republish,
    schedule_again,
    alias,
    convert_an_alias,
    copy_live,
    translate,
    move,
    change_the_list,
    let_the_reconciler_look,
]


@pytest.mark.parametrize("happens", WHATEVER)
@pytest.mark.parametrize("moment", ["before the mailing", "after the mailing"])
def test_whatever_happens_to_a_page_its_practice_is_announced_once(
    practice: PracticePage, happens: Callable[[PracticePage], None], moment: str
) -> None:
    make_subscription(topics=["all"])
    if moment == "after the mailing":
        assert len(mails_after_release()) == 1
    happens(PracticePage.objects.get(pk=practice.pk))
    assert mails_after_release() == ["Autobus i plan lekcji"]
    reconcile()
    assert mails_after_release() == ["Autobus i plan lekcji"]


def unpublish(page: PracticePage) -> None:
    page.unpublish()


def unpublish_the_list(page: PracticePage) -> None:
    page.get_parent().specific.unpublish()


def delete(page: PracticePage) -> None:
    page.delete()


def make_private(page: PracticePage) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def make_the_list_private(page: PracticePage) -> None:
    PageViewRestriction.objects.create(
        page=page.get_parent(), restriction_type=PageViewRestriction.PASSWORD, password="x"
    )


@pytest.mark.parametrize(
    "take_back", [unpublish, unpublish_the_list, delete, make_private, make_the_list_private]
)
def test_a_practice_taken_back_before_the_mailing_is_not_mailed(
    practice: PracticePage, take_back: Callable[[PracticePage], None]
) -> None:
    make_subscription(topics=["all"])
    take_back(PracticePage.objects.get(pk=practice.pk))
    assert active_stories() == []
    assert mails_after_release() == []
    assert not Announcement.objects.exclude(state=AnnouncementState.CANCELLED).exists()


def test_publishing_again_rearms_the_story(practice: PracticePage) -> None:
    make_subscription(topics=["all"])
    practice.unpublish()
    PracticePage.objects.get(pk=practice.pk).save_revision().publish()
    assert mails_after_release() == ["Autobus i plan lekcji"]


def test_opening_a_private_practice_to_the_public_rearms_its_story(practice: PracticePage) -> None:
    make_subscription(topics=["all"])
    make_private(practice)
    PageViewRestriction.objects.get().delete()
    assert mails_after_release() == ["Autobus i plan lekcji"]


def test_rearming_after_the_mailing_tells_nobody_twice(practice: PracticePage) -> None:
    make_subscription(topics=["all"])
    mails_after_release()
    practice.unpublish()
    PracticePage.objects.get(pk=practice.pk).save_revision().publish()
    assert mails_after_release() == ["Autobus i plan lekcji"]


def test_a_scheduled_practice_is_announced_when_its_time_comes(index: PracticeIndexPage) -> None:
    make_subscription(topics=["all"])
    page = make_practice(index, announce=True, title="Zaplanowana")
    page.go_live_at = timezone.now() + timedelta(hours=1)
    page.save_revision().publish()
    assert active_stories() == []
    let_an_hour_pass(page)
    assert mails_after_release() == ["Zaplanowana"]


@pytest.mark.parametrize(
    "fields",
    [{"announce": False}, {"announce": True, "is_archival": True}],
    ids=["unmarked", "archival"],
)
def test_what_is_not_to_be_announced_is_obeyed_by_the_reconciler(
    index: PracticeIndexPage, fields: dict[str, bool]
) -> None:
    more = {"archival_reason": "Ze starego serwisu", "source_url": "https://stare.example/1"}
    make_practice(index, live=True, **fields, **more)
    reconcile()
    assert active_stories() == []


def test_the_reconciler_announces_what_a_lost_signal_left_out(practice: PracticePage) -> None:
    Announcement.objects.all().delete()
    Story.objects.all().delete()
    assert reconcile() == (1, 0)
    assert active_stories() == ["Autobus i plan lekcji"]
    assert reconcile() == (0, 0)


def test_the_reconciler_withdraws_what_silently_stopped_being_public(
    practice: PracticePage,
) -> None:
    PracticePage.objects.filter(pk=practice.pk).update(live=False)
    assert reconcile() == (0, 1)
    assert active_stories() == []


def test_taking_the_mark_away_before_the_mailing_withdraws_the_story(
    practice: PracticePage,
) -> None:
    practice.announce = False
    practice.save_revision().publish()
    assert active_stories() == []


def test_a_correction_inside_the_undo_window_reaches_the_letter(practice: PracticePage) -> None:
    make_subscription(topics=["all"])
    practice.title = "Autobus i nowy plan lekcji"
    practice.save_revision().publish()
    assert mails_after_release() == ["Autobus i nowy plan lekcji"]


def test_a_story_carries_the_topics_of_its_areas_units_and_voivodeships(
    practice: PracticePage,
) -> None:
    topics = set(Story.objects.get().facets.values_list("topic", flat=True))
    assert topics == {"all", "area:dowozenie", "group:rural", "voivodeship:14"}


def test_thirteen_practices_published_together_are_one_mail(index: PracticeIndexPage) -> None:
    make_subscription(topics=["all"])
    for _number in range(13):
        make_practice(index, live=True, announce=True)
    mails = mails_after_release()
    assert len(mails) == 1
    assert "13" in mails[0]


def test_publishing_costs_the_editor_the_same_however_many_subscribe(
    index: PracticeIndexPage,
) -> None:
    make_practice(index, announce=True, live=True)  # What is read once and kept is read by now.
    costs = []
    for people in (0, 30):
        for _number in range(people):
            make_subscription(topics=["all"])
        revision = make_practice(index, announce=True).get_latest_revision()
        with CaptureQueriesContext(connection) as queries:
            revision.publish()
        costs.append(len(queries))
    assert costs[0] == costs[1]
    assert Announcement.objects.get().deliveries.count() == 0


def test_a_lost_image_file_keeps_no_practice_from_being_announced(
    index: PracticeIndexPage,
) -> None:
    image = get_image_model()(title="Zgubione", file="lost.png", width=640, height=480)
    get_image_model().objects.bulk_create([image])
    page = make_practice(
        index, announce=True, main_image=image, image_alt="Autobus", image_credit="Autor"
    )
    page.get_latest_revision().publish()
    story = Story.objects.get()
    assert (story.title, story.image_url) == (page.title, "")


def test_a_practice_that_cannot_be_told_is_published_and_holds_up_no_other(
    index: PracticeIndexPage,
) -> None:
    deep = PracticeIndexPage(title="Głęboko", slug="a" * 250, locale=index.locale)
    index.get_parent().add_child(instance=deep)
    deep.save_revision().publish()
    page = make_practice(deep, announce=True, slug="b" * 250)
    page.get_latest_revision().publish()
    page.refresh_from_db()
    assert page.live
    assert active_stories() == []
    lost = make_practice(index, live=True)
    PracticePage.objects.filter(pk=lost.pk).update(announce=True)
    assert reconcile() == (1, 0)
    assert active_stories() == [lost.title]


def test_a_practice_nobody_announced_for_five_minutes_is_named(
    practice: PracticePage, index: PracticeIndexPage, capsys: pytest.CaptureFixture[str]
) -> None:
    lost, young = make_practice(index, live=True), make_practice(index, live=True)
    PracticePage.objects.filter(pk__in=[lost.pk, young.pk]).update(announce=True)
    long_ago = timezone.now() - timedelta(minutes=6)
    PracticePage.objects.filter(pk__in=[lost.pk, practice.pk]).update(last_published_at=long_ago)
    with pytest.raises(SystemExit):
        call_command("newsletter_reconcile")
    printed = capsys.readouterr().out
    assert "practice_unannounced: 1 WRONG" in printed
    assert f"practice {lost.pid}" in printed


def test_a_tick_asks_the_same_few_questions_however_many_practices_there_are(
    index: PracticeIndexPage, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for _number in range(12):
        make_practice(index, live=True, announce=True)
    with django_assert_max_num_queries(3):
        assert reconcile() == (0, 0)
