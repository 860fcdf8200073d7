"""News that visitors may read, the newest first."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Prefetch
from wagtail.models import Page

from practices_pages import catalogue, languages, pictures, projects, visibility
from practices_pages.models import NewsIndexPage, NewsPage, PracticePage, ProjectPage

NEWS_OF_A_PROJECT = 4


@dataclass(frozen=True)
class ProjectNews:
    """The newest items about a project, how many there are, and where all of them are found."""

    items: list[NewsPage] = field(default_factory=list)
    total: int = 0
    index: Page | None = None
    query: str = ""


@dataclass(frozen=True)
class AroundNews:
    """What a news item belongs to and speaks of, as far as it is public."""

    projects: list[ProjectPage]
    practices: list[PracticePage]


def published_news() -> Any:
    return (
        visibility.public(NewsPage.objects.filter(alias_of=None))
        .select_related("locale")
        .prefetch_related(Prefetch("main_image", queryset=pictures.prefetched("card")))
        .order_by("-dated_on", "-pk")
    )


def of_project(project: ProjectPage) -> ProjectNews:
    versions = ProjectPage.objects.filter(translation_key=project.translation_key).values("pk")
    news = languages.once(published_news().filter(projects__in=versions)).distinct()
    items = list(news[:NEWS_OF_A_PROJECT])
    if len(items) < NEWS_OF_A_PROJECT:
        return ProjectNews(items, len(items))
    index = visibility.public(NewsIndexPage.objects.select_related("locale")).order_by("path")
    return ProjectNews(items, news.count(), index.first(), projects.filter_by(project))


def around(item: NewsPage) -> AroundNews:
    keys = [project.pk for project in item.projects.all()]
    chosen = [row.practice_id for row in item.related_practices.all() if row.practice_id]
    belongs_to = visibility.public(ProjectPage.objects.filter(pk__in=keys)) if keys else []
    practices = catalogue.published_practices().filter(pk__in=chosen) if chosen else []
    return AroundNews(list(belongs_to), list(practices))
