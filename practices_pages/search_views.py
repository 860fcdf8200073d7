"""Suggestions while typing, as JSON. Public data only, so any cache may keep them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from practices_pages.conf import conf
from practices_pages.search import suggest
from practices_pages.suggestions import LONGEST


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What `?q=` may become. A text that is too long for any name suggests nothing."""
    typed = request.GET.get("q", "")
    found = suggest(typed) if len(typed) <= LONGEST else []
    kinds = {"unit": _("unit"), "area": _("thematic area"), "title": _("practice")}
    answer = JsonResponse(
        {
            "suggestions": [
                {
                    "kind": kinds[suggestion.kind],
                    "label": suggestion.label,
                    "detail": suggestion.detail,
                    "url": suggestion.url,
                }
                for suggestion in found
            ]
        }
    )
    answer["Cache-Control"] = f"public, max-age={conf.SUGGESTION_CACHE_SECONDS}"
    answer["X-Robots-Tag"] = "noindex"
    return answer
