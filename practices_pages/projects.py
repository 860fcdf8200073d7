"""What lists show of projects, and what a project's page shows of others: only what is public.

A fixed number of queries, whatever the number of pages.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Prefetch, Q, Window, prefetch_related_objects
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, get_page_models

from practices_pages import languages, pictures, visibility
from practices_pages.models import Progress, ProjectPage, ProjectPartner, PublicFacts

RELATED_SHOWN = 6
# Among so many of the latest the home page looks for current ones.
LATEST = 50
TEXTS = ("full_name", "general_aim", "description", "funding_text")
HEADINGS = {
    Progress.UNDER_WAY: _("Running projects"),
    Progress.PLANNED: _("Planned projects"),
    Progress.FINISHED: _("Finished projects"),
}
ORDER = (Progress.UNDER_WAY, Progress.PLANNED, Progress.FINISHED)


@dataclass(frozen=True)
class ProjectGroup:
    """The projects that are equally far on, the latest first."""

    progress: Progress
    projects: list[ProjectPage]

    @property
    def heading(self) -> str:
        return str(HEADINGS[self.progress])


@dataclass(frozen=True)
class Related:
    """Public pages of one type that belong to a project: the newest, and how many there are."""

    model: Any
    pages: list[Page]
    total: int
    # The catalogue in which all of them are found, and the query that finds them.
    index: Page | None = None
    query: str = ""

    @property
    def heading(self) -> str:
        return str(self.model._meta.verbose_name_plural)

    @property
    def kind(self) -> str:
        return str(self.model._meta.model_name)


def project_groups(index: Page, on: date) -> list[ProjectGroup]:
    """Every public project below `index`, by how far it is on that day."""
    partners = ProjectPartner.objects.order_by("sort_order")
    projects = (
        languages.below(visibility.public(ProjectPage.objects.filter(alias_of=None)), index)
        .select_related("locale")
        .prefetch_related(
            Prefetch("main_image", queryset=pictures.prefetched("card")),
            Prefetch("partners", queryset=partners),
        )
        .order_by("-starts", "title")
    )
    groups: dict[Progress, list[ProjectPage]] = defaultdict(list)
    for project in projects:
        groups[_progress(project, on)].append(project)
    return [ProjectGroup(progress, groups[progress]) for progress in ORDER if groups[progress]]


def current(count: int, on: date) -> list[ProjectPage]:
    """For the home page: those under way, then planned and finished ones, the latest first."""
    projects = languages.once(visibility.public(ProjectPage.objects.filter(alias_of=None)))
    latest = projects.select_related("locale").defer(*TEXTS).order_by("-starts", "-pk")[:LATEST]
    chosen = sorted(latest, key=lambda project: ORDER.index(_progress(project, on)))[:count]
    prefetch_related_objects(chosen, Prefetch("main_image", queryset=pictures.prefetched("card")))
    return chosen


def _progress(project: ProjectPage, on: date) -> Progress:
    return Progress(project.progress_on(on) or Progress.UNDER_WAY)


def related_to(project: ProjectPage) -> list[Related]:
    """Practices, films, plans, meetings and whatever else names this project as its own."""
    types = {ContentType.objects.get_for_model(model).pk: model for model in project_page_types()}
    key = project.translation_key
    belonging = Q(pk__in=[])
    for model in types.values():
        belonging |= Q(pk__in=model.objects.filter(project__translation_key=key).order_by())
    pages = languages.once(visibility.public(Page.objects.filter(belonging, alias_of=None)))
    newest = (F("first_published_at").desc(nulls_last=True), F("pk").desc())
    ranked = pages.annotate(
        place=Window(RowNumber(), partition_by="content_type", order_by=newest),
        total=Window(Count("pk"), partition_by="content_type"),
    ).filter(place__lte=RELATED_SHOWN)
    found: dict[int, list[Any]] = defaultdict(list)
    for page in ranked.select_related("locale").order_by("place"):
        found[page.content_type_id].append(page)
    indexes = catalogue_indexes()
    query = filter_by(project)
    return [
        Related(model, found[key], found[key][0].total, indexes.get(model), query)
        for key, model in types.items()
        if key in found
    ]


def filter_by(project: ProjectPage) -> str:
    """The query of a catalogue for the pages of this project."""
    return f"?{urlencode({'project': languages.key_of(project)})}"


def project_page_types() -> list[Any]:
    """The page types that have a project, in the order of their names in code."""
    known = [m for m in apps.get_models() if issubclass(m, PublicFacts) and issubclass(m, Page)]
    return sorted(known, key=lambda model: str(model._meta.label))


def public_pages(keys: set[int]) -> dict[int, Page]:
    """Those of a few pages that anybody may read."""
    if not keys:
        return {}
    pages = visibility.public(Page.objects.filter(pk__in=keys)).select_related("locale")
    return {page.pk: page for page in pages}


def public_project(key: int | None) -> ProjectPage | None:
    if not key:
        return None
    found = visibility.public(ProjectPage.objects.filter(pk=key)).select_related("locale")
    project: ProjectPage | None = found.first()
    return project


def catalogue_indexes() -> dict[Any, Page]:
    """The public lists that filter by project, by the type of the pages in them."""
    types = {
        ContentType.objects.get_for_model(model).pk: model.catalogue.model
        for model in get_page_models()
        if "project" in getattr(getattr(model, "catalogue", None), "filter_named", ())
    }
    pages = visibility.public(Page.objects.filter(content_type__in=types)).select_related("locale")
    # The first one in the tree wins.
    return {types[page.content_type_id]: page for page in pages.order_by("-path")}
