"""The site, and below /rare/ the pages that nobody reaches on purpose: of errors and limits.

A setting for tests: ROOT_URLCONF = "tests.browser.rare".
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.conf.urls.i18n import i18n_patterns
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path

from cms import maintenance, views
from cms.limits import too_large
from cms.urls import urlpatterns as of_the_site
from newsletter.forms import SignUpForm
from practices_pages import visibility
from practices_pages.models import PracticePage


@dataclass(frozen=True)
class Rare:
    status: int
    view: Callable[[HttpRequest], HttpResponse]


def fail(error: Exception, request: HttpRequest) -> HttpResponse:
    raise error


def file_refused(reason: str, status: int, request: HttpRequest) -> HttpResponse:
    practice = visibility.public(PracticePage.objects.all()).first()
    context = {"page": practice, "reason": reason, "megabytes": 100}
    return render(request, "practices_pages/take_away_instead.html", context, status=status)


def empty_form_sent(request: HttpRequest) -> HttpResponse:
    context = {"form": SignUpForm(QueryDict())}
    return render(request, "newsletter/sign_up.html", context, status=422)


def template(name: str, status: int = 200) -> Rare:
    return Rare(status, lambda request: render(request, name, status=status))


RARE = {
    "error-403": Rare(403, partial(fail, PermissionDenied())),
    "error-403-form": Rare(403, views.csrf_failure),
    "error-413": Rare(413, too_large),
    "error-429": template("429.html", 429),
    "error-500": Rare(500, partial(fail, RuntimeError("meant to be seen"))),
    "error-503": Rare(503, partial(fail, OperationalError("locked"))),
    "maintenance": Rare(503, maintenance.answer),
    "pdf-unavailable": Rare(404, partial(file_refused, "unavailable", 404)),
    "pdf-busy": Rare(503, partial(file_refused, "busy", 503)),
    "zip-too-large": Rare(404, partial(file_refused, "large", 404)),
    "newsletter-mistakes": Rare(422, empty_form_sent),
    "newsletter-too-many": template("newsletter/too_many.html", 429),
    "newsletter-refused": template("newsletter/refused.html", 403),
    "newsletter-unreadable": template("newsletter/unreadable.html", 400),
    "newsletter-expired": template("newsletter/link_expired.html", 410),
    "newsletter-left": template("newsletter/unsubscribed.html"),
    "newsletter-erased": template("newsletter/erased.html"),
}

urlpatterns = [
    *i18n_patterns(
        *(path(f"rare/{name}/", rare.view) for name, rare in RARE.items()),
        prefix_default_language=False,
    ),
    *of_the_site,
]
