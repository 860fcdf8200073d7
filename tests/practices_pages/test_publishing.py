"""The schedule publishes and expires page by page; one bad page never stops the others."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageLogEntry, Revision

from practices_pages.models import PracticePage, StandardPage
from practices_pages.publishing import SCHEDULE_REFUSED, publish_due
from tests.factories import make_practice, make_site_tree, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def index():
    return make_site_tree()


def fresh(page):
    return PracticePage.objects.get(pk=page.pk)


def due(page, minutes=1):
    """As if the page had been scheduled and the time had come `minutes` ago."""
    moment = timezone.now() - timedelta(minutes=minutes)
    page.revisions.filter(pk=page.latest_revision_id).update(approved_go_live_at=moment)
    return page


def spoil(page, **content):
    revision = page.get_latest_revision()
    revision.content |= content
    revision.save(update_fields=["content"])
    return page


def test_a_scheduled_practice_goes_live_when_its_time_has_come(index):
    page = make_practice(
        index, edited_by=make_user("author"), go_live_at=timezone.now() + timedelta(hours=1)
    )
    page.get_latest_revision().publish(user=make_user("moderator"))
    assert not fresh(page).live
    assert publish_due().published == []
    due(spoil(page, go_live_at=(timezone.now() - timedelta(minutes=1)).isoformat()))
    assert publish_due().published == [page.latest_revision_id]
    assert fresh(page).live
    assert PageLogEntry.objects.filter(page=page.pk, action="wagtail.publish.scheduled").exists()


def test_a_refused_one_is_taken_off_the_schedule_and_told_in_its_history(index):
    page = due(spoil(make_practice(index), cost=""))
    report = publish_due()
    assert [refusal.revision_id for refusal in report.refused] == [page.latest_revision_id]
    assert not Revision.objects.exclude(approved_go_live_at=None).exists()
    entry = PageLogEntry.objects.get(page=page.pk, action=SCHEDULE_REFUSED)
    assert report.refused[0].message == entry.data["problems"]
    assert entry.data["problems"] in entry.formatter.format_message(entry)
    assert publish_due().refused == []


def test_the_live_version_stays_when_a_scheduled_new_one_is_refused(index):
    page = make_practice(index, live=True)
    page.lead = "Nowa wersja."
    page.save_revision()
    due(spoil(fresh(page), problem=""))
    assert len(publish_due().refused) == 1
    page = fresh(page)
    assert page.live
    assert page.lead != "Nowa wersja."


def test_many_bad_ones_do_not_stop_the_good_one_after_them(index):
    for _number in range(3):
        due(spoil(make_practice(index), solution=""), minutes=10)
    # Taken meanwhile by another page, so that Wagtail itself refuses it.
    slug = make_practice(index).slug
    due(spoil(make_practice(index), slug=slug), minutes=5)
    good = due(make_practice(index))
    report = publish_due()
    assert len(report.refused) == 4
    assert report.published == [good.latest_revision_id]
    assert fresh(good).live


def test_wagtails_own_command_is_as_careful(index, capsys):
    bad = due(spoil(make_practice(index), solution=""), minutes=10)
    good = due(make_practice(index))
    call_command("publish_scheduled")
    printed = capsys.readouterr().out
    assert "published 1, expired 0, refused 1, failed 0" in printed
    assert f"refused page {bad.pk}:" in printed
    assert fresh(good).live


def test_a_second_call_does_nothing(index):
    due(make_practice(index))
    assert len(publish_due().published) == 1
    second = publish_due()
    assert (second.published, second.refused, second.expired, second.failed) == ([], [], [], [])


def test_expired_pages_of_every_kind_are_taken_down(index):
    past = timezone.now() - timedelta(minutes=1)
    practice = make_practice(index, live=True)
    plain = StandardPage(title="Ogłoszenie", slug="ogloszenie", locale=index.locale, expire_at=past)
    index.get_parent().add_child(instance=plain)
    PracticePage.objects.filter(pk=practice.pk).update(expire_at=past)
    report = publish_due()
    assert set(report.expired) == {str(practice.pk), str(plain.pk)}
    assert not fresh(practice).live
    assert fresh(practice).expired
    assert not StandardPage.objects.get(pk=plain.pk).live


def test_a_moment_in_the_future_is_not_due_yet(index):
    page = make_practice(index)
    later = timezone.now() + timedelta(hours=1)
    page.revisions.update(approved_go_live_at=later)
    assert publish_due(later + timedelta(hours=1)).published == []
    assert publish_due(timezone.now() - timedelta(days=1)).published == []


def test_a_plain_page_is_published_by_the_same_schedule(index):
    plain = StandardPage(title="Kontakt", slug="kontakt", live=False, locale=index.locale)
    index.get_parent().add_child(instance=plain)
    revision = plain.save_revision()
    Revision.objects.filter(pk=revision.pk).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    assert publish_due().published == [revision.pk]
    assert StandardPage.objects.get(pk=plain.pk).live
