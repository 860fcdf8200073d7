"""The one place that keeps a session out until its second factor is shown.

It denies by default, everywhere: a session that owes a code, or owes setting one up, is nobody's.
Every view of the panel, its APIs, choosers, previews and private documents then treat it like a
visitor's, and a view that is added later is closed without anybody having to remember.
"""

from collections.abc import Callable
from functools import cache
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from cms.second_factor import Debt, DeviceIsGone, debt_of

# What somebody who owes something may still do as themselves.
PAGES = {
    Debt.CODE: ("cms_second_factor_code", "wagtailadmin_logout"),
    Debt.SET_UP: (
        "cms_second_factor_set_up",
        "cms_second_factor_qr",
        "cms_second_factor_again",
        "wagtailadmin_logout",
    ),
}
# What anybody may see, signed in or not: no way leads round it.
PUBLIC = ("wagtailadmin_login", "wagtailadmin_javascript_catalog", "wagtailadmin_sprite")


class SecondFactorGate:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return self.get_response(request)
        try:
            debt = debt_of(request)
        except DeviceIsGone:
            logout(request)
            return self.get_response(request)
        if debt is Debt.NOTHING or request.path in _addresses(PAGES[debt]):
            return self.get_response(request)
        request.user = AnonymousUser()
        request.auser = _nobody
        if _is_a_page_of_the_panel(request):
            return redirect(_page_for(debt, request))
        return self.get_response(request)


async def _nobody() -> AnonymousUser:
    return AnonymousUser()


@cache
def _addresses(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(reverse(name) for name in names)


def _is_a_page_of_the_panel(request: HttpRequest) -> bool:
    """Whether a person waits for it: scripts get the refusal that Wagtail gives to strangers."""
    return (
        request.method in {"GET", "HEAD"}
        and request.path.startswith(reverse("wagtailadmin_home"))
        and request.path not in _addresses(PUBLIC)
        and not request.path.startswith(reverse("wagtailadmin_password_reset"))
        and "text/html" in request.headers.get("Accept", "text/html")
        and request.headers.get("X-Requested-With") != "XMLHttpRequest"
    )


def _page_for(debt: Debt, request: HttpRequest) -> str:
    query = urlencode({"next": request.get_full_path()})
    return f"{reverse(PAGES[debt][0])}?{query}"
