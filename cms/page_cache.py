"""Whole pages for anonymous visitors, made once for each state of what the public sees.

An answer is kept with how it stood, when it was begun, with everything it shows
(practices_pages/public_changes.py), and is given again while that has not changed. Nothing is
purged, so nothing can be forgotten: a change commits, and what was kept before is not asked for
any more. Each visitor costs one small statement. See ADR 28.
"""

import hashlib
import logging
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.cache import caches
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from wagtail import hooks
from wagtail.models import Page

from newsletter.models import Clause
from practices_pages import public_changes
from practices_pages.catalogue.states import TEXT
from practices_pages.public_changes import Standing

log = logging.getLogger("cms")

# Longer addresses are nobody's: a page of the catalogue with every filter has less.
LONGEST_QUERY = 400


@dataclass(frozen=True)
class KeptPage:
    standing: Standing
    until: datetime
    content_type: str
    # Of the content policy, which is written outside of this.
    frame_sources: list[str]
    packed: bytes
    etag: str

    @classmethod
    def of(cls, response: HttpResponse, standing: Standing, until: datetime) -> "KeptPage":
        content = bytes(response.content)
        return cls(
            standing,
            until,
            response["Content-Type"],
            list(getattr(response, "frame_sources", ())),
            zlib.compress(content, 1),
            f'"{hashlib.sha256(content).hexdigest()[:32]}"',
        )

    def is_good(self, standing: Standing, now: datetime) -> bool:
        return now < self.until and public_changes.is_current(self.standing, standing)

    def answer(self) -> HttpResponse:
        response = HttpResponse(zlib.decompress(self.packed), content_type=self.content_type)
        response.frame_sources = self.frame_sources  # type: ignore[attr-defined]
        return response


class WholePages:
    """Stands below what decides on the language, above what looks at who asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.PAGE_CACHE or not _may_be_shared(request):
            return self.get_response(request)
        # Read before anything else: what changes while the answer is made makes it old.
        standing, now, key = public_changes.standing(), timezone.now(), _key(request)
        kept = _kept(key)
        if kept is not None and kept.is_good(standing, now):
            request.resolver_match = resolve(request.path_info)  # Whoever counts asks for it.
            return _finished(request, kept.answer(), kept, "hit")
        response = self.get_response(request)
        page: Page | None = getattr(request, "served_page", None)
        if page is None or not _is_for_everybody(response):
            return response
        until = public_changes.next_by_itself(now)
        kept = KeptPage.of(response, public_changes.concerning(page, standing), until)
        _keep(key, kept, seconds=(until - now).total_seconds())
        return _finished(request, response, kept, "fwd=miss")


@receiver(post_save, sender=Clause)
def on_clause(**_kwargs: object) -> None:
    """The wording of consent stands where one signs up in place."""
    public_changes.tell()


@hooks.register("before_serve_page", order=100)
def remember_the_page(page: Page, request: HttpRequest, args: object, kwargs: object) -> None:
    """The last of its hooks: whatever refuses to serve the page has refused before."""
    request.served_page = page  # type: ignore[attr-defined]


def _may_be_shared(request: HttpRequest) -> bool:
    """Somebody who only reads, and whom the site does not know."""
    return (
        request.method in ("GET", "HEAD")
        and not getattr(request, "is_dummy", False)  # Made up by Wagtail for a preview.
        and request.COOKIES.keys().isdisjoint({settings.SESSION_COOKIE_NAME, "messages"})
        and "Authorization" not in request.headers
        and len(request.META.get("QUERY_STRING", "")) <= LONGEST_QUERY
        # Somebody's own words: nobody asks for them again, and there is no end of them.
        and not request.GET.get(TEXT)
    )


def _is_for_everybody(response: HttpResponse) -> bool:
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not response.has_header("Cache-Control")
        and "cookie" not in response.get("Vary", "").casefold()
    )


def _kept(key: str) -> KeptPage | None:
    """Nothing, too, while the cache cannot be reached: pages are there without it."""
    try:
        found = caches["pages"].get(key)
    except Exception:
        log.exception("pages.cache_failed")
        return None
    return found if isinstance(found, KeptPage) else None


def _keep(key: str, page: KeptPage, *, seconds: float) -> None:
    with suppress(Exception):  # Whoever asked for it has logged why.
        caches["pages"].set(key, page, timeout=max(1, int(seconds)))


def _finished(
    request: HttpRequest, response: HttpResponse, kept: KeptPage, status: str
) -> HttpResponse:
    """Browsers keep it too, and ask each time whether it is still the same (RFC 9111)."""
    response["Cache-Control"] = "no-cache"
    response["Cache-Status"] = f"dobre-praktyki; {status}"  # RFC 9211
    response["ETag"] = kept.etag
    answer = get_conditional_response(request, etag=kept.etag, response=response)
    return answer if answer is not None else response


def _key(request: HttpRequest) -> str:
    # Style sheets have other names in another version.
    version = getattr(staticfiles_storage, "manifest_hash", "")
    asked = f"{version} {get_language()} {request.build_absolute_uri()}"
    return hashlib.sha256(asked.encode()).hexdigest()
