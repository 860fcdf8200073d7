"""Practices whose filters follow from other pages: their films, and collections they are in."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import page_published, page_unpublished, post_page_move

from practices_pages import languages
from practices_pages.catalogue.indexing import touch
from practices_pages.catalogue.practices import PRACTICES
from practices_pages.models import CatalogueEntry, CollectionPage, FilmPage, PracticePage


@receiver([page_published, page_unpublished])
def on_changed_neighbour(instance: Page, **_kwargs: Any) -> None:
    if isinstance(instance, FilmPage | CollectionPage):
        touch(PRACTICES, practices_of(instance))
    elif not instance.is_leaf():
        _leave_to_the_clock(_with_films_below(instance))


@receiver(pre_delete, sender=FilmPage)
@receiver(pre_delete, sender=CollectionPage)
def on_deleted_neighbour(instance: Any, **_kwargs: Any) -> None:
    """Afterwards nobody knows which practices it named."""
    _leave_to_the_clock(practices_of(instance))


@receiver([post_save, post_delete], sender=PageViewRestriction)
def on_changed_access(instance: PageViewRestriction, **_kwargs: Any) -> None:
    _leave_to_the_clock(_with_films_below(instance.page))


@receiver(post_page_move)
def on_move(instance: Page, **_kwargs: Any) -> None:
    _leave_to_the_clock(_with_films_below(instance))


def practices_of(instance: FilmPage | CollectionPage) -> QuerySet[PracticePage]:
    """Those it names now, and those that may have what they have from what it named before."""
    if isinstance(instance, FilmPage):
        shown = FilmPage.objects.filter(live=True, practice__identity__isnull=False)
        with_another = Q(identity__in=shown.values("practice__identity"))
        named = Q(identity__pages__films=instance)
        derived = Q(facet_values__facet="film", film_url="") & ~with_another
    else:
        named = Q(identity__pages__collection_items__page=instance)
        key = languages.key_of(instance)
        derived = Q(facet_values__facet="collection", facet_values__value=key)
    practices: QuerySet[PracticePage] = PracticePage.objects.filter(named | derived).distinct()
    return practices


def _with_films_below(page: Page) -> QuerySet[PracticePage]:
    films = FilmPage.objects.descendant_of(page, inclusive=True)
    practices: QuerySet[PracticePage]
    practices = PracticePage.objects.filter(identity__pages__films__in=films)
    return practices


def _leave_to_the_clock(practices: QuerySet[PracticePage]) -> None:
    # The keys first: what is being deleted is in the way of a statement that reads and writes.
    found = list(practices.values_list("pk", flat=True))
    CatalogueEntry.objects.filter(page__in=found).update(checked_at=None)
