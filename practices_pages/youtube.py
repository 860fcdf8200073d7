"""Addresses of films on YouTube: which film they name. Nothing here asks YouTube for anything."""

import re
from urllib.parse import parse_qs, urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# The one origin that a film page may frame, once a visitor has asked for it.
EMBED_ORIGIN = "https://www.youtube-nocookie.com"
HOSTS = frozenset(
    {
        "youtube.com", "www.youtube.com", "m.youtube.com", "music.youtube.com",
        "youtube-nocookie.com", "www.youtube-nocookie.com",
    }
)  # fmt: skip
SHORT_HOST = "youtu.be"
FILM_ID = re.compile(r"[A-Za-z0-9_-]{11}")
# What stands before the id in an address of the form /embed/ID.
FOLDERS = frozenset({"embed", "shorts", "live", "v", "e"})


def film_id(address: str) -> str:
    """The film's id, or an empty text when the address names no film on YouTube."""
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return ""
    if parts.scheme not in {"https", "http"} or port is not None or "@" in parts.netloc:
        return ""
    found = _named(host, parts.path, parts.query)
    return found if FILM_ID.fullmatch(found) else ""


def _named(host: str, path: str, query: str) -> str:
    steps = path.strip("/").split("/")
    if host == SHORT_HOST:
        return steps[0] if len(steps) == 1 else ""
    if host not in HOSTS:
        return ""
    if steps == ["watch"]:
        named = parse_qs(query).get("v", [])
        return named[0] if len(named) == 1 else ""
    return steps[1] if len(steps) == 2 and steps[0] in FOLDERS else ""


def embed_address(film: str) -> str:
    return f"{EMBED_ORIGIN}/embed/{film}"


def watch_address(film: str) -> str:
    return f"https://www.youtube.com/watch?v={film}"


def validate_film_address(address: str) -> None:
    if not film_id(address):
        raise ValidationError(
            _(
                "This is not the address of one film on YouTube. Open the film there, choose "
                "“Share” and copy the address, such as https://youtu.be/AbCdEfGhIjK."
            ),
            code="no_film",
        )
