"""What a meeting lacks before it is published, and what in it looks wrong.

Problems stop the publication; warnings only ask the editor to look again.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from practices_pages.completeness import Problem, lead_problems, repeated_units
from practices_pages.meeting_dates import here_and_now
from practices_pages.polish_dates import Mention, contradictions, plain, slips

Spans = list[tuple[date, date]]


def meeting_problems(page: Any) -> Iterator[Problem]:
    dates = page.dates
    yield from lead_problems(page)
    if dates is None:
        yield Problem("starts_on", _("Say when the meeting is: a day, or at least a month."))
    elif dates.last < dates.first:
        yield Problem("ends_on", _("The meeting ends before it begins."))
    yield from _problems_of_times(page)
    if page.is_in_person and not page.place:
        yield Problem("place_name", _("Say where the meeting is."))
    if page.is_online and not (page.online_platform.strip() or page.online_url):
        yield Problem("online_platform", _("Say on which platform the meeting is."))
    if page.shows_online_url and not page.online_url:
        yield Problem("online_url", _("The address that is to be shown is missing."))
    yield from repeated_units(page.participants.all(), "participants")


def _problems_of_times(page: Any) -> Iterator[Problem]:
    if page.end_time and not page.start_time:
        yield Problem("start_time", _("An end without a beginning: say when the meeting begins."))
    dates = page.dates
    if dates is None or dates.first != dates.last or not (page.start_time and page.end_time):
        return
    if page.end_time <= page.start_time:
        yield Problem("end_time", _("The meeting ends before it begins."))


def meeting_warnings(page: Any) -> Iterator[Problem]:
    now, dates = here_and_now(), page.dates
    if dates is not None and dates.last < now.date() and not page.participants.all():
        yield Problem("participants", _("The meeting is over, and no participating unit is named."))
    for number, row in enumerate(page.gallery.all(), start=1):
        if row.image_id and row.has_consent and not row.may_be_shown_on(now.date()):
            message = _("Picture %(number)d is no longer shown: the consent has ended.")
            yield Problem("gallery", message % {"number": number})


def date_warnings(page: Any) -> Iterator[Problem]:
    """Where a text names a date that is not the meeting's."""
    dates = page.dates
    if dates is None or dates.last < dates.first:
        return
    span = (dates.first, dates.last)
    for field, place, text in _short_texts(page):
        for mention in contradictions(text, *span):
            yield _warning(field, place, mention, dates.shown)
    others = _other_dates(page)
    for field in ("lead", "body", "evaluation"):
        place = _("The field “%(name)s”") % {"name": page._meta.get_field(field).verbose_name}
        for mention in slips(plain(getattr(page, field) or ""), *span, others=others):
            yield _warning(field, place, mention, dates.shown)


def _short_texts(page: Any) -> Iterator[tuple[str, str, str]]:
    """Field, what an editor calls the place, and text; in these no other date is expected."""
    yield "title", _("The title"), page.title
    yield "image_alt", _("The description of the main image"), page.image_alt
    for number, row in enumerate(page.gallery.all(), start=1):
        where = {"number": number}
        yield "gallery", _("The caption of picture %(number)d") % where, row.caption
        yield "gallery", _("The description of picture %(number)d") % where, row.alt


def _other_dates(page: Any) -> Spans:
    """Dates that the texts may name as well: of the next meeting, of the last update."""
    following = page.next_meeting.dates if page.next_meeting is not None else None
    known = [dates for dates in (following, page.next_dates) if dates is not None]
    spans = [(dates.first, dates.last) for dates in known]
    return [*spans, (page.updated_on, page.updated_on)] if page.updated_on else spans


def _warning(field: str, place: str, mention: Mention, dates: str) -> Problem:
    message = _("%(place)s says “%(said)s”, but the meeting is: %(dates)s. Check which is right.")
    return Problem(field, message % {"place": place, "said": mention.text, "dates": dates})
