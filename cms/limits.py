"""How much a stranger may send, and how often they may guess."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from newsletter import networks, throttle
from practices_pages.views import preview

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
# By the beginning of the path; the first that fits counts. What signs in and all public forms are
# short; uploads are judged again, each by its kind, by whoever takes them.
FROM_STRANGERS = 128 * KILOBYTE
BODY_BYTES = (("/anymail/", 1 * MEGABYTE), ("/panel/", 32 * MEGABYTE))


class BodyLimits:
    """Refuse a body by the length it announces, before a byte of it is read.

    A body that announces none is not read at all: WSGI gives it to nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        is_too_long = announced.isdecimal() and (
            len(announced) > 12 or int(announced) > most_bytes(request)
        )
        return too_large(request) if is_too_long else self.get_response(request)


def most_bytes(request: HttpRequest) -> int:
    if request.path.startswith("/panel/") and settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return FROM_STRANGERS
    fitting = (limit for start, limit in BODY_BYTES if request.path.startswith(start))
    return next(fitting, FROM_STRANGERS)


def too_large(request: HttpRequest) -> HttpResponse:
    if not request.path.startswith("/api/"):
        return render(request, "413.html", status=413)
    problem = {"type": "about:blank", "title": "Content Too Large", "status": 413}
    return JsonResponse(problem, status=413, content_type="application/problem+json")


def limited_preview(request: HttpRequest, token: str) -> HttpResponse:
    """The preview behind a link. Who tries one wrong address after another is told to stop.

    Only wrong ones are counted, so that nobody beside a guesser loses a link that works.
    """
    answer = preview(request, token)
    if answer.status_code != 404:
        return answer
    network = networks.network_of(*networks.hops(request.META))
    limit = settings.WRONG_PREVIEWS_PER_NETWORK_PER_HOUR
    if throttle.take(f"preview:{network}", limit=limit, seconds=throttle.HOUR):
        return answer
    page = render(request, "429.html", status=429)
    page["Retry-After"] = str(throttle.HOUR)
    return page
