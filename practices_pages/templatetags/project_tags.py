"""Projects, news and calls in templates: what stands around them, and amounts in words."""

from typing import Any

from django import template
from django.utils import timezone
from wagtail.models import Page

from practices_pages import calls, news, projects
from practices_pages.models import (
    CallPage,
    CallState,
    NewsPage,
    Progress,
    ProjectPage,
    ProjectStage,
    PublicContact,
)

register = template.Library()


@register.simple_tag
def project_groups(index: Page) -> list[projects.ProjectGroup]:
    return projects.project_groups(index, timezone.localdate())


@register.simple_tag
def related_to(project: ProjectPage) -> list[projects.Related]:
    return projects.related_to(project) if project.pk else []


@register.simple_tag
def news_of(project: ProjectPage) -> news.ProjectNews:
    return news.of_project(project) if project.pk else news.ProjectNews()


@register.simple_tag
def public_pages_of(events: Any) -> dict[int, Page]:
    """The public pages that a project's events point at, by their key."""
    return projects.public_pages({row.more_id for row in events if row.more_id})


@register.filter
def among(key: int | None, pages: dict[int, Page]) -> Page | None:
    return pages.get(key) if key else None


@register.filter
def progress_today(row: ProjectPage | ProjectStage) -> str:
    state = row.progress_on(timezone.localdate())
    return str(Progress(state).label) if state else ""


@register.filter
def team_today(project: ProjectPage) -> list[tuple[PublicContact, str]]:
    return project.public_team(timezone.localdate())


@register.simple_tag
def around_news(item: NewsPage) -> news.AroundNews:
    return news.around(item)


@register.simple_tag
def project_of(page: Any) -> ProjectPage | None:
    """The project of a page, as long as it is public."""
    return projects.public_project(page.project_id)


@register.filter
def contact_today(call: CallPage) -> PublicContact | None:
    return call.public_contact(timezone.localdate())


@register.simple_tag
def call_groups(index: Page) -> list[calls.CallGroup]:
    return calls.call_groups(index, timezone.localdate())


@register.simple_tag
def open_call() -> CallPage | None:
    return calls.open_call(timezone.localdate())


@register.simple_tag
def outline() -> list[calls.OutlineSection]:
    return calls.outline()


@register.filter
def call_state(call: CallPage) -> CallState:
    return call.state_on(timezone.localdate())
