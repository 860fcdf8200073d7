"""Brings the facts of the latest versions up to date where nobody has looked yet."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Page, get_page_models

from practices_pages.models.editing import FactKind, LatestFact
from practices_pages.models.public_page import GatedPage


def follow_forgotten(limit: int) -> int:
    """Look at up to `limit` pages that nobody has looked at; how many there were."""
    followed = 0
    for model in gated_models():
        for page in _forgotten(model)[: limit - followed]:
            with transaction.atomic():
                LatestFact.follow(page.get_latest_revision_as_object())
            followed += 1
    return followed


def gated_models() -> list[Any]:
    """Every page type that passes the gate."""
    return [model for model in get_page_models() if issubclass(model, GatedPage)]


def _forgotten(model: type[Page]) -> QuerySet[Any]:
    seen = LatestFact.objects.filter(page_id=OuterRef("pk"), kind=FactKind.LOOKED_AT)
    pages: QuerySet[Any] = model.objects.filter(~Exists(seen)).order_by("pk")
    return pages
