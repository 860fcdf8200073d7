"""The lists of practices that a visitor pages through."""

from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import F, Prefetch
from wagtail.images import get_image_model
from wagtail.models import Page

from practices_pages import visibility
from practices_pages.models import PracticePage
from practices_pages.querysets import PracticePageQuerySet

PRACTICES_A_PAGE = 12
CARD_IMAGE = "fill-720x450|format-webp"


def published_practices() -> PracticePageQuerySet:
    """Practices that the public may see, the newest first, with what a list shows of them.

    A fixed number of queries, whatever the number of practices.
    """
    images = get_image_model().objects.prefetch_renditions(CARD_IMAGE)
    practices: PracticePageQuerySet = (
        visibility.public(PracticePage.objects.originals())
        .select_related("identity", "locale")
        .prefetch_related(
            Prefetch("main_image", queryset=images),
            "practice_units__unit",
            "areas",
            "competences",
            "school_types",
            "cost_items",
        )
        .order_by(F("first_published_at").desc(nulls_last=True), "-pk")
    )
    return practices


def listing(index: Page, number: str | None) -> ListPage[PracticePage]:
    """One page of the practices below `index`. A number that is none, or too big, still answers."""
    practices = published_practices().descendant_of(index)
    return Paginator(practices, PRACTICES_A_PAGE).get_page(number)


def newest(count: int) -> list[PracticePage]:
    """For the home page. What was taken over from an archive is new to the site, but not new."""
    return list(published_practices().filter(is_archival=False)[:count])
