"""Which events change the search index. What a lost one leaves out, search_index.repair finds."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from django.db.models import QuerySet
from django.db.models.signals import post_delete, post_save, pre_delete
from django.dispatch import receiver
from modelcluster.models import get_all_child_relations
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from practices_pages import search_index
from practices_pages.models import SearchedPage
from practices_pages.search_texts import prefetch_of

# Whoever renames something waits for so many pages; more of them are left to the clock.
AT_ONCE = 20


@receiver([page_published, page_unpublished])
def on_publication(instance: Page, **_kwargs: Any) -> None:
    if _is_searchable(type(instance)):
        search_index.reindex([instance.pk])


@receiver(post_save)
def on_saved_draft(
    sender: Any, instance: Any, update_fields: Any = None, raw: bool = False, **_kwargs: Any
) -> None:
    """A new version of a page that was never published: Wagtail has just pointed the page at it."""
    is_version = update_fields is not None and "latest_revision" in update_fields
    if raw or not is_version or not _is_searchable(sender):
        return
    if not instance.live and instance.first_published_at is None:
        search_index.reindex([instance.pk])


@receiver(post_delete, sender=Page)
def on_deletion(instance: Page, **_kwargs: Any) -> None:
    search_index.forget([instance.pk])


@receiver(post_save)
def on_renamed(sender: Any, instance: Any, raw: bool = False, **_kwargs: Any) -> None:
    """Something that pages name was changed: a unit, an area, a document's title."""
    if raw:
        return
    for pages in _pages_naming(sender, [instance.pk]):
        some = list(pages.values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(some) > AT_ONCE:
            search_index.mark_stale(pages)
        else:
            known = SearchedPage.objects.filter(page_id__in=some)
            search_index.reindex(known.values_list("page_id", flat=True))


@receiver(pre_delete)
def on_deleted_name(sender: Any, instance: Any, **_kwargs: Any) -> None:
    """Afterwards nobody knows which pages had it; the clock writes them anew."""
    for pages in _pages_naming(sender, [instance.pk]):
        search_index.mark_stale(pages)


def on_bulk_change(model: Any, keys: Sequence[int]) -> None:
    """For whoever renames many rows of a model at once, which sends no signals."""
    for pages in _pages_naming(model, keys):
        search_index.mark_stale(pages)


def _is_searchable(model: Any) -> bool:
    return model in search_index.searchable_models()


def _pages_naming(sender: Any, keys: Sequence[int]) -> Iterator[QuerySet[Any]]:
    for model, path in _followed().get(sender, ()):
        yield model.objects.filter(**{f"{path}__in": keys}).order_by("pk").distinct()


@cache
def _followed() -> dict[Any, list[tuple[Any, str]]]:
    """What pages name, by what they read for their texts: its model, and the way from the page.

    Rows of the page itself are not among it: they change with the page's own versions.
    """
    followed: dict[Any, list[tuple[Any, str]]] = {}
    for page_model in search_index.searchable_models():
        own = {relation.related_model for relation in get_all_child_relations(page_model)}
        paths = {
            "__".join(path.split("__")[: steps + 1])
            for path in prefetch_of(page_model)
            for steps in range(path.count("__") + 1)
        }
        for path in sorted(paths):
            model = _model_at(page_model, path)
            if model not in own:
                followed.setdefault(model, []).append((page_model, path))
    return followed


def _model_at(model: Any, path: str) -> Any:
    for step in path.split("__"):
        model = model._meta.get_field(step).related_model
    return model
