"""An old address leads nowhere while the page it leads to is not there for the public."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.translation import get_language_from_path
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from practices_pages import visibility
from practices_pages.frame import address_of


class RedirectsToWhatIsThere(RedirectMiddleware):
    """Wagtail redirects to a draft too, and so tells its address; and it does not know that Polish
    pages are read in the English interface as well."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer: HttpResponse = super().process_response(request, response)
        if answer is response:
            return self._below_a_language(request, response)
        redirect = self._redirect_of(request)
        page = redirect.redirect_page if redirect is not None else None
        if page is not None and not visibility.is_reachable(page):
            return response
        return answer

    def _below_a_language(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        language = get_language_from_path(request.path_info)
        if response.status_code != 404 or language in (None, settings.LANGUAGE_CODE):
            return response
        old = Redirect.normalise_path(request.path[len(f"/{language}") :], decode_unicode=False)
        redirect = get_redirect(request, old)
        page = redirect.redirect_page if redirect is not None else None
        if page is None or not visibility.is_reachable(page):
            return response
        return HttpResponsePermanentRedirect(address_of(page, request, language))

    def _redirect_of(self, request: HttpRequest) -> Redirect | None:
        """The one that Wagtail has just followed: with the query, or else without."""
        for path in (request.get_full_path(), request.path):
            old = Redirect.normalise_path(path, decode_unicode=False)
            found: Redirect | None = get_redirect(request, old)
            if found is not None:
                return found
        return None
