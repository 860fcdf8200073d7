"""The catalogue of news: by project and year, the newest first."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from practices_pages import languages
from practices_pages.catalogue.filters import CATALOGUES, Catalogue, Filter, Sort
from practices_pages.catalogue.vocabularies import YEAR, project_filter

LATEST_DATE_FIRST = (F("catalogue_entry__sort_number").desc(nulls_last=True),)
BEGINNING, MOST_DAYS = date(2000, 1, 1), 32_000


def _projects(item: Any) -> Iterator[str]:
    for project in item.projects.all():
        yield languages.key_of(project)


def _year(item: Any) -> Iterator[str]:
    yield str(item.dated_on.year)


def _day_number(item: Any) -> int:
    """Days since 2000: a small number, as the column holds them."""
    return int(max(-MOST_DAYS, min(MOST_DAYS, (item.dated_on - BEGINNING).days)))


def _counted(number: int) -> str:
    return ngettext("%(number)d news item", "%(number)d news items", number) % {"number": number}


NEWS = CATALOGUES.add(
    Catalogue(
        name="news",
        page_type="practices_pages.NewsPage",
        filters=(
            project_filter("projects", keys_of=_projects),
            Filter("year", _("Year"), _year, pattern=YEAR),
        ),
        sorts=(
            Sort("newest", _("Newest first"), LATEST_DATE_FIRST),
            Sort("relevance", _("Best match"), LATEST_DATE_FIRST, needs_text=True),
        ),
        prefetch=("projects",),
        sort_number=_day_number,
        shown=lambda news: news.select_related("locale", "main_image").prefetch_related(
            "main_image__renditions"
        ),
        counted=_counted,
        feed="feeds:news",
        card_template="practices_pages/news_result.html",
    )
)
