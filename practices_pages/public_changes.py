"""What tells a cache of pages that something public changed, in the transaction that changes it.

A change belongs to a family: the type of a page, of which only some other pages show anything, or
EVERYTHING. `standing` says how it stands with each family; who keeps an answer keeps beside it how
it stood with the families the answer shows, and the answer is good while that has not changed.
Changes that come by themselves (a page expires, a meeting ends, a contact person's consent ends
with a day) are known beforehand: `next_by_itself`. See ADR 28.
"""

from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Count, Max, Sum
from django.db.models.signals import post_delete, post_migrate, post_save
from django.dispatch import receiver
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.documents import get_document_model_string
from wagtail.images import get_image_model_string
from wagtail.models import (
    CollectionViewRestriction,
    Locale,
    Page,
    PageViewRestriction,
    ReferenceIndex,
    Site,
)
from wagtail.signals import page_published, page_unpublished, post_page_move

from practices_pages.meeting_dates import WARSAW
from practices_pages.models.meeting import MeetingPage
from practices_pages.models.public_change import PublicChange

EVERYTHING = "everything"
Standing = dict[str, int]
NEVER = 0
# Of one family; `standing` adds them all up at each request.
MOST_ROWS = 200

# What pages of a type show besides themselves: pages of these types. Who is not named here may show
# anything. Types of which there is one, or few, are no families: they are in menus and breadcrumbs.
SHOWN_ON: dict[str, frozenset[str]] = {
    kind: frozenset(shown.split())
    for kind, shown in {
        "PracticePage": "PracticePage FilmPage CollectionPage ProjectPage",
        "PracticeIndexPage": "PracticePage FilmPage CollectionPage ProjectPage",
        "FilmPage": "FilmPage PracticePage ProjectPage",
        "FilmIndexPage": "FilmPage PracticePage ProjectPage",
        "CollectionPage": "CollectionPage PracticePage ProjectPage",
        "CollectionIndexPage": "CollectionPage PracticePage ProjectPage",
        "NewsPage": "NewsPage PracticePage ProjectPage",
        "NewsIndexPage": "NewsPage ProjectPage",
        "CallPage": "CallPage ProjectPage",
        "CallIndexPage": "CallPage ProjectPage",
        "MeetingPage": "MeetingPage NetworkPage ProjectPage",
        "NetworkPage": "NetworkPage MeetingPage ProjectPage PracticePage",
        "NetworkIndexPage": "NetworkPage MeetingPage ProjectPage",
        "PlanPage": "PlanPage PlanCollectionPage ProjectPage",
        "PlanCollectionPage": "PlanPage PlanCollectionPage ProjectPage",
        "PlanIndexPage": "PlanPage PlanCollectionPage ProjectPage",
        "PublicationPage": "PublicationPage ProjectPage",
        "ProjectIndexPage": "ProjectPage",
        "StandardPage": "",
        "AccessibilityStatementPage": "",
    }.items()
}
FAMILIES = frozenset().union(*SHOWN_ON.values())
# Of our models, those whose rows no visitor ever sees, or which only say what others say already.
NOT_SHOWN = frozenset(
    f"practices_pages.{name}"
    for name in (
        "CatalogueEntry", "DraftUnit", "FacetValue", "GoneAddress", "ImportRow", "ImportRun",
        "LatestFact", "PracticeIdentity", "PracticeSource", "PreviewGrant", "PublicChange",
        "PlanSource", "ReviewTask", "SearchedPage", "SearchPosting", "SearchTerm", "UnitMembership",
    )
)  # fmt: skip
SHOWN_OF_WAGTAIL = frozenset(
    {
        get_image_model_string(),
        get_document_model_string(),
        CollectionViewRestriction._meta.label,
        Locale._meta.label,
        PageViewRestriction._meta.label,
        Site._meta.label,
    }
)


def tell(family: str = EVERYTHING) -> None:
    """Call it in the transaction of the change, or after it; never before."""
    PublicChange.objects.create(family=family)


def standing() -> Standing:
    """How it stands with each family: a number that is another one after each change. In one
    statement."""
    rows = PublicChange.objects.order_by().values_list("family")
    return dict(rows.annotate(Sum("number")))


def concerning(page: Page, standing: Standing) -> Standing:
    """The part of it that an answer which shows `page` depends on."""
    shown = SHOWN_ON.get(page.specific_class.__name__, FAMILIES)
    return {name: standing.get(name, NEVER) for name in {*shown, EVERYTHING}}


def is_current(kept: Standing, standing: Standing) -> bool:
    """Whether `standing` is still as in what was kept of an earlier one."""
    return all(standing.get(name, NEVER) == stood for name, stood in kept.items())


def prune(limit: int) -> int:
    """Leave one row, a new one, of each family that has many. Returns how many went, below `limit`:
    all of them, nothing is left for another turn."""
    many = PublicChange.objects.order_by().values_list("family").annotate(Count("pk"), Max("pk"))
    gone = 0
    for family, _number, last in many.filter(pk__count__gt=MOST_ROWS):
        with transaction.atomic():
            tell(family)
            old = PublicChange.objects.filter(family=family, pk__lte=last)
            gone += old._raw_delete(old.db)
    return min(gone, limit - 1)


def next_by_itself(now: datetime) -> datetime:
    """When what the public sees changes next without anybody doing anything, at the latest."""
    here = timezone.localtime(now, WARSAW)
    midnight = datetime.combine(here.date() + timedelta(days=1), time.min, WARSAW)
    expiring = Page.objects.filter(live=True, expire_at__gt=now, expire_at__lt=midnight)
    ending = MeetingPage.objects.live().filter(last_on=here.date(), end_time__gt=here.time())
    ends = [midnight, *expiring.order_by("expire_at").values_list("expire_at", flat=True)[:1]]
    for end in ending.order_by("end_time").values_list("end_time", flat=True)[:1]:
        ends.append(datetime.combine(here.date(), end, WARSAW))
    return min(ends)


def family_of(model: Any) -> str:
    """Of a page type; of anything else EVERYTHING."""
    name = getattr(model, "__name__", "")
    return name if name in FAMILIES else EVERYTHING


def tell_of(page: Page) -> None:
    """That this page has changed for the public, and so what names it in a text or a field."""
    naming = ReferenceIndex.get_references_to(page).values_list("base_content_type", flat=True)
    types = ContentType.objects.get_for_id
    families = {family_of(types(key).model_class()) for key in naming.distinct()}
    for family in sorted({family_of(page.specific_class), *families}):
        tell(family)


@receiver([page_published, page_unpublished])
def on_publication(instance: Page, **_kwargs: Any) -> None:
    tell_of(instance)


@receiver(post_page_move)
def on_move(**_kwargs: Any) -> None:
    tell()


@receiver(post_migrate)
def on_new_version(sender: Any, **kwargs: Any) -> None:
    """Every deployment migrates: the templates may be others."""
    known = kwargs["apps"].all_models["practices_pages"]  # Fewer after a step back.
    if sender.name == "practices_pages" and "publicchange" in known:
        tell()


@receiver([post_save, post_delete])
def on_change(sender: Any, signal: Any, instance: Any, raw: bool = False, **_kwargs: Any) -> None:
    if isinstance(instance, Page):
        # Wagtail tells of it before the row is gone; what is saved of a page is not yet public.
        # Django tells of each class of which it was, of Page as well.
        if signal is post_delete and sender is not Page and instance.live:
            tell(family_of(sender))
    elif is_shown(sender) and not raw:
        tell()


@cache
def is_shown(model: Any) -> bool:
    """Whether visitors see rows of this model, other than with a page that is published."""
    if model._meta.apps is not apps:
        return False  # As it was once, in a migration.
    if model._meta.app_label != "practices_pages":
        return model._meta.label in SHOWN_OF_WAGTAIL
    return model._meta.label not in NOT_SHOWN and not _is_row_of_page(model)


def _is_row_of_page(model: Any) -> bool:
    parents = [f.related_model for f in model._meta.get_fields() if isinstance(f, ParentalKey)]
    return any(issubclass(parent, Page) or _is_row_of_page(parent) for parent in parents)
