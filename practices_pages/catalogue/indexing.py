"""The only writer of FacetValue and CatalogueEntry: what live pages have in the filters.

Derived, so it may be thrown away and made anew at any time. Publishing writes it in the same
transaction; the clock's `repair` finds what a lost signal left out.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.signals import post_save, pre_delete
from django.dispatch import receiver
from django.utils import timezone
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from practices_pages import public_changes
from practices_pages.catalogue.filters import CATALOGUES, Catalogue
from practices_pages.models.facets import CatalogueEntry, FacetValue
from practices_pages.models.units import LocalGovernmentUnit, UnitKindPeriod
from practices_pages.polish_order import polish_key

PORTION = 200
# Whoever changes a vocabulary waits for so many pages; the clock derives the others.
AT_ONCE = 100
# Every entry is derived again after so long, whatever the signals said.
OLD = timedelta(days=1)


def rebuild(catalogue: Catalogue) -> int:
    """Derive everything anew; returns how many pages there are. Readers miss nothing meanwhile."""
    _forget(
        CatalogueEntry.objects.filter(catalogue=catalogue.name).exclude(page__in=_live(catalogue))
    )
    done = derive(catalogue, _live(catalogue).order_by("pk").values_list("pk", flat=True))
    public_changes.tell()
    return done


def repair(limit: int = PORTION) -> int:
    """Derive what is missing, outdated or was not checked for long; returns how many pages.

    Does at most `limit` pages of each catalogue, so that the clock may call it at every tick.
    """
    done = 0
    for catalogue in CATALOGUES:
        entries = CatalogueEntry.objects.filter(catalogue=catalogue.name)
        # Paths of hidden pages above do not matter here: visibility.py is asked at every look.
        done += _forget(entries.exclude(page__in=_live(catalogue)))
        outdated = Q(catalogue_entry=None) | ~Q(
            catalogue_entry__published_at=F("last_published_at")
        ) & Q(last_published_at__isnull=False)
        missing = _live(catalogue).filter(outdated).order_by("pk")
        old = entries.filter(Q(checked_at=None) | Q(checked_at__lt=timezone.now() - OLD))
        for pages in (
            missing.values_list("pk", flat=True)[:limit],
            old.order_by(F("checked_at").asc(nulls_first=True)).values_list("page", flat=True)[
                :limit
            ],
        ):
            done += derive(catalogue, list(pages), on_change=public_changes.tell)
    return done


def touch(catalogue: Catalogue, pages: QuerySet[Any]) -> None:
    """Call it when something changed that the facts of these pages follow from."""
    touched = list(pages.values_list("pk", flat=True))
    CatalogueEntry.objects.filter(page__in=touched).update(checked_at=None)
    derive(catalogue, touched[:AT_ONCE])


def touch_everything() -> None:
    """After a change of many vocabulary rows without signals. The clock does the work."""
    CatalogueEntry.objects.update(checked_at=None)


def _live(catalogue: Catalogue) -> QuerySet[Page]:
    content_type = ContentType.objects.get_for_model(catalogue.model)
    return Page.objects.filter(content_type=content_type, live=True, alias_of=None).order_by()


def _forget(entries: QuerySet[CatalogueEntry]) -> int:
    gone = list(entries.values_list("page", flat=True))
    for portion in _portions(gone):
        with transaction.atomic():
            FacetValue.objects.filter(page__in=portion).delete()
            CatalogueEntry.objects.filter(page__in=portion).delete()
    return len(gone)


def derive(
    catalogue: Catalogue, pages: Iterable[int], *, on_change: Callable[[], None] = lambda: None
) -> int:
    """Write what these pages have in the filters; those that are not live have nothing.

    Returns how many are live. Who publishes tells of it already; else `on_change` is called.
    """
    done = 0
    for portion in _portions(pages):
        live = catalogue.model.objects.filter(pk__in=portion, live=True, alias_of=None)
        loaded = list(live.prefetch_related(*catalogue.prefetch))
        with transaction.atomic():
            if _write(catalogue, loaded):
                on_change()
        done += len(loaded)
    return done


def _write(catalogue: Catalogue, pages: list[Any]) -> bool:
    known: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    rows = FacetValue.objects.filter(page__in=[page.pk for page in pages])
    for row in rows:
        known[row.page_id][(row.facet, row.value)] = row.pk
    new, gone = [], []
    for page in pages:
        wanted = set(catalogue.facts(page))
        gone += [pk for pair, pk in known[page.pk].items() if pair not in wanted]
        new += [
            FacetValue(page_id=page.pk, catalogue=catalogue.name, facet=facet, value=value)
            for facet, value in sorted(wanted - known[page.pk].keys())
        ]
    FacetValue.objects.filter(pk__in=gone).delete()
    FacetValue.objects.bulk_create(new, ignore_conflicts=True)
    CatalogueEntry.objects.bulk_create(
        [_entry(catalogue, page) for page in pages],
        update_conflicts=True,
        unique_fields=["page"],
        update_fields=["catalogue", "sort_title", "sort_number", "published_at", "checked_at"],
    )
    return bool(gone or new)


def _entry(catalogue: Catalogue, page: Any) -> CatalogueEntry:
    return CatalogueEntry(
        page_id=page.pk,
        catalogue=catalogue.name,
        sort_title=polish_key(page.title),
        sort_number=catalogue.sort_number(page),
        published_at=page.last_published_at,
        checked_at=timezone.now(),
    )


def _portions(pages: Iterable[int]) -> Iterator[list[int]]:
    remaining = iter(pages)
    while portion := list(islice(remaining, PORTION)):
        yield portion


@receiver(page_published)
def on_publication(instance: Page, **_kwargs: Any) -> None:
    if catalogue := CATALOGUES.of(type(instance)):
        derive(catalogue, [instance.pk])


@receiver(page_unpublished)
def on_withdrawal(instance: Page, **_kwargs: Any) -> None:
    _forget(CatalogueEntry.objects.filter(page=instance.pk))


@receiver(post_save)
def on_changed_vocabulary(sender: Any, instance: Any, raw: bool = False, **_kwargs: Any) -> None:
    """A row that filters take their values from has changed."""
    if not raw:
        for catalogue, pages in _following(sender, instance):
            touch(catalogue, pages)


@receiver(pre_delete)
def on_deleted_vocabulary(sender: Any, instance: Any, **_kwargs: Any) -> None:
    """Afterwards nobody knows which pages had it; the clock derives them."""
    for _catalogue, pages in _following(sender, instance):
        CatalogueEntry.objects.filter(page__in=list(pages)).update(checked_at=None)


def _following(sender: Any, instance: Any) -> Iterator[tuple[Catalogue, QuerySet[Any]]]:
    if sender is UnitKindPeriod:
        sender, instance = LocalGovernmentUnit, instance.unit
    for catalogue in CATALOGUES:
        for lookup in sorted({one.relation for one in catalogue.filters if one.follows(sender)}):
            rows = [instance.pk]
            if sender is LocalGovernmentUnit:
                rows += LocalGovernmentUnit.objects.filter(parent=instance).values_list(
                    "pk", flat=True
                )
            pages = catalogue.model.objects.filter(**{f"{lookup}__in": rows})
            yield catalogue, pages.order_by().values_list("pk", flat=True).distinct()
