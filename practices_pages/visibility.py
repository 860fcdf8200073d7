"""The ONE rule of what the public may see: pages, listings, API and feeds all ask here."""

from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length, Substr
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

Pages = TypeVar("Pages", bound=QuerySet[Any])

# A path is one step of fixed length for each level, so a page's ancestors are its prefixes.
PREFIX_LENGTHS = range(
    Page.steplen, (Page._meta.get_field("path").max_length or 255) + 1, Page.steplen
)


def public(pages: Pages) -> Pages:
    """Keep the pages that anybody may read: reachable ones without a view restriction above them.

    Stays one query, whatever the number of pages. `pages` is a queryset of Page or of a page type.
    """
    restricted = PageViewRestriction.objects.filter(_prefix_of_outer("page__path"))
    return reachable(pages).filter(~Exists(restricted))


def reachable(pages: Pages) -> Pages:
    """Keep the pages of a site that are live and not expired, themselves and every ancestor.

    Those that are private stay: Wagtail asks their visitors for a password or a login.
    """
    hidden = Q(live=False) | Q(expire_at__lte=timezone.now())
    # The list of prefixes lets the database look ancestors up by the index on the path.
    prefixes = [Substr(OuterRef("path"), 1, length) for length in PREFIX_LENGTHS]
    hidden_above = Page.objects.filter(hidden, path__in=prefixes).order_by()
    in_a_site = Site.objects.filter(_prefix_of_outer("root_page__path")).order_by()
    return pages.filter(~Exists(hidden_above), Exists(in_a_site))


def is_public(page: Page) -> bool:
    return bool(public(Page.objects.filter(pk=page.pk)).exists())


def is_reachable(page: Page) -> bool:
    return bool(reachable(Page.objects.filter(pk=page.pk)).exists())


def _prefix_of_outer(path: str) -> Q:
    return Q(**{path: Substr(OuterRef("path"), 1, Length(F(path)))})
