"""Brings the facts of the latest versions up to date where nobody has looked yet."""

import logging
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.signals import post_delete
from django.dispatch import receiver
from wagtail.models import Page, get_page_models

from practices_pages.models.editing import FactKind, LatestFact
from practices_pages.models.people import ContactPerson
from practices_pages.models.public_page import GatedPage

logger = logging.getLogger(__name__)


def follow_forgotten(limit: int) -> int:
    """Look at up to `limit` pages that nobody has looked at; how many there were."""
    followed = 0
    for model in gated_models():
        for page in _forgotten(model)[: limit - followed]:
            _follow(page)
            followed += 1
    return followed


def _follow(page: Any) -> None:
    try:
        with transaction.atomic():
            LatestFact.follow(page.get_latest_revision_as_object())
    except Exception:
        # A version that cannot be read must not keep every other page from being looked at.
        logger.exception("facts.page_failed", extra={"page": page.pk})
        LatestFact.objects.get_or_create(page_id=page.pk, kind=FactKind.LOOKED_AT, value="")


@receiver(post_delete, sender=ContactPerson)
def on_deleted_contact(instance: ContactPerson, **_kwargs: Any) -> None:
    """The pages that named the person say something else now: the clock looks at them again."""
    named = LatestFact.objects.filter(kind=FactKind.CONTACT, value=str(instance.pk))
    pages = list(named.values_list("page", flat=True))
    LatestFact.objects.filter(page__in=pages, kind=FactKind.LOOKED_AT).delete()


def gated_models() -> list[Any]:
    """Every page type that passes the gate."""
    return [model for model in get_page_models() if issubclass(model, GatedPage)]


def _forgotten(model: type[Page]) -> QuerySet[Any]:
    seen = LatestFact.objects.filter(page_id=OuterRef("pk"), kind=FactKind.LOOKED_AT)
    pages: QuerySet[Any] = model.objects.filter(~Exists(seen)).order_by("pk")
    return pages
