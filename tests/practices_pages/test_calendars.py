"""Meetings as calendars: valid, stable, of public pages only."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction

from tests.factories import make_practice, make_site_tree
from tests.practices_pages.meetings_world import make_meeting, make_network, make_network_index

pytestmark = pytest.mark.django_db
CANARY = "kanarzyca"


@pytest.fixture
def index():
    return make_network_index(make_site_tree())


@pytest.fixture
def network(index):
    return make_network(index, title="Sieć miast")


def fetch(page, **headers):
    return Client().get(f"{page.url}kalendarz.ics", headers=headers)


def events(page) -> list[icalendar.Event]:
    response = fetch(page)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return list(icalendar.Calendar.from_ical(response.content).walk("VEVENT"))


def test_a_meeting_without_times_takes_whole_days(network):
    page = make_meeting(network, ends_on=date(2018, 10, 24), address="ul. Szkolna 5")
    [event] = events(page)
    assert (event.decoded("dtstart"), event.decoded("dtend")) == (
        date(2018, 10, 23),
        date(2018, 10, 25),
    )
    assert str(event["summary"]) == page.title
    assert str(event["location"]) == "Dom Kultury, ul. Szkolna 5, Testowo"
    assert str(event["url"]) == page.full_url
    assert str(event["uid"]) == str(page.translation_key)
    assert event.decoded("dtstamp") == page.last_published_at.replace(microsecond=0)


def test_times_are_those_of_warsaw_whatever_the_season(network):
    for day, offset in ((date(2026, 1, 15), 1), (date(2026, 7, 15), 2)):
        page = make_meeting(network, starts_on=day, start_time=time(10), end_time=time(15, 30))
        [event] = events(page)
        assert event.decoded("dtstart") == datetime(
            day.year, day.month, day.day, 10, tzinfo=ZoneInfo("Europe/Warsaw")
        )
        assert event.decoded("dtstart").utcoffset() == timedelta(hours=offset)
        assert event["dtstart"].params["TZID"] == "Europe/Warsaw"
        assert b"BEGIN:VTIMEZONE" in fetch(page).content


def test_an_open_end_is_left_open_on_one_day_and_whole_days_over_several(network):
    [event] = events(make_meeting(network, start_time=time(10)))
    assert "dtend" not in event
    [event] = events(make_meeting(network, start_time=time(10), ends_on=date(2018, 10, 24)))
    assert event.decoded("dtstart") == date(2018, 10, 23)


def test_a_month_alone_is_in_no_calendar(index, network):
    page = make_meeting(network, precision="month", starts_on=date(2019, 1, 1))
    assert fetch(page).status_code == 404
    assert events(network) == []
    assert events(index) == []
    assert "kalendarz.ics" not in Client().get(page.url).content.decode()


def test_a_link_to_a_calendar_works_from_wherever_the_page_is_seen(network):
    page = make_meeting(network, starts_on=date.today() + timedelta(days=9))
    assert f'href="{page.url}kalendarz.ics"' in Client().get(page.url).content.decode()
    assert f'href="{network.url}kalendarz.ics"' in Client().get(network.url).content.decode()
    page.live = False
    assert "kalendarz.ics" not in page.make_preview_request().rendered_content


def test_a_network_and_all_networks_have_calendars_that_can_be_subscribed(index, network):
    other = make_network(index)
    own, foreign = make_meeting(network), make_meeting(other)
    assert [str(event["uid"]) for event in events(network)] == [str(own.translation_key)]
    assert len(events(index)) == 2
    calendar = icalendar.Calendar.from_ical(fetch(network).content)
    assert str(calendar["x-wr-calname"]) == "Sieć miast"
    assert calendar["refresh-interval"].params["VALUE"] == "DURATION"
    assert str(calendar["x-published-ttl"]) == "PT12H"
    assert str(foreign.translation_key) in fetch(index).content.decode()


def test_the_same_event_keeps_its_uid_when_it_changes(network):
    page = make_meeting(network)
    before = events(page)[0]
    page.title = "Przełożone"
    page.starts_on = date(2018, 11, 6)
    page.save_revision().publish()
    [event] = events(page)
    assert event["uid"] == before["uid"]
    assert event.decoded("dtstart") == date(2018, 11, 6)
    assert event.decoded("last-modified") >= before.decoded("last-modified")


def test_a_calendar_that_did_not_change_is_not_sent_again(network):
    page = make_meeting(network)
    first = fetch(network)
    assert fetch(network, **{"if-none-match": first["ETag"]}).status_code == 304
    assert fetch(network).content == first.content
    page.unpublish()
    assert fetch(network, **{"if-none-match": first["ETag"]}).status_code == 200
    assert "max-age=300" in first["Cache-Control"]
    assert Client().head(f"{network.url}kalendarz.ics").content == b""
    assert Client().post(f"{network.url}kalendarz.ics").status_code == 405


EVIL = [
    "A\r\nATTENDEE:mailto:x@x.example",
    "A\nEND:VEVENT\nBEGIN:VEVENT",
    "A\rB",
    "A\u2028B\u2029C\x85D\x0bE\x0cF\x1cG\x00",
    'a,b;c\\d:e"f',
    "ż" * 120,
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16") * 60,
    "\\n\\r\\,",
]


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_becomes_a_line_of_its_own(network, evil):
    evil = evil.replace("\x00", "")
    fields = dict.fromkeys(("lead", "place_name", "address", "town", "online_platform"), evil)
    page = make_meeting(network, title=evil[:100], attendance="mixed", **fields)
    content = fetch(page).content
    lines = content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\r" not in b"".join(lines)
    assert b"\n" not in b"".join(lines)
    unfolded = content.decode().replace("\r\n ", "")
    assert unfolded.splitlines() == unfolded.split("\r\n")[:-1]
    assert unfolded.count("\r\nBEGIN:VEVENT\r\n") == 1
    assert "\nATTENDEE" not in unfolded
    [event] = events(page)
    kept = " ".join(evil.replace("\x85", " ").split())
    assert "".join(str(event["description"]).split()) == "".join(
        c for c in kept if c.isprintable() and not c.isspace()
    )


def test_only_what_is_public_is_in_a_calendar(index, network):
    make_meeting(network, live=False, title=CANARY)
    private = make_meeting(network, title=CANARY)
    PageViewRestriction.objects.create(page=private, restriction_type="password", password="x")
    expired = make_meeting(network, title=CANARY)
    Page.objects.filter(pk=expired.pk).update(expire_at=timezone.now() - timedelta(hours=1))
    changed = make_meeting(network, title="Jawne")
    changed.title = CANARY
    changed.save_revision()
    hidden = make_network(index, title=CANARY)
    below = make_meeting(hidden, title=CANARY)
    Page.objects.filter(pk=hidden.pk).update(live=False)
    secret = {
        "attendance": "online",
        "online_platform": "P",
        "online_url": f"https://{CANARY}.example",
    }
    make_meeting(network, title="Zdalne", **secret)
    for page in (index, network):
        text = fetch(page).content.decode()
        assert "Jawne" in text
        assert CANARY not in text
    for page in (private, expired, hidden, below):
        assert fetch(page).status_code == 404


def test_hidden_and_missing_calendars_are_answered_alike(network):
    draft = make_meeting(network, live=False, slug="szkic")
    answers = []
    for address in (f"{draft.url}kalendarz.ics", f"{network.url}nigdy/kalendarz.ics"):
        response = Client().get(address)
        text = response.content.decode().replace("szkic", "…").replace("nigdy", "…")
        answers.append((response.status_code, text, sorted(response.headers.items())))
    assert answers[0] == answers[1]
    assert answers[0][0] == 404


def test_other_pages_have_no_calendar(index):
    practices = index.get_parent().get_children().first().specific
    for page in (practices, make_practice(practices, live=True), index.get_parent()):
        assert fetch(page).status_code == 404
    assert Client().get("/nie-ma/kalendarz.ics").status_code == 404
    assert Client().get("/kalendarz.ics").status_code == 404


def test_the_calendar_speaks_the_language_of_the_page_under_both_addresses(network):
    Locale.objects.get_or_create(language_code="en")
    page = make_meeting(network, attendance="online", online_platform="Teams", place_name="")
    polish = fetch(page).content
    assert "zdalnie: Teams" in polish.decode()
    assert Client().get(f"/en{page.url}kalendarz.ics").content == polish
