"""A request that changes something is one transaction."""

from collections.abc import Callable

from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

# A failed attempt to sign in is counted even when the answer to it fails.
COUNTED = ("/panel/login/", "/panel/second-factor/")
SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class UnsafeRequestsAreAtomic:
    """Wrap unsafe methods in one transaction, rolled back on an exception or a 5xx answer.

    Reads stay outside: with SQLite's IMMEDIATE mode plain ATOMIC_REQUESTS would make every GET
    take the write lock. A database that is locked or full answers 503 and keeps nothing.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or request.path.startswith(COUNTED):
            return self.get_response(request)
        try:
            with transaction.atomic():
                response = self.get_response(request)
                if response.status_code >= 500 or getattr(request, "has_raised", False):
                    transaction.set_rollback(True)
                return response
        except OperationalError:
            return database_unavailable(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        # Rolled back when the answer is there: the page of a 404 may still have to read.
        request.has_raised = True  # type: ignore[attr-defined]
        if isinstance(exception, OperationalError):
            return database_unavailable(request)
        return None


def database_unavailable(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Service Unavailable", "status": 503}
        response: HttpResponse = JsonResponse(
            problem, status=503, content_type="application/problem+json"
        )
    else:
        response = render(request, "503.html", status=503)
    response["Retry-After"] = "30"
    return response
