"""The calendar of a page, at the address of the page and `kalendarz.ics`."""

from hashlib import sha256

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe
from wagtail.models import Page

from practices_pages import visibility
from practices_pages.calendars import calendar_of

# So long at most a meeting that was withdrawn can still be seen where the calendar was kept.
KEPT_SECONDS = 300


@require_safe
def calendar(request: HttpRequest, calendar_path: str) -> HttpResponse:
    """404 alike for what is hidden, what is missing, and what has no calendar."""
    page = _public_page(request, calendar_path)
    with translation.override(page.locale.language_code):
        content = calendar_of(page)
    if content is None:
        raise Http404
    etag = quote_etag(sha256(content).hexdigest()[:32])
    answer = get_conditional_response(request, etag=etag)
    response: HttpResponse = answer or HttpResponse(
        content,
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'inline; filename="{page.slug}.ics"'},
    )
    response["ETag"] = etag
    response["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return response


def _public_page(request: HttpRequest, path: str) -> Page:
    found = Page.route_for_request(request, path)
    if found is None or found.args or found.kwargs or not visibility.is_public(found.page):
        raise Http404
    page: Page = found.page.specific
    return page
