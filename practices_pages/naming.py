"""Which files, people and units a version of a page names. Reads its content, changes nothing."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, Revision
from wagtail.rich_text import extract_references_from_rich_text

FIELDS = {
    "accessible_alternative": "document",
    "captions": "document",
    "contact": "contactperson",
    "document": "document",
    "image": "image",
    "main_image": "image",
    "next_meeting": "page",
    "practice": "page",
    "project": "page",
    "unit": "unit",
    "video": "document",
}


def named_by_revision(page_id: int) -> dict[str, set[int]]:
    """Keys by kind (page, image, document, contactperson, unit) that the latest version names."""
    named: dict[str, set[int]] = defaultdict(set)
    latest = Page.objects.filter(pk=page_id).values("latest_revision")
    revision = Revision.objects.filter(pk__in=latest).first()
    for kind, key in _named(revision.content) if revision is not None else ():
        named[kind].add(key)
    return named


def _named(content: dict[str, Any]) -> Iterator[tuple[str, int]]:
    for name, value in content.items():
        if isinstance(value, list):
            for row in value:
                if isinstance(row, dict):
                    yield from _named(row)
        elif name in FIELDS and isinstance(value, int):
            yield FIELDS[name], value
        elif isinstance(value, str) and "type=" in value:
            yield from _linked(value)


def _linked(html: str) -> Iterator[tuple[str, int]]:
    # Wagtail's docstring promises content types; what comes is the model itself.
    kinds = {Page: "page", get_image_model(): "image", get_document_model(): "document"}
    for model, key, _model_path, _content_path in extract_references_from_rich_text(html):
        if model in kinds and str(key).isdigit():
            yield kinds[model], int(key)
