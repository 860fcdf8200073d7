"""Maintenance: every address answers 503 and says until when, save probes and static files.

Switched on by MAINTENANCE in the environment, or by a file (`manage.py maintenance on`): the file
needs no restart, and holds the time at which the site is expected back.
"""

import time
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language_from_path, override

RETRY_SECONDS = 600
LEAST_RETRY_SECONDS = 30


class MaintenanceMode:
    """Stands before sessions and the database: it asks neither."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return answer(request) if is_on() else self.get_response(request)


def is_on() -> bool:
    return bool(settings.MAINTENANCE) or settings.MAINTENANCE_FILE.exists()


def switch_on(until: datetime | None) -> None:
    settings.MAINTENANCE_FILE.parent.mkdir(parents=True, exist_ok=True)
    text = until.isoformat() if until else ""
    settings.MAINTENANCE_FILE.write_text(f"{text}\n", encoding="utf-8")


def switch_off() -> bool:
    """Whether there was something to switch off."""
    was_on: bool = settings.MAINTENANCE_FILE.exists()
    settings.MAINTENANCE_FILE.unlink(missing_ok=True)
    return was_on


def expected_back() -> datetime | None:
    """When the site is to be back; None also once that is over, for nobody knows any more. A file
    that says nothing readable still switches it off."""
    try:
        found = parse_datetime(settings.MAINTENANCE_FILE.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        return None
    until = timezone.make_aware(found) if found and timezone.is_naive(found) else found
    return until if until and until > timezone.now() else None


def answer(request: HttpRequest) -> HttpResponse:
    until = expected_back()
    if request.path.startswith("/api/"):
        problem = {"type": "about:blank", "title": "Service Unavailable", "status": 503}
        response: HttpResponse = JsonResponse(
            problem, status=503, content_type="application/problem+json"
        )
    else:
        language = get_language_from_path(request.path_info) or settings.LANGUAGE_CODE
        with override(language):
            response = render(request, "maintenance.html", {"until": until}, status=503)
    response["Retry-After"] = str(_seconds_until(until))
    add_never_cache_headers(response)
    return response


def _seconds_until(until: datetime | None) -> int:
    if until is None:
        return RETRY_SECONDS
    return max(LEAST_RETRY_SECONDS, round(until.timestamp() - time.time()))
