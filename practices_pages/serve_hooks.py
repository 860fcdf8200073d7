"""Nobody reads a page below an unpublished one, although Wagtail would serve it."""

from typing import Any

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.models import Page

from practices_pages import visibility


@hooks.register("before_serve_page")
def hide_what_is_below_unpublished_pages(
    page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
) -> None:
    if not visibility.is_reachable(page):
        raise Http404
