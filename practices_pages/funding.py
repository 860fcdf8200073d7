"""Whose money a page owes its existence to: the projects whose notice stands at its foot."""

from collections.abc import Iterable
from typing import Any

from wagtail.models import Page

from practices_pages import visibility
from practices_pages.models import NewsPage, ProjectPage


def funding_of(page: Page | None) -> list[ProjectPage]:
    """The public projects of `page` that have a notice or logos; mostly one or none.

    Of a project's own page the notice as it is in memory, so that a preview shows it.
    """
    if isinstance(page, ProjectPage):
        return [page] if _has_notice(page) else []
    keys = {key for key in _project_keys(page) if key}
    if not keys:
        return []
    projects = visibility.public(ProjectPage.objects.filter(pk__in=keys)).select_related("locale")
    found = projects.prefetch_related("funding_logos__image").order_by("title")
    return [project for project in found if _has_notice(project)]


def _has_notice(project: ProjectPage) -> bool:
    return bool(project.funding_text or any(logo.image for logo in project.funding_logos.all()))


def _project_keys(page: Any) -> Iterable[int]:
    if isinstance(page, NewsPage):
        return [project.pk for project in page.projects.all()]
    return [getattr(page, "project_id", None) or 0]
