"""Meetings as a calendar that programs subscribe to (RFC 5545).

A meeting of which only the month is known is in no calendar: there it would be an appointment of a
month. Who wrote the text does not matter: a field cannot become a line of its own.
"""

import unicodedata
from datetime import date, datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, vDuration
from wagtail.models import Page

from practices_pages.meeting_dates import MeetingDates
from practices_pages.meeting_lists import public_meetings
from practices_pages.models import MeetingPage, NetworkIndexPage, NetworkPage, Precision

MADE_BY = "-//Dobre Praktyki//dobre-praktyki//PL"
MOST_MEETINGS = 500
ASKED_AGAIN = timedelta(hours=12)
# The rule since 1996. The library would write years out one by one, an hour off in spring (7.3.0).
ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Warsaw
BEGIN:DAYLIGHT
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
"""


def calendar_of(page: Page) -> bytes | None:
    """The calendar of a public page: of one meeting, of a network, of a list of networks.

    None: such a page has none, or no day is known. As long as nothing public changes, it is the
    same bytes.
    """
    if isinstance(page, MeetingPage):
        meetings = [page] if page.dates is not None and not page.dates.is_month else []
        return _written(meetings, name="") if meetings else None
    if not isinstance(page, NetworkIndexPage | NetworkPage):
        return None
    found = public_meetings(page).filter(precision=Precision.DAY, last_on__isnull=False)
    latest = list(found.in_order().reverse()[:MOST_MEETINGS])
    return _written(latest[::-1], name=page.title)


def _written(meetings: list[MeetingPage], *, name: str) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", MADE_BY)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    if name:
        calendar.add("name", one_line(name))
        calendar.add("x-wr-calname", one_line(name))
        calendar.add("refresh-interval", ASKED_AGAIN, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", vDuration(ASKED_AGAIN).to_ical().decode())
    events = [_event(meeting, meeting.dates) for meeting in meetings if meeting.dates is not None]
    if any(meeting.start_time is not None for meeting in meetings):
        calendar.add_component(Timezone.from_ical(ZONE))
    for event in events:
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written


def _event(meeting: MeetingPage, dates: MeetingDates) -> Event:
    event = Event()
    # Both language versions are one event.
    event.add("uid", str(meeting.translation_key))
    changed = meeting.last_published_at or timezone.now()
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("summary", one_line(meeting.title))
    start, end = _span(dates)
    event.add("dtstart", start)
    if end is not None:
        event.add("dtend", end)
    if where := _where(meeting):
        event.add("location", where)
    if meeting.lead.strip():
        event.add("description", one_line(meeting.lead))
    if address := meeting.full_url:
        event.add("url", address)
    event.add("status", "CONFIRMED")
    return event


def _span(dates: MeetingDates) -> tuple[date | datetime, date | datetime | None]:
    """Start, and the end if it is known; whole days end where the next one begins."""
    start, end = dates.moment_of_start(), dates.moment_of_end()
    if start is not None and (end is not None or dates.first == dates.last):
        return start, end
    return dates.first, dates.last + timedelta(days=1)


def _where(meeting: MeetingPage) -> str:
    online = one_line(meeting.online_platform) if meeting.is_online else ""
    parts = [one_line(meeting.place), online and _("online: %(name)s") % {"name": online}]
    return "; ".join(part for part in parts if part)


def one_line(text: str) -> str:
    """Without line breaks, of which Unicode has several, and without what cannot be seen."""
    kept = (" " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c for c in text)
    return " ".join("".join(kept).split())
