"""What the pages of networks and meetings show."""

from typing import Any

from django import template
from wagtail.models import Page

from practices_pages import meeting_lists, pictures, visibility
from practices_pages.meeting_dates import here_and_now
from practices_pages.models import (
    MeetingLeader,
    MeetingPage,
    MeetingPicture,
    NetworkMember,
    NetworkPage,
    PracticePage,
    PublicContact,
)

register = template.Library()


@register.simple_tag(takes_context=True)
def meetings_of(context: template.Context, page: Page) -> meeting_lists.Meetings:
    request = context.get("request")
    return meeting_lists.meetings_of(page, request.GET.get("year") if request else None)


@register.simple_tag
def networks_of(index: Page) -> list[meeting_lists.ListedNetwork]:
    return meeting_lists.networks_of(index)


@register.simple_tag
def members_of(network: NetworkPage) -> list[tuple[str, list[NetworkMember]]]:
    return meeting_lists.members_by_group(network)


@register.simple_tag
def practices_of_members(network: NetworkPage) -> list[PracticePage]:
    return meeting_lists.practices_of_members(network)


@register.simple_tag
def public_next(meeting: MeetingPage) -> MeetingPage | None:
    return meeting_lists.public_next(meeting)


@register.simple_tag
def moderator_of(network: NetworkPage) -> PublicContact | None:
    """Who moderates, as long as that person agrees to be shown."""
    return network.public_contact(here_and_now().date())


@register.simple_tag
def shown_pictures(meeting: MeetingPage) -> list[MeetingPicture]:
    return meeting_lists.pictures_of(meeting)


@register.filter
def large_url(picture: MeetingPicture) -> str:
    return pictures.large_url(picture.image)


@register.simple_tag
def has_ended(meeting: MeetingPage) -> bool:
    return meeting.has_ended(here_and_now())


@register.filter
def only_public(page: Page | None) -> Page | None:
    """A page that somebody links to may be a draft, whose title is nobody's business."""
    return page if page is not None and visibility.is_public(page) else None


@register.filter
def named_leaders(leaders: Any) -> list[MeetingLeader]:
    """Only those who agreed to be named."""
    return [row for row in leaders.all() if row.consented_to_be_named and row.name]
