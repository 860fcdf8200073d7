"""Guessing passwords is slow: django-axes counts failures, this says whose, how many and what then.

The counts are rows of the database and not the cache: every process sees them, a restart forgets
none, and the embedded default needs no other server. Locked attempts neither write nor prolong.
"""

import logging
from datetime import datetime
from hashlib import sha256
from typing import Any

from axes.attempts import get_cool_off_threshold
from axes.backends import AxesStandaloneBackend
from axes.handlers.database import AxesDatabaseHandler
from axes.models import AccessAttempt
from axes.signals import user_locked_out
from django.conf import settings
from django.db.models import Sum
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from wagtail.admin.forms.auth import PasswordResetForm
from wagtail.admin.views.account import PasswordResetView

from newsletter import networks, throttle

logger = logging.getLogger(__name__)


class ThrottledBackend(AxesStandaloneBackend):
    """Refuses before any password is looked at. Code that signs in without a request is ours."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        if request is not None:
            super().authenticate(request, **credentials)


class FailureCounts(AxesDatabaseHandler):
    """Counts per person and address, and, with a limit of its own, per address alone."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        of_person: int = super().get_failures(request, credentials)
        recent = AccessAttempt.objects.filter(
            ip_address=visitor_address(request), attempt_time__gte=get_cool_off_threshold(request)
        )
        of_address = recent.aggregate(total=Sum("failures_since_start"))["total"] or 0
        if of_address >= settings.SIGN_IN_FAILURES_PER_ADDRESS:
            return max(of_person, settings.AXES_FAILURE_LIMIT)
        return of_person


def visitor_address(request: HttpRequest) -> str | None:
    """The address that failures are counted for."""
    return networks.host_of(*networks.hops(request.META)) or None


def locked_page(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None = None
) -> HttpResponse:
    """The same words whether the account exists: when to try again, and whom to ask."""
    again_at = _unlocked_at(request, (credentials or {}).get("username"))
    context = {"again_at": again_at, "contact": settings.SIGN_IN_CONTACT}
    page = render(request, "cms/sign_in_locked.html", context, status=429)
    seconds = (again_at - timezone.now()).total_seconds()
    page["Retry-After"] = str(max(1, round(seconds)))
    return page


def _unlocked_at(request: HttpRequest, username: str | None) -> datetime:
    attempts = AccessAttempt.objects.filter(ip_address=visitor_address(request))
    newest = attempts.filter(username=username).first() or attempts.first()
    began = newest.attempt_time if newest else timezone.now()
    until: datetime = began + settings.AXES_COOLOFF_TIME
    return until


@receiver(user_locked_out)
def say_that_somebody_is_locked_out(**kwargs: Any) -> None:
    # Who and from where is in the rows of axes; log lines carry neither.
    logger.warning("sign_in.locked")


class QuietPasswordResetForm(PasswordResetForm):
    """Mails no mailbox more often than a forgetful person needs; the page says the same."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        # Hashed: a key of the cache is no place for an address, and may not be as long as one.
        mailbox = sha256(self.cleaned_data["email"].casefold().encode()).hexdigest()
        limit = settings.PASSWORD_RESETS_PER_ADDRESS_PER_DAY
        if throttle.take(f"reset:{mailbox}", limit=limit, seconds=throttle.DAY):
            super().save(*args, **kwargs)


class ThrottledPasswordResetView(PasswordResetView):
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        network = networks.network_of(*networks.hops(request.META))
        limit = settings.PASSWORD_RESETS_PER_NETWORK_PER_HOUR
        if throttle.take(f"reset-network:{network}", limit=limit, seconds=throttle.HOUR):
            answer: HttpResponse = super().post(request, *args, **kwargs)
            return answer
        page = render(request, "429.html", status=429)
        page["Retry-After"] = str(throttle.HOUR)
        return page
