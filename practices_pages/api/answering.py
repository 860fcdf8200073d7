"""How every answer of the API travels: validators for caches, and any origin may read it."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

READ = ["GET", "HEAD"]
ALLOWED = "GET, HEAD, OPTIONS"
CACHE_CONTROL = "public, max-age=60, must-revalidate"
# What a script of another origin may read besides the body.
EXPOSED = "ETag, Last-Modified"

View = Callable[..., HttpResponse]


def readable_from_anywhere(view: View) -> View:
    """Let scripts of any origin read the answer; cookies are never looked at, so never allowed."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Access-Control-Allow-Origin"] = "*"
        response["Access-Control-Expose-Headers"] = EXPOSED
        return response

    return answer


def conditional(view: View) -> View:
    """Add ETag and Cache-Control to a good answer, or turn it into 304 when nothing changed."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code != 200:
            response["Cache-Control"] = "no-store"
            return response
        etag = f'"{sha256(response.content).hexdigest()[:32]}"'
        response["ETag"] = etag
        response["Cache-Control"] = CACHE_CONTROL
        # Only the ETag decides on 304. Last-Modified knows nothing of a practice that left the
        # list or of a contact person whose consent ended: both must leave every cache.
        return get_conditional_response(request, etag, None, response) or response

    return answer


def set_last_modified(response: HttpResponse, moments: list[datetime | None]) -> None:
    known = [moment for moment in moments if moment is not None]
    if known:
        response["Last-Modified"] = http_date(max(known).timestamp())


def preflight() -> HttpResponse:
    return HttpResponse(
        status=204,
        headers={
            "Allow": ALLOWED,
            "Access-Control-Allow-Methods": ALLOWED,
            "Access-Control-Allow-Headers": "If-None-Match, If-Modified-Since",
            "Access-Control-Max-Age": "86400",
        },
    )
