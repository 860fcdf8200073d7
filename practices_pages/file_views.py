"""The only way a stored file leaves: asked for by name, judged by files.py, sent so that nothing
in it runs."""

import os
from typing import Any
from urllib.parse import quote

from django.core.files.storage import Storage
from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseNotFound,
    StreamingHttpResponse,
)
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.crypto import salted_hmac
from django.utils.http import content_disposition_header, quote_etag
from django.views.decorators.http import require_safe
from wagtail import hooks
from wagtail.documents import get_document_model
from wagtail.documents.models import document_served
from wagtail.images import get_image_model
from wagtail.users.models import UserProfile

from practices_pages import file_parts
from practices_pages.conf import conf
from practices_pages.file_parts import Unsatisfiable, part_of
from practices_pages.files import Access, access
from practices_pages.serve_hooks import hide_documents_of_drafts
from practices_pages.uploads.documents import CONTENT_TYPES as DOCUMENT_TYPES
from practices_pages.uploads.images import CONTENT_TYPES as IMAGE_TYPES

UNKNOWN_TYPE = "application/octet-stream"
INERT = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
PANEL = "wagtailadmin.access_admin"
PLAYED = "video/"
# Part of a page of ours; everything else is saved.
SHOWN = ("image/", PLAYED, "text/vtt")


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponseBase:
    """An image, one of its renditions or an editor's portrait, under the name it is stored by.

    Whatever is not there for this visitor is answered with the same bytes, existing or not.
    Documents are not found here: they have their own address, with their own questions.
    """
    field, image = _find(name)
    if field is None:
        return _nothing_here()
    if image is None:
        allowed = Access.PRIVATE if request.user.has_perm(PANEL) else Access.NONE
    else:
        allowed = access(image, request)
    if allowed not in {Access.PUBLIC, Access.PRIVATE}:
        return _nothing_here()
    kind = IMAGE_TYPES.get(_extension(name), UNKNOWN_TYPE)
    version = image.file_hash if image is not None else ""
    return _send(request, field, kind=kind, version=version, allowed=allowed)


@require_safe
def document(request: HttpRequest, document_id: str, document_filename: str) -> HttpResponseBase:
    """A document, to be saved and never shown, unless a player plays it: films and captions.

    Takes the place of Wagtail's view.
    """
    documents = get_document_model().objects.select_related("collection")
    found = get_object_or_404(documents, pk=document_id)
    if found.filename != document_filename:
        raise Http404
    allowed = access(found, request)
    if allowed is Access.NONE:
        raise Http404
    # Here Wagtail asks for the password of a collection. Our own hook has asked already.
    for hook in hooks.get_hooks("before_serve_document"):
        answer = None if hook is hide_documents_of_drafts else hook(found, request)
        if isinstance(answer, HttpResponseBase):
            return answer
    document_served.send(sender=type(found), instance=found, request=request)
    kind = DOCUMENT_TYPES.get(_extension(found.filename), UNKNOWN_TYPE)
    return _send(request, found.file, kind=kind, version=found.file_hash, allowed=allowed)


def _find(name: str) -> tuple[Any, Any]:
    """The stored file and the image it belongs to; a portrait belongs to none."""
    if "\0" in name:
        return None, None
    images = get_image_model()
    renditions = images.get_rendition_model().objects.select_related("image__collection")
    if rendition := renditions.filter(file=name).first():
        return rendition.file, rendition.image
    if image := images.objects.select_related("collection").filter(file=name).first():
        return image.file, image
    profile = UserProfile.objects.filter(avatar=name).first()
    return (profile.avatar, None) if profile else (None, None)


def _extension(name: str) -> str:
    return os.path.splitext(name)[1].lower().removeprefix(".")


def _nothing_here() -> HttpResponse:
    # Not kept anywhere: published a minute later, it is there.
    # Varying alike: whether a visitor was looked at would tell that there is something.
    headers = INERT | {"Cache-Control": "no-store", "Vary": "Cookie"}
    return HttpResponseNotFound("404", content_type="text/plain", headers=headers)


def _send(
    request: HttpRequest, field: Any, *, kind: str, version: str, allowed: Access
) -> HttpResponseBase:
    # Keyed: nobody learns from it whether a file of theirs has the same content as ours.
    tag = salted_hmac("practices_pages.file_views", f"{field.name}:{version}").hexdigest()
    etag = quote_etag(tag[:32]) if version else None
    response: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            response = _part(request, field, kind, etag) or _whole(field.storage, field.name, kind)
        except FileNotFoundError:
            return _nothing_here()
    if etag:
        response["ETag"] = etag
    if kind.startswith(PLAYED):
        response["Accept-Ranges"] = "bytes"
    for header, value in (INERT | _headers(allowed, kind)).items():
        response[header] = value
    return response


def _headers(allowed: Access, kind: str) -> dict[str, str]:
    is_public = allowed is Access.PUBLIC
    # A front end of somebody else, built on the API, shows our public pictures.
    shared = is_public and kind.startswith("image/")
    return {
        "Cache-Control": f"public, max-age={conf.FILE_CACHE_SECONDS}, must-revalidate"
        if is_public
        else "private, no-store",
        "Cross-Origin-Resource-Policy": "cross-origin" if shared else "same-origin",
    }


def _part(request: HttpRequest, field: Any, kind: str, etag: str | None) -> HttpResponseBase | None:
    """What of a film was asked for; None where the whole file is the answer."""
    asked = request.headers.get("Range", "")
    if not asked or request.method != "GET" or not kind.startswith(PLAYED):
        return None
    if conf.FILE_ACCEL_PREFIX:
        return None  # nginx, where it sends the bytes, cuts them as well.
    # A part of another version would make one film of two.
    if request.headers.get("If-Range", etag) != etag:
        return None
    size = field.storage.size(field.name)
    try:
        part = part_of(asked, size)
    except Unsatisfiable:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    if part is None:
        return None
    headers = {
        "Content-Length": str(part.length),
        "Content-Range": part.header,
        "Content-Disposition": content_disposition_header(False, os.path.basename(field.name)),
    }
    file = field.storage.open(field.name, "rb")
    return StreamingHttpResponse(
        file_parts.read(file, part), status=206, content_type=kind, headers=headers
    )


def _whole(storage: Storage, name: str, kind: str) -> HttpResponseBase:
    filename, as_attachment = os.path.basename(name), not kind.startswith(SHOWN)
    if not conf.FILE_ACCEL_PREFIX:
        return FileResponse(
            storage.open(name, "rb"),
            as_attachment=as_attachment,
            filename=filename,
            content_type=kind,
        )
    response = HttpResponse(content_type=kind)
    response["Content-Disposition"] = content_disposition_header(as_attachment, filename) or ""
    response["X-Accel-Redirect"] = conf.FILE_ACCEL_PREFIX + quote(name)
    return response
