"""Suggestions while typing, as JSON. Public data only, so any cache may keep them."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language_from_path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from practices_pages.conf import conf
from practices_pages.frame import in_interface_language
from practices_pages.search import suggest
from practices_pages.suggestions import LONGEST, Suggestion


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What `?q=` may become. A text that is too long for any name suggests nothing."""
    typed = request.GET.get("q", "")
    found = suggest(typed) if len(typed) <= LONGEST else []
    answer = JsonResponse({"suggestions": [_shown(suggestion) for suggestion in found]})
    answer["Cache-Control"] = f"public, max-age={conf.SUGGESTION_CACHE_SECONDS}"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _shown(suggestion: Suggestion) -> dict[str, str]:
    kinds = {"unit": _("unit"), "area": _("thematic area"), "title": _("practice")}
    # What is in another language than the site's own says so in its address.
    language, url = get_language_from_path(suggestion.url), suggestion.url
    return {
        "kind": kinds[suggestion.kind],
        "label": suggestion.label,
        "detail": suggestion.detail,
        "lang": language or settings.LANGUAGE_CODE,
        "url": url if language else in_interface_language(url),
    }
