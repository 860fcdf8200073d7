"""The ONE rule of what the public may see: pages, listings, API and feeds all ask here.

Whatever bars the way to pages below it is read first, as a few paths; the rule itself is then a
small condition on each page's own path, for one page and for thousands.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Substr
from django.db.models.lookups import In
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

Pages = TypeVar("Pages", bound=QuerySet[Any])


@dataclass(frozen=True)
class Barriers:
    """Paths of what bars the way to pages, at the moment of reading: for one answer, never kept."""

    roots: frozenset[str]
    hidden: frozenset[str]
    restricted: frozenset[str]

    def let_through(self, page: Page) -> bool:
        """Whether `page`, just read from the database, is reachable."""
        has_expired = page.expire_at is not None and page.expire_at <= timezone.now()
        if not page.live or has_expired or self.roots.isdisjoint(_prefixes(page.path)):
            return False
        return self.hidden.isdisjoint(_prefixes(page.path))

    def show_to_all(self, page: Page) -> bool:
        """Whether `page`, just read from the database, is public."""
        return self.let_through(page) and self.restricted.isdisjoint(_prefixes(page.path))


def read_barriers() -> Barriers:
    """One small statement. A page without pages below is in nobody's way."""
    hidden = Page.objects.filter(_is_hidden(), numchild__gt=0).order_by()
    restricted = PageViewRestriction.objects.order_by()
    paths: dict[str, set[str]] = defaultdict(set)
    for kind, path in hidden.values_list(Value("hidden"), "path").union(
        restricted.values_list(Value("restricted"), "page__path"),
        _homes().values_list(Value("root"), "path"),
        all=True,
    ):
        paths[kind].add(path)
    return Barriers(
        roots=frozenset(paths["root"]),
        hidden=frozenset(paths["hidden"]),
        restricted=frozenset(paths["restricted"]),
    )


_of_request: ContextVar[list[Barriers] | None] = ContextVar("barriers of a request", default=None)


class BarriersAreReadOnce:
    """Middleware: a request that only reads asks once what bars the way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = _of_request.set([] if request.method in ("GET", "HEAD") else None)
        try:
            return self.get_response(request)
        finally:
            _of_request.reset(token)


def current_barriers() -> Barriers:
    """Those of this moment, or of this request if it only reads."""
    known = _of_request.get()
    if known is None:
        return read_barriers()
    if not known:
        known.append(read_barriers())
    return known[0]


def public(pages: Pages, *, barriers: Barriers | None = None) -> Pages:
    """Keep the pages that anybody may read: reachable ones without a view restriction above them.

    `pages` is a queryset of Page or of a page type. What bars the way is read now, the pages when
    they are asked for: evaluate it soon, and never keep it.
    """
    barriers = barriers or current_barriers()
    kept = reachable(pages, barriers=barriers)
    return kept.filter(~_is_at_or_below(barriers.restricted)) if barriers.restricted else kept


def reachable(pages: Pages, *, barriers: Barriers | None = None) -> Pages:
    """Keep the pages of a site that are live and not expired, themselves and every ancestor.

    Those that are private stay: Wagtail asks their visitors for a password or a login.
    """
    barriers = barriers or current_barriers()
    # Written so that a planner sees that these are nearly all pages.
    in_a_site = Q(pk__in=[])
    for root in barriers.roots:
        in_a_site |= Q(path__startswith=root)
    kept = pages.filter(in_a_site).exclude(_is_hidden())
    return kept.filter(~_is_at_or_below(barriers.hidden)) if barriers.hidden else kept


def is_public(page: Page) -> bool:
    """Whether anybody may read `page`, as it is in the database."""
    return public(Page.objects.filter(pk=page.pk)).exists()


def is_reachable(page: Page) -> bool:
    """Whether `page`, as it is in the database, is there for visitors, private or not."""
    return reachable(Page.objects.filter(pk=page.pk)).exists()


def _prefixes(path: str) -> list[str]:
    return [path[:end] for end in range(Page.steplen, len(path) + 1, Page.steplen)]


def _homes() -> QuerySet[Any]:
    """The home pages of all sites. One in another language is a tree of its own, beside the
    first."""
    keys = Site.objects.order_by().values("root_page__translation_key")
    homes: QuerySet[Any] = Page.objects.filter(translation_key__in=keys).order_by()
    return homes


def _is_hidden() -> Q:
    return Q(live=False) | Q(expire_at__lte=timezone.now())


def _is_at_or_below(paths: Iterable[str]) -> Q:
    by_length: dict[int, list[str]] = defaultdict(list)
    for path in sorted(paths):
        by_length[len(path)].append(path)
    condition = Q(pk__in=[])
    for length, group in by_length.items():
        condition |= Q(In(Substr("path", 1, length), group))
    return condition
