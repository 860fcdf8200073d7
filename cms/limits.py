"""How much a stranger may send, and how often they may guess."""

from collections.abc import Callable
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY as SESSION_USER
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from newsletter import networks, throttle
from practices_pages.conf import conf as practices
from practices_pages.search_views import suggestions
from practices_pages.take_away import page_pdf, page_zip
from practices_pages.views import preview

KILOBYTE = 1024
MEGABYTE = 1024 * KILOBYTE
MINUTE = 60
# By the beginning of the path; the first that fits counts. What signs in and all public forms are
# short; uploads are judged again, each by its kind, by whoever takes them.
FROM_STRANGERS = 128 * KILOBYTE
BODY_BYTES = (("/anymail/", 1 * MEGABYTE), ("/panel/", 32 * MEGABYTE))
# Where films come in, from people who have signed in: the film, and what a form has besides.
FILM_UPLOADS = "/panel/documents/"


class BodyLimits:
    """Refuse a body by the length it announces, before a byte of it is read.

    A body that announces none is not read at all: WSGI gives it to nobody.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        is_too_long = announced.isdecimal() and (
            len(announced) > 12 or is_above_limit(request, int(announced))
        )
        return too_large(request) if is_too_long else self.get_response(request)


def is_above_limit(request: HttpRequest, announced: int) -> bool:
    if announced <= most_bytes(request):
        return False
    # Only for a body as long as a film is anybody's session looked up here.
    is_film = request.path.startswith(FILM_UPLOADS) and (
        announced <= practices.MAX_FILM_BYTES + MEGABYTE
    )
    return not (is_film and _is_signed_in(request))


def _is_signed_in(request: HttpRequest) -> bool:
    """Whether the cookie belongs to a session of somebody: any cookie can be made up."""
    key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    return SESSION_USER in import_module(settings.SESSION_ENGINE).SessionStore(key)


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


def limited_pdf(request: HttpRequest, pid: str) -> HttpResponseBase:
    """Making a PDF keeps a processor busy for seconds; handing out one that is there does not."""
    return page_pdf(request, pid, may_make=lambda: _may_take(request, "pdf"))


def limited_zip(request: HttpRequest, pid: str) -> HttpResponseBase:
    return page_zip(request, pid, may_make=lambda: _may_take(request, "zip"))


def _may_take(request: HttpRequest, kind: str) -> bool:
    network = networks.network_of(*networks.hops(request.META))
    limit = settings.FILES_MADE_PER_NETWORK_PER_HOUR
    return throttle.take(f"{kind}:{network}", limit=limit, seconds=throttle.HOUR)


def limited_suggestions(request: HttpRequest) -> HttpResponse:
    """Suggestions while typing, as many as a busy office may need. The form works without them."""
    network = networks.network_of(*networks.hops(request.META))
    limit = settings.SUGGESTIONS_PER_NETWORK_PER_MINUTE
    if throttle.take(f"suggest:{network}", limit=limit, seconds=MINUTE):
        return suggestions(request)
    refusal = JsonResponse({"suggestions": []}, status=429)
    refusal["Retry-After"] = str(MINUTE)
    return refusal
