"""From pages to records of the open format: what the API says, and what only an export needs."""

import re
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from pydantic_core import to_jsonable_python
from wagtail.models import Locale, Site

from practices_pages import visibility
from practices_pages.api import representation
from practices_pages.exchange.addresses import canonical
from practices_pages.models import PracticePage

CHUNK = 50
BLOCK_KEY = re.compile(r' data-block-key="[^"]*"')


class SiteRequest(HttpRequest):
    """Nobody asks, but addresses have to be absolute: as the default site would write them."""

    def __init__(self) -> None:
        super().__init__()
        site = Site.objects.filter(is_default_site=True).first()
        scheme, _separator, host = (site.root_url if site else "http://localhost").partition("://")
        self.path = "/"
        port = str(site.port) if site else "80"
        self.META = {"HTTP_HOST": host, "SERVER_PORT": port, "wsgi.url_scheme": scheme}
        self._site_scheme = str(scheme)

    def _get_scheme(self) -> str:
        return self._site_scheme

    def get_host(self) -> str:
        # Without ALLOWED_HOSTS: the name comes from our own table and not from a stranger.
        return str(self.META["HTTP_HOST"])


def exported(*, drafts: bool = False) -> Iterator[dict[str, Any]]:
    """Every practice of the default language that the public may see, one record each.

    With `drafts` also those it may not see, each as its latest version.
    """
    practices = PracticePage.objects.originals().filter(locale=Locale.get_default())
    if not drafts:
        practices = visibility.public(practices)
    public = set(visibility.public(practices).values_list("pk", flat=True))
    request = SiteRequest()
    numbers = list(practices.order_by("identity__number", "pk").values_list("pk", flat=True))
    for start in range(0, len(numbers), CHUNK):
        pages = practices.in_bulk(numbers[start : start + CHUNK])
        for pk in numbers[start : start + CHUNK]:
            if pk in pages:
                yield _one(pages[pk], request, is_public=pk in public, drafts=drafts)


def _one(
    page: PracticePage, request: HttpRequest, *, is_public: bool, drafts: bool
) -> dict[str, Any]:
    has_newer = drafts and (not is_public or page.has_unpublished_changes)
    record = record_of(page.get_latest_revision_as_object() if has_newer else page, request)
    return record | {"is_draft": True} if has_newer else record


def record_of(page: PracticePage, request: HttpRequest) -> dict[str, Any]:
    """`page` as it is in memory. Persons only as far as they agreed to be shown."""
    content = representation.content(page, request)
    record: dict[str, Any] = to_jsonable_python(content)
    for section in record["sections"]:
        # The editor's own marks.
        section["html"] = BLOCK_KEY.sub("", section["html"])
    record["documents"] = _documents(page, record["documents"])
    record["authors"] = _authors(page, record["authors"])
    record["contact"] = _contact(page, record["contact"])
    record["archival_reason"] = page.archival_reason
    if record["image"] is None and (page.image_alt or page.image_credit):
        # The file did not travel along when the page was imported.
        record["image"] = {"url": None, "alt": page.image_alt, "credit": page.image_credit}
    if source_id := _source_id(page):
        record["source_id"] = source_id
    return record


def _source_id(page: PracticePage) -> str:
    """Its id at the address it was first described at."""
    ids = page.sources.filter(address=canonical(page.source_url)).exclude(source_id="")
    return ids.order_by("pk").values_list("source_id", flat=True).first() or ""


def _documents(page: PracticePage, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Also the rows whose file has not been fetched yet, in their places."""
    files = iter(shown)
    return [
        next(files)
        if row.document is not None
        else {
            "title": row.source_title,
            "url": row.source_url or None,
            "description": row.description,
            "licence": row.licence,
            "is_accessible": row.is_accessible,
        }
        for row in page.documents.all()
    ]


def _authors(page: PracticePage, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = [row for row in page.authors.all() if row.consented_to_be_named and row.name]
    return [
        author
        | {"consented_to_be_named": True}
        | ({"unit_code": row.unit.code} if row.unit else {})
        for author, row in zip(shown, rows, strict=True)
    ]


def _contact(page: PracticePage, shown: dict[str, Any] | None) -> dict[str, Any] | None:
    person = page.contact
    if shown is None or person is None or not person.may_be_shown_on(timezone.localdate()):
        return shown
    code = {"unit_code": person.unit.code} if person.unit else {}
    return shown | {"published_until": person.published_until.isoformat()} | code
