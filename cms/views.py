from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

# What is of no use in a search engine, or is somebody's own.
UNINDEXED = ("/panel/", "/preview/", "/newsletter/manage/", "/newsletter/u/", "/api/", "/demo/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    prefixes = [
        "",
        *(f"/{code}" for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE),
    ]
    lines = [f"Disallow: {prefix}{path}" for prefix in prefixes for path in UNINDEXED]
    text = "\n".join(["User-agent: *", *lines, "", f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""])
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A page that says what to do, instead of Django's technical one."""
    return render(request, "403_csrf.html", status=403)
