"""How long a session of the panel lasts, and what ends it sooner.

Password changes end all other sessions (Django compares a hash of the password); here are the age,
idleness and deactivation. A session that ended is deleted, so that nothing can wake it again.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user_model, logout
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.models import Session
from django.db.models.signals import post_save
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

STARTED_AT = "cms_started_at"
SEEN_AT = "cms_seen_at"
PROVED_AT = "cms_proved_at"
# Being seen is written down this often, so that not every page costs a write.
SEEN_EVERY_SECONDS = 300
FRESH_SECONDS = 15 * 60


class SessionLimits:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Without a cookie there is no session, and the answer shall not vary by cookies.
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            self._look_at(request)
        return self.get_response(request)

    def _look_at(self, request: HttpRequest) -> None:
        if not request.user.is_authenticated:
            if SESSION_KEY in request.session:  # Of somebody who was deactivated.
                request.session.flush()
            return
        now = time.time()
        seen = request.session.get(SEEN_AT, 0)
        is_old = now - request.session.get(STARTED_AT, 0) > settings.SESSION_MAX_HOURS * 3600
        if is_old or now - seen > settings.SESSION_IDLE_MINUTES * 60:
            logout(request)
        elif now - seen > SEEN_EVERY_SECONDS:
            request.session[SEEN_AT] = now


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person showed who they are a moment ago: asked before changing keys."""
    return time.time() - float(request.session.get(PROVED_AT, 0)) < FRESH_SECONDS


def prove(request: HttpRequest) -> None:
    request.session[PROVED_AT] = time.time()


def end_sessions(user: AbstractBaseUser) -> int:
    """End every session of the person. They are few: only the people of the panel have any."""
    ended = 0
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
            ended += 1
    return ended


@receiver(user_logged_in)
def begin(request: HttpRequest, **kwargs: Any) -> None:
    now = time.time()
    request.session[STARTED_AT] = request.session[SEEN_AT] = request.session[PROVED_AT] = now


@receiver(post_save, sender=get_user_model())
def end_sessions_of_a_deactivated_person(
    instance: AbstractBaseUser, created: bool, **kwargs: Any
) -> None:
    if not created and not instance.is_active:
        end_sessions(instance)
