"""What an operator should know before strangers do."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.caches, deploy=True)
def throttles_need_a_shared_cache(**kwargs: Any) -> list[CheckMessage]:
    is_local = settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")
    is_grown_up = not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if not (is_local and is_grown_up):
        return []
    return [
        Warning(
            "Each process has a cache of its own, so sign-ups, password mails and wrong preview "
            "links are counted per process and a restart forgets them.",
            hint="Set CACHE_URL to a Redis that all processes share.",
            id="cms.W001",
        )
    ]
