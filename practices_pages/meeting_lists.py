"""The lists of networks and meetings that a visitor reads. Only what is public is in them."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, Prefetch, Q
from wagtail.models import Page

from practices_pages import languages, pictures, visibility
from practices_pages.catalogue import published_practices
from practices_pages.meeting_dates import here_and_now
from practices_pages.models import (
    MeetingPage,
    MeetingPicture,
    NetworkIndexPage,
    NetworkKind,
    NetworkMember,
    NetworkPage,
    PracticePage,
)
from practices_pages.models.unit_rows import by_group
from practices_pages.querysets import MeetingPageQuerySet

MOST_UPCOMING = 30
MOST_PRACTICES = 6


@dataclass(frozen=True)
class ListedMeeting:
    """`network` is empty where every meeting is of the same one."""

    meeting: MeetingPage
    network: str


@dataclass(frozen=True)
class ListedNetwork:
    network: NetworkPage
    members: int
    next_meeting: MeetingPage | None


@dataclass(frozen=True)
class Meetings:
    """What is to come, and what was in one of the years."""

    upcoming: list[ListedMeeting]
    years: list[int] = field(default_factory=list)
    year: int | None = None
    past: list[ListedMeeting] = field(default_factory=list)


def public_meetings(page: Page) -> MeetingPageQuerySet:
    """The public meetings below `page`; on a list of networks each of them once."""
    public: MeetingPageQuerySet = visibility.public(MeetingPage.objects.all())
    meetings = languages.below(public, page)
    if isinstance(page, NetworkIndexPage):
        meetings = meetings.filter(alias_of=None)
    return meetings.select_related("locale")


def meetings_of(page: Page, chosen_year: str | None) -> Meetings:
    """A fixed number of queries. A year that is none, or has no meeting, is the latest one."""
    now, meetings = here_and_now(), public_meetings(page)
    names = _names(page) if isinstance(page, NetworkIndexPage) else {}
    past = meetings.past(now)
    years = sorted({day.year for day in past.dates("starts_on", "year")}, reverse=True)
    year = next((year for year in years if str(year) == chosen_year), next(iter(years), None))
    return Meetings(
        upcoming=_listed(meetings.upcoming(now)[:MOST_UPCOMING], names),
        years=years,
        year=year,
        past=_listed(past.filter(starts_on__year=year) if year else [], names),
    )


def _names(index: Page) -> dict[str, str]:
    return dict(languages.below(NetworkPage.objects.all(), index).values_list("path", "title"))


def _listed(meetings: Any, names: dict[str, str]) -> list[ListedMeeting]:
    step = Page.steplen
    return [ListedMeeting(page, names.get(page.path[:-step], "")) for page in meetings]


def networks_of(index: Page) -> list[ListedNetwork]:
    """Public networks below `index` by kind, each with its members and its next meeting."""
    now, step = here_and_now(), Page.steplen
    following: dict[str, MeetingPage] = {}
    for meeting in public_meetings(index).upcoming(now):
        following.setdefault(meeting.path[:-step], meeting)
    networks = (
        languages.below(visibility.public(NetworkPage.objects.filter(alias_of=None)), index)
        .select_related("locale")
        .prefetch_related(Prefetch("main_image", queryset=pictures.prefetched("card")))
        .annotate(member_count=Count("members", filter=_is_member(now.date())))
        .order_by("path")
    )
    kinds = list(NetworkKind.values)
    in_order = sorted(networks, key=lambda page: kinds.index(page.kind))
    return [ListedNetwork(page, page.member_count, following.get(page.path)) for page in in_order]


def _is_member(day: date) -> Q:
    began = Q(members__since=None) | Q(members__since__lte=day)
    return began & (Q(members__until=None) | Q(members__until__gt=day))


def members_by_group(network: NetworkPage) -> list[tuple[str, list[NetworkMember]]]:
    """The units that are members today."""
    return by_group(_current(network))


def practices_of_members(network: NetworkPage) -> list[PracticePage]:
    units = [row.unit_id for row in _current(network)]
    practices = published_practices().filter(practice_units__unit__in=units)
    return list(languages.once(practices).distinct()[:MOST_PRACTICES]) if units else []


def _current(network: NetworkPage) -> list[NetworkMember]:
    today = here_and_now().date()
    rows = network.members.all()
    return [row for row in rows if row.unit_id and row.is_current(today)]


def public_next(meeting: MeetingPage) -> MeetingPage | None:
    """The next meeting, if its page may be read."""
    following = meeting.next_meeting
    return following if following is not None and visibility.is_public(following) else None


def pictures_of(meeting: MeetingPage) -> list[MeetingPicture]:
    """The pictures that may be shown today, with what the gallery shows of them."""
    rows = meeting.pictures_on(here_and_now().date())
    images = pictures.prefetched_with_large("card").in_bulk([row.image_id for row in rows])
    for row in rows:
        row.image = images.get(row.image_id)
    return rows
