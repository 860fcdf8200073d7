"""The sections of the home page. Each shows what there is, and is not there without it."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.utils import timezone
from wagtail.models import Page

from practices_pages import home, languages, plans, projects
from practices_pages.films import public_films
from practices_pages.models import (
    FilmIndexPage,
    NewsIndexPage,
    PlanIndexPage,
    PracticePage,
    ProjectIndexPage,
)
from practices_pages.news import published_news
from practices_pages.templatetags.practices_pages_tags import frame

register = template.Library()
FILMS, PROJECTS, PLANS, NEWS = 3, 3, 4, 3


@dataclass(frozen=True)
class HomeSection:
    """Pages of one kind, and the list of all of them."""

    pages: list[Any]
    index: Page | None


@register.simple_tag(takes_context=True)
def overview(context: Context) -> home.Overview | None:
    around = frame(context)
    index = around.catalogue if around else None
    if around is None or index is None:
        return None
    return home.overview_of(index)


@register.simple_tag
def newest_practices(count: int) -> list[PracticePage]:
    return home.newest_practices(count)


@register.simple_tag(takes_context=True)
def newest_films(context: Context) -> HomeSection:
    return HomeSection(list(languages.once(public_films())[:FILMS]), _index(context, FilmIndexPage))


@register.simple_tag(takes_context=True)
def current_projects(context: Context) -> HomeSection:
    pages = projects.current(PROJECTS, timezone.localdate())
    return HomeSection(pages, _index(context, ProjectIndexPage))


@register.simple_tag(takes_context=True)
def newest_plans(context: Context) -> HomeSection:
    return HomeSection(plans.newest(PLANS), _index(context, PlanIndexPage))


@register.simple_tag(takes_context=True)
def newest_news(context: Context) -> HomeSection:
    return HomeSection(
        list(languages.once(published_news())[:NEWS]), _index(context, NewsIndexPage)
    )


def _index(context: Context, model: type[Page]) -> Page | None:
    around = frame(context)
    found = around.of_type(model) if around else []
    return found[0] if found else None
