"""An old address leads nowhere while the page it leads to is not there for the public."""

from django.http import HttpRequest, HttpResponse
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect

from practices_pages import visibility


class RedirectsToWhatIsThere(RedirectMiddleware):
    """Wagtail redirects to a draft too, and so tells its address."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        answer: HttpResponse = super().process_response(request, response)
        if answer is response:
            return response
        redirect = self._redirect_of(request)
        page = redirect.redirect_page if redirect is not None else None
        if page is not None and not visibility.is_reachable(page):
            return response
        return answer

    def _redirect_of(self, request: HttpRequest) -> Redirect | None:
        """The one that Wagtail has just followed: with the query, or else without."""
        for path in (request.get_full_path(), request.path):
            old = Redirect.normalise_path(path, decode_unicode=False)
            found: Redirect | None = get_redirect(request, old)
            if found is not None:
                return found
        return None
