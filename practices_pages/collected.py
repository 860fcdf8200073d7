"""Which practices of a collection the public sees, and in which collections a practice stands."""

from dataclasses import dataclass

from django.db.models import Count, Prefetch, QuerySet

from practices_pages import catalogue, languages, pictures, visibility
from practices_pages.models import CollectionItem, CollectionPage, PracticePage


@dataclass(frozen=True)
class Selection:
    """The items of a collection in their order; `hidden` ones are not for the public today."""

    shown: list[CollectionItem]
    hidden: list[CollectionItem]


def selection(collection: CollectionPage) -> Selection:
    """Reads the items as they are in memory: the same for the page, a draft and a preview."""
    items = [item for item in collection.items.all() if item.practice_id]
    wanted = [item.practice_id for item in items]
    practices = catalogue.published_practices().prefetch_related("distinctions")
    public = practices.in_bulk(wanted) if wanted else {}
    chosen = Selection([], [])
    for item in items:
        practice = public.get(item.practice_id)
        if practice is None:
            chosen.hidden.append(item)
        else:
            item.practice = practice
            chosen.shown.append(item)
    return chosen


def public_collections() -> QuerySet[CollectionPage]:
    collections: QuerySet[CollectionPage] = (
        visibility.public(CollectionPage.objects.filter(alias_of=None))
        .select_related("locale")
        .prefetch_related(Prefetch("main_image", queryset=pictures.prefetched("card")))
        .order_by("path")
    )
    return collections


def collections_of(practice: PracticePage) -> list[CollectionPage]:
    """Public collections that hold the practice, each once, in whichever translation of both."""
    if practice.identity_id is None:
        return []
    holding = CollectionItem.objects.filter(practice__identity=practice.identity_id)
    keys = CollectionPage.objects.filter(pk__in=holding.values("page")).values("translation_key")
    return list(languages.once(public_collections()).filter(translation_key__in=keys))


def sizes(collections: list[CollectionPage]) -> dict[int, int]:
    """How many public practices each collection has. One query, whatever their number."""
    items = CollectionItem.objects.filter(
        page__in=[collection.pk for collection in collections],
        practice__in=visibility.public(PracticePage.objects.originals()).order_by().values("pk"),
    )
    counted = items.order_by().values("page").annotate(number=Count("pk"))
    return {row["page"]: row["number"] for row in counted}
