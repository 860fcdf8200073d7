"""An old address leads nowhere while the page it leads to is not there for the public."""

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.utils.translation import get_language_from_path
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from practices_pages import visibility
from practices_pages.frame import in_interface_language


class RedirectsToWhatIsThere(RedirectMiddleware):
    """Wagtail redirects to a draft too, and so tells its address; it drops the query, such as the
    filters of a list; and it does not know that Polish pages are read in the English interface as
    well."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if response.status_code != 404:
            return response
        language = get_language_from_path(request.path_info)
        return _redirected(request) or (language and _redirected(request, language)) or response


def _redirected(request: HttpRequest, language: str = "") -> HttpResponse | None:
    """Where the address leads; with a `language`, where it does without that prefix."""
    path, mark, query = request.get_full_path().partition("?")
    path = path.removeprefix(f"/{language}") if language else path
    whole = _redirect_from(request, path + mark + query)
    redirect = whole or _redirect_from(request, path)
    address, page = (redirect.link, redirect.redirect_page) if redirect else ("", None)
    if redirect is None or not address:
        return None
    if page is None:
        return None if language else _answer(redirect, address)
    if not visibility.is_reachable(page):
        return None
    if whole is None:
        address += mark + query
    if language and page.locale.language_code == settings.LANGUAGE_CODE:
        address = in_interface_language(address, language)
    return _answer(redirect, address)


def _answer(redirect: Redirect, address: str) -> HttpResponse:
    kind = HttpResponsePermanentRedirect if redirect.is_permanent else HttpResponseRedirect
    return kind(address)


def _redirect_from(request: HttpRequest, path: str) -> Redirect | None:
    old = Redirect.normalise_path(path, decode_unicode=False)
    found: Redirect | None = get_redirect(request, old)
    return found
