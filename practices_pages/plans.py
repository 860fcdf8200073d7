"""The lists of plans that a visitor reads. Whatever is counted here is public."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch, QuerySet
from django.db.models.functions import Length, Substr
from wagtail.models import Page
from wagtail.query import PageQuerySet

from practices_pages import languages, pictures, visibility
from practices_pages.models import (
    PlanCollectionPage,
    PlanDocument,
    PlanPage,
    UnitGroup,
    group_of,
)
from practices_pages.models.plan_parts import GROUP_PARTS, SCOPE_PARTS, PlanPart
from practices_pages.polish_order import polish_key

PLANS_A_PAGE = 40
MOST_IN_GROUP = 40


@dataclass(frozen=True)
class Listed:
    """As much of a plan as counting and sorting need. The database sorts Ł after Z."""

    pk: int
    group: UnitGroup | None
    scope: str
    order: tuple[bytes, bytes]


@dataclass(frozen=True)
class PartOfCollection:
    part: PlanPart
    count: int
    plans: list[PlanPage]

    @property
    def has_more(self) -> bool:
        return self.count > len(self.plans)


@dataclass(frozen=True)
class CollectionOverview:
    count: int
    groups: list[PartOfCollection]
    scopes: list[PartOfCollection]


def overview(collection: PlanCollectionPage) -> CollectionOverview:
    """The plans by group of units, at most MOST_IN_GROUP of each, and the counts by scope."""
    listed = _listed(collection)
    by_group = {
        part.key: [plan for plan in listed if plan.group == part.key] for part in GROUP_PARTS
    }
    shown = {key: plans[:MOST_IN_GROUP] for key, plans in by_group.items()}
    plans = _plans(plan.pk for group in shown.values() for plan in group)
    scopes = Counter(plan.scope for plan in listed)
    return CollectionOverview(
        count=len(listed),
        groups=[
            PartOfCollection(
                part, len(by_group[part.key]), [plans[plan.pk] for plan in shown[part.key]]
            )
            for part in GROUP_PARTS
        ],
        scopes=[PartOfCollection(part, scopes[part.key], []) for part in SCOPE_PARTS],
    )


def part_of(
    collection: PlanCollectionPage, part: PlanPart, number: str | None
) -> ListPage[PlanPage]:
    """One page of a part's list. A number that is none, or too big, still answers."""
    chosen = [plan for plan in _listed(collection) if part.key in (plan.group, plan.scope)]
    page: ListPage[Any] = Paginator(chosen, PLANS_A_PAGE).get_page(number)
    plans = _plans(plan.pk for plan in page.object_list)
    page.object_list = [plans[plan.pk] for plan in page.object_list]
    return page


def collections(index: Page) -> list[PlanCollectionPage]:
    """Public collections below `index` in the order of the tree, each with its `plan_count`."""
    found = list(
        languages.below(visibility.public(PlanCollectionPage.objects.filter(alias_of=None)), index)
        .select_related("locale")
        .prefetch_related(Prefetch("main_image", queryset=pictures.prefetched("thumb")))
        .order_by("path")
    )
    counts = dict(
        languages.below(_public_plans(), index)
        .annotate(collection=Substr("path", 1, Length("path") - Page.steplen))
        .order_by()
        .values_list("collection")
        .annotate(Count("pk"))
    )
    originals = languages.paths_of_originals(found)
    for collection in found:
        # What is not translated yet stands below the original.
        original = originals.get(collection.translation_key, "")
        collection.plan_count = counts.get(collection.path, 0) + counts.get(original, 0)
    return found


def newest(count: int) -> list[PlanPage]:
    """For the home page."""
    plans = languages.once(_with_facts(_public_plans()))
    return list(plans.order_by("-first_published_at", "-pk")[:count])


def _public_plans() -> PageQuerySet:
    plans: PageQuerySet = visibility.public(PlanPage.objects.filter(alias_of=None))
    return plans


def _listed(collection: PlanCollectionPage) -> list[Listed]:
    rows = languages.below(_public_plans(), collection).values_list(
        "pk", "kind_at_time", "scope", "unit__name", "title"
    )
    plans = [
        Listed(pk, group_of(kind), scope, (polish_key(name or ""), polish_key(title)))
        for pk, kind, scope, name, title in rows
    ]
    return sorted(plans, key=lambda plan: (plan.order, plan.pk))


def _plans(keys: Iterable[int]) -> dict[int, PlanPage]:
    return _with_facts(PlanPage.objects.all()).in_bulk(list(keys))


def _with_facts(plans: QuerySet[PlanPage]) -> QuerySet[PlanPage]:
    """What a list shows of each plan, in a fixed number of queries."""
    documents = PlanDocument.objects.exclude(document=None)
    return plans.select_related("unit", "locale").prefetch_related(
        Prefetch("documents", queryset=documents)
    )
