"""Practices whose filters follow from other pages: their films, and collections they are in."""

from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from practices_pages.catalogue.indexing import touch
from practices_pages.catalogue.practices import PRACTICES
from practices_pages.models import CatalogueEntry, CollectionPage, FilmPage, PracticePage


@receiver(page_published)
@receiver(page_unpublished)
def on_changed_neighbour(instance: Page, **_kwargs: Any) -> None:
    if isinstance(instance, FilmPage | CollectionPage):
        touch(PRACTICES, practices_of(instance))


@receiver(pre_delete, sender=FilmPage)
@receiver(pre_delete, sender=CollectionPage)
def on_deleted_neighbour(instance: Any, **_kwargs: Any) -> None:
    """Afterwards nobody knows which practices it named; the clock derives them."""
    found = list(practices_of(instance).values_list("pk", flat=True))
    CatalogueEntry.objects.filter(page__in=found).update(checked_at=None)


def practices_of(instance: FilmPage | CollectionPage) -> QuerySet[PracticePage]:
    """Those it names now, and those that were derived from what it named before."""
    if isinstance(instance, FilmPage):
        named = Q(identity__pages__films=instance)
        derived = Q(facet_values__facet="film", film_url="")
    else:
        named = Q(identity__pages__collection_items__page=instance)
        derived = Q(facet_values__facet="collection", facet_values__value=str(instance.pk))
    practices: QuerySet[PracticePage] = PracticePage.objects.filter(named | derived).distinct()
    return practices
