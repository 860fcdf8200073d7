"""What a site that installs this app can get wrong without noticing, told by `manage.py check`."""

from typing import Any
from urllib.parse import urlsplit

from django.core.checks import CheckMessage, Warning, register
from django.core.files.storage import default_storage
from django.urls import Resolver404, resolve

from practices_pages import file_views


@register
def stored_files_leave_through_our_view(**_kwargs: Any) -> list[CheckMessage]:
    try:
        address = urlsplit(default_storage.url("images/example.png")).path
        is_ours = resolve(address).func is file_views.media
    except (Resolver404, NotImplementedError):
        is_ours = False
    if is_ours:
        return []
    return [
        Warning(
            "Pictures of drafts can be read by everybody who knows or guesses their address.",
            hint="Map MEDIA_URL to practices_pages.media_urls, and nothing else to MEDIA_ROOT; "
            "a remote storage derives from practices_pages.storage.ServedByView.",
            id="practices_pages.W001",
        )
    ]
