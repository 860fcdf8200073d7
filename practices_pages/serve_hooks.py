"""What Wagtail would serve, and we do not: pages below an unpublished one, files of a draft."""

from typing import Any

from django.http import Http404, HttpRequest
from wagtail import hooks
from wagtail.models import Page, PageViewRestriction

from practices_pages import visibility
from practices_pages.files import Access, access


@hooks.register("before_serve_page")
def hide_what_is_below_unpublished_pages(
    page: Page, request: HttpRequest, args: list[Any], kwargs: dict[str, Any]
) -> None:
    barriers = visibility.current_barriers()
    if not barriers.let_through(page):
        raise Http404
    if not barriers.restricted:
        # There is none on the whole site: Wagtail would look twice for those of this page.
        page.get_view_restrictions = PageViewRestriction.objects.none


# Before Wagtail's own hook, which would ask for the password of a collection, and so tell that
# there is a file.
@hooks.register("before_serve_document", order=-10)
def hide_documents_of_drafts(document: Any, request: HttpRequest) -> None:
    if access(document, request) is Access.NONE:
        raise Http404
