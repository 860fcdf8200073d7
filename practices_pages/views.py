"""Pages that are not in Wagtail's tree: the preview of one revision."""

import re

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from practices_pages.models import PreviewGrant
from practices_pages.previews import PreviewUnavailable, file_key, open_grant

PRIVATE = {
    "Cache-Control": "no-store, private",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Show one revision as it will look, under a banner; 404 or 410 when the link opens nothing."""
    try:
        response = _show(request, open_grant(token))
    except PreviewUnavailable as unavailable:
        response = TemplateResponse(
            request,
            "practices_pages/preview_unavailable.html",
            {"has_ended": unavailable.has_ended},
            status=410 if unavailable.has_ended else 404,
        )
    for name, value in PRIVATE.items():
        response[name] = value
    return response


def _show(request: HttpRequest, grant: PreviewGrant) -> HttpResponse:
    page = grant.revision.as_object()
    response: HttpResponse = page.serve_preview(request, page.default_preview_mode)
    if isinstance(response, TemplateResponse) and response.context_data is not None:
        response.context_data["preview_grant"] = grant
        response.add_post_render_callback(lambda rendered: _open_files(rendered, grant))
    return response


def _open_files(response: SimpleTemplateResponse, grant: PreviewGrant) -> None:
    """Let the reader's browser fetch the draft's files: it has no account and sends no cookie."""
    documents = reverse("wagtaildocs_serve", args=[0, "x"]).removesuffix("0/x")
    prefixes = "|".join(re.escape(prefix) for prefix in (settings.MEDIA_URL, documents))
    address = re.compile(rf"""(?<=["'\s,])(?:{prefixes})[^"'\s,?#<>]+""".encode())
    key = f"?grant={file_key(grant)}".encode()
    response.content = address.sub(lambda found: found[0] + key, response.content)
