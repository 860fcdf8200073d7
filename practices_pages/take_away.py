"""A public page to take away: as PDF, and its documents as one ZIP.

Addresses name a practice by its permanent id (DP-0001) and a plan by its number (PL-12), so they
stay when it moves. Only pages that everybody may read have them: drafts, previews and private
pages have none. Nothing is answered before that was asked anew.
"""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import get_language
from django.views.decorators.http import require_safe
from wagtail.models import Locale

from practices_pages import visibility
from practices_pages.bundle import BundleTooLargeError, bundle_of, safe_name
from practices_pages.comparison import PID
from practices_pages.conf import conf
from practices_pages.models import PlanPage, PracticePage
from practices_pages.printing import engine, shelf
from practices_pages.printing.sheet import SheetTooLongError, sheet_of

PLAN = re.compile(r"PL-([1-9]\d{0,8})", re.ASCII)
# Kept, but asked about every time: a page that was withdrawn is gone at once.
CACHE_CONTROL = "public, no-cache"
INERT = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
RETRY_SECONDS = 30


def always() -> bool:
    return True


@require_safe
def page_pdf(
    request: HttpRequest, name: str, may_make: Callable[[], bool] = always
) -> HttpResponseBase:
    """`may_make` is asked when one has to be made, which is work; not for what lies there."""
    page, template = _named(name)
    if not engine.is_available():
        return _instead(request, page, "unavailable", status=404)
    try:
        sheet = sheet_of(page, name=name, template=template, request=request)
    except SheetTooLongError:
        return _instead(request, page, "failed", status=404)
    etag = quote_etag(sheet.digest)
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        return _with_headers(unchanged, page, etag)
    content = shelf.take(sheet.digest)
    if content is None:
        if not may_make():
            return _instead(request, page, "often", status=429)
        try:
            content = engine.make_pdf(sheet)
        except engine.PdfBusyError:
            return _instead(request, page, "busy", status=503)
        except engine.PdfError:
            return _instead(request, page, "failed", status=503)
        shelf.put(sheet.digest, content)
    response = HttpResponse(content, content_type="application/pdf")
    return _with_headers(response, page, etag, filename=_filename(page, name, "pdf"))


@require_safe
def page_zip(
    request: HttpRequest, name: str, may_make: Callable[[], bool] = always
) -> HttpResponseBase:
    page, _template = _named(name)
    try:
        bundle = bundle_of(page, name=name)
    except BundleTooLargeError:
        return _instead(request, page, "large", status=404)
    if bundle is None:
        raise Http404
    etag = quote_etag(bundle.digest)
    if (unchanged := get_conditional_response(request, etag=etag)) is not None:
        return _with_headers(unchanged, page, etag)
    if not may_make():
        return _instead(request, page, "often", status=429)
    parts = bundle.stream() if request.method == "GET" else iter([b""])
    response = StreamingHttpResponse(parts, content_type="application/zip")
    return _with_headers(response, page, etag, filename=_filename(page, name, "zip"))


def name_of(page: Any) -> str:
    """What a page is called in these addresses; empty for those that have no files."""
    if isinstance(page, PracticePage):
        return page.pid
    return f"PL-{page.pk}" if isinstance(page, PlanPage) and page.pk else ""


def _named(name: str) -> tuple[Any, str]:
    """A public page, and the template of its PDF."""
    if found := PID.fullmatch(name):
        return _practice(int(found[1])), "practices_pages/pdf/practice.html"
    if found := PLAN.fullmatch(name):
        plans = visibility.public(PlanPage.objects.filter(pk=int(found[1]), alias_of=None))
        plan = plans.select_related("locale", "main_image__collection", "contact__unit").first()
        if plan is not None:
            return plan, "practices_pages/pdf/plan.html"
    raise Http404


def _practice(number: int) -> PracticePage:
    """In the language of the interface if there is one, else in the site's own."""
    pages = visibility.public(PracticePage.objects.originals()).select_related(
        "identity", "locale", "main_image__collection", "contact__unit"
    )
    by_language = {
        page.locale.language_code: page for page in pages.filter(identity__number=number)
    }
    for language in (get_language() or "", Locale.get_default().language_code):
        if language in by_language:
            return by_language[language]
    raise Http404


def _filename(page: Any, name: str, extension: str) -> str:
    return safe_name(f"{name} {page.title}"[:100], extension)


def _with_headers(
    response: HttpResponseBase, page: Any, etag: str, *, filename: str = ""
) -> HttpResponseBase:
    headers = INERT | {
        "ETag": etag,
        "Cache-Control": CACHE_CONTROL,
        # Search engines show the page and not its copies.
        "Link": f'<{quote(page.full_url or "", safe=":/%")}>; rel="canonical"',
    }
    if filename:
        headers["Content-Disposition"] = content_disposition_header(True, filename) or ""
    for name, value in headers.items():
        response[name] = value
    return response


def _instead(request: HttpRequest, page: Any, reason: str, *, status: int) -> HttpResponse:
    """A page that says why there is no file, and what to do."""
    response = TemplateResponse(
        request,
        "practices_pages/take_away_instead.html",
        {"page": page, "reason": reason, "megabytes": conf.ZIP_MEGABYTES},
        status=status,
        headers={"Cache-Control": "no-store"},
    )
    if status in {429, 503}:
        response["Retry-After"] = str(3600 if status == 429 else RETRY_SECONDS)
    return response
