"""What a browser may load and run on our pages: one Content-Security-Policy per kind of answer.

Nothing here allows inline scripts, and scripts come from the folder of static files alone: an
uploaded file can never be one. An answer that brings a policy of its own keeps it.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse

Policy = dict[str, list[str]]
HEADER = "Content-Security-Policy"
NONE = "'none'"
SELF = "'self'"

PANEL = "/panel/"
API_DOCS = "/api/v1/docs"
DATA = "data:"
NOTE = b'<script type="text/x-panel-note">'
# What an answer may ask to frame, by its attribute `frame_sources` (docs/adr/0024-films.md).
FRAMED = frozenset({"https://www.youtube-nocookie.com"})
# Powers that no page of ours asks a browser for.
PERMISSIONS = ", ".join(
    f"{power}=()"
    for power in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "usb",
    )
)


class ContentPolicyMiddleware:
    """Adds the policy and its companions to whatever the views answer, errors included."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "is_dummy", False):
            # Wagtail made this request up for a preview; the real one passes here as well.
            return response
        is_page = _is_page(response)
        if is_page and request.path.startswith(PANEL):
            _make_inline_scripts_inert(response)
        if not _is_technical(response):
            response.headers.setdefault(HEADER, policy_text(request, response))
        response.headers.setdefault("Permissions-Policy", _permissions(framed_by(response)))
        response.headers.setdefault("X-Permitted-Cross-Domain-Policies", "none")
        # Pictures of a letter are shown by web mail, and the API by anybody; pages by nobody else.
        response.headers.setdefault(
            "Cross-Origin-Resource-Policy", "same-origin" if is_page else "cross-origin"
        )
        return response


def framed_by(response: HttpResponse) -> list[str]:
    """Other sites that this answer may frame: none, unless its view says so and we agree."""
    return sorted(FRAMED.intersection(getattr(response, "frame_sources", ())))


def _permissions(framed: list[str]) -> str:
    """A player that a visitor has started need not be started again inside its frame."""
    if not framed:
        return PERMISSIONS
    players = " ".join(f'"{origin}"' for origin in framed)
    return PERMISSIONS.replace("autoplay=()", f"autoplay=(self {players})")


def _make_inline_scripts_inert(response: HttpResponse) -> None:
    """Serve Wagtail's inline starters as notes, which cms/static/cms/panel-starters.js reads."""
    if not response.streaming and b"<script>" in response.content:
        response.content = response.content.replace(b"<script>", NOTE)
        if "Content-Length" in response.headers:
            response.headers["Content-Length"] = str(len(response.content))


def policy_text(request: HttpRequest, response: HttpResponse) -> str:
    policy = _closed(response) | _policy(request, response)
    return "; ".join(
        f"{directive} {' '.join(dict.fromkeys(sources))}" for directive, sources in policy.items()
    )


def _policy(request: HttpRequest, response: HttpResponse) -> Policy:
    if not _is_page(response):
        return {}
    static = _static_source(request)
    if request.path == API_DOCS:
        # Swagger UI writes style attributes and draws its icons from data: addresses.
        return _public(static) | {
            "style-src": [static, "'unsafe-inline'"],
            "img-src": [SELF, DATA],
        }
    if not request.path.startswith(PANEL):
        return _public(static) | {"frame-src": [SELF, *framed_by(response)]}
    # The words of the panel's scripts are a script made by a view.
    words = f"{static.removesuffix(settings.STATIC_URL)}{PANEL}jsi18n/"
    return (_panel if _is_signed_in(request) else _public)(static) | {
        "script-src": [static, words],
        # A draft is previewed below the panel's address.
        "frame-src": [SELF, *framed_by(response)],
    }


def _closed(response: HttpResponse) -> Policy:
    """Nothing at all. A view that may be framed by our own pages says so in X-Frame-Options."""
    framed = response.headers.get("X-Frame-Options", "").upper() == "SAMEORIGIN"
    return {
        "default-src": [NONE],
        "base-uri": [NONE],
        "form-action": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [SELF] if framed else [NONE],
    }


def _public(static: str) -> Policy:
    media = _media_source()
    return {
        "script-src": [static],
        "style-src": [static],
        "img-src": [SELF, media],
        "font-src": [static],
        "media-src": [SELF, media],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "manifest-src": [SELF],
    }


def _panel(static: str) -> Policy:
    return _public(static) | {
        "style-src": [static, "'unsafe-inline'"],  # The rich text editor writes style elements.
        "img-src": [SELF, _media_source(), DATA, "blob:"],
    }


def _is_signed_in(request: HttpRequest) -> bool:
    """False also where the request was refused before anybody asked who sent it."""
    return hasattr(request, "user") and request.user.is_authenticated


def _static_source(request: HttpRequest) -> str:
    try:
        return f"{request.get_host()}{settings.STATIC_URL}"
    except DisallowedHost:
        return SELF


def _media_source() -> str:
    """The host that uploaded pictures come from, where it is not this one."""
    address = urlsplit(settings.MEDIA_URL)
    return f"{address.scheme}://{address.netloc}" if address.netloc else SELF


def _is_technical(response: HttpResponse) -> bool:
    """Django's own pages for developers, which are full of inline styles."""
    return settings.DEBUG and response.status_code in {404, 500}


def _is_page(response: HttpResponse) -> bool:
    return response.headers.get("Content-Type", "").startswith(("text/html", "application/xhtml"))
