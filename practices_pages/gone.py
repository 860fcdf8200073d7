"""What was public and is no more answers 410: search engines forget it sooner than a 404.

Written when a page is unpublished, expires or is deleted, for it and what was public below it.
Nothing is written of a page that not everybody could read, and nothing needs to be deleted: where
a page is there again it answers itself, and a redirect comes first.
"""

from collections.abc import Callable, Iterator
from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page, PageViewRestriction, Site
from wagtail.signals import page_unpublished

from practices_pages import visibility
from practices_pages.models.gone import LONGEST_PATH, GoneAddress


@receiver(page_unpublished)
def remember_the_address(instance: Page, **_kwargs: Any) -> None:
    parent = instance.get_parent()
    if parent is None or not visibility.is_public(parent) or instance.get_view_restrictions():
        return
    addresses = [
        GoneAddress(site_id=site_id, path=path)
        for page in (instance, *_public_below(instance))
        for site_id, path in _address_of(page)
    ]
    GoneAddress.objects.bulk_create(addresses, ignore_conflicts=True)


@receiver(post_delete, sender=Site)
def forget_a_site(instance: Site, **_kwargs: Any) -> None:
    """Deleted with its home page, after the addresses of the pages below were written."""
    GoneAddress.objects.filter(site_id=instance.pk).delete()


def _public_below(page: Page) -> Iterator[Page]:
    restricted = [
        path for (path,) in PageViewRestriction.objects.values_list("page__path").distinct()
    ]
    hidden: list[str] = []
    for below in page.get_descendants().select_related("locale").order_by("path"):
        if not below.live or below.path in restricted:
            hidden.append(below.path)
        elif not any(below.path.startswith(path) for path in hidden):
            yield below


def _address_of(page: Page) -> Iterator[tuple[int, str]]:
    parts = page.get_url_parts()
    if parts and parts[2] and len(parts[2]) <= LONGEST_PATH:
        yield parts[0], parts[2]


def is_gone(request: HttpRequest) -> bool:
    site = Site.find_for_request(request)
    if site is None or "\0" in request.path:
        return False
    paths = {request.path, _in_default_language(request.path)}
    return bool(GoneAddress.objects.filter(site=site, path__in=paths).exists())


def _in_default_language(path: str) -> str:
    """Content of the default language is read below the prefixes of the others, too."""
    for code, _name in settings.LANGUAGES:
        if path.startswith(f"/{code}/"):
            return path[len(code) + 1 :]
    return path


class TellWhatIsGone:
    """Stands outside Wagtail's redirects: it sees what they left unanswered."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        may_be_gone = response.status_code == 404 and request.method in {"GET", "HEAD"}
        if may_be_gone and is_gone(request):
            return render(request, "practices_pages/gone.html", status=410)
        return response
