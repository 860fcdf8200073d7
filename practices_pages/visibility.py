"""The ONE rule of what the public may see: pages, listings, API and feeds all ask here."""

from typing import Any, TypeVar

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

Pages = TypeVar("Pages", bound=QuerySet[Any])

LONGEST_PATH: int = Page._meta.get_field("path").max_length or 255


def public(pages: Pages, *, longest_path: int = LONGEST_PATH) -> Pages:
    """Keep the pages that anybody may read: reachable ones without a view restriction above them.

    Stays one query, whatever the number of pages. `pages` is a queryset of Page or of a page type.
    """
    restricted = PageViewRestriction.objects.filter(_prefix_of_outer("page__path"))
    return reachable(pages, longest_path=longest_path).filter(~Exists(restricted))


def reachable(pages: Pages, *, longest_path: int = LONGEST_PATH) -> Pages:
    """Keep the pages of a site that are live and not expired, themselves and every ancestor.

    Those that are private stay: Wagtail asks their visitors for a password or a login. Who knows
    how long the paths are gets a much smaller query; pages with a longer one are left out.
    """
    hidden = Q(live=False) | Q(expire_at__lte=timezone.now())
    # A path is one step of fixed length for each level, so a page's ancestors are its prefixes.
    # Their list lets the database look ancestors up by the index on the path.
    lengths = range(Page.steplen, longest_path + 1, Page.steplen)
    prefixes = [Substr(OuterRef("path"), 1, length) for length in lengths]
    hidden_above = Page.objects.filter(hidden, path__in=prefixes).order_by()
    in_a_site = Site.objects.filter(_prefix_of_outer("root_page__path")).order_by()
    if longest_path < LONGEST_PATH:
        pages = pages.filter(LessThanOrEqual(Length("path"), longest_path))
    return pages.filter(~Exists(hidden_above), Exists(in_a_site))


def any_public(pages: QuerySet[Any]) -> bool:
    """Whether anybody may read at least one of a few pages."""
    longest = pages.aggregate(longest=Max(Length("path")))["longest"] or 0
    return bool(public(pages, longest_path=longest).exists())


def is_public(page: Page) -> bool:
    this = Page.objects.filter(pk=page.pk)
    return bool(public(this, longest_path=len(page.path)).exists())


def is_reachable(page: Page) -> bool:
    this = Page.objects.filter(pk=page.pk)
    return bool(reachable(this, longest_path=len(page.path)).exists())


def _prefix_of_outer(path: str) -> Q:
    return Q(**{path: Substr(OuterRef("path"), 1, Length(F(path)))})
