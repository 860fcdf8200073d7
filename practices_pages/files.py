"""Who may read an uploaded file. It follows from what uses it, at the moment somebody asks.

A file is as public as the most public page that uses it (visibility.py); nothing is moved, copied
or marked when a page is published or withdrawn, so nothing can be forgotten. Where a file is used
stands in Wagtail's reference index, which `keep_references` brings up to date inside the
publication itself instead of some time later.
"""

from collections.abc import Iterator
from enum import Enum
from itertools import chain, islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from wagtail.contrib.settings.models import AbstractSetting
from wagtail.images import get_image_model
from wagtail.models import DraftStateMixin, Page, ReferenceIndex
from wagtail.permissions import policy_registry
from wagtail.signals import page_published

from practices_pages import previews, visibility
from practices_pages.models import MeetingPicture

# Of what bars anybody's way, so many pages are looked at whether this visitor may read them.
MOST_PAGES = 20
MOST_HOLDERS = 100
PORTION = 500
# Whoever may do one of these finds the file in the panel.
PANEL_ACTIONS = ["choose", "change", "delete"]


class Access(Enum):
    PUBLIC = "for everybody"
    PRIVATE = "for this visitor alone"
    PASSWORD = "for whoever opens its collection"  # noqa: S105
    NONE = "for nobody whom we know"


def access(file: Any, request: HttpRequest) -> Access:
    """What this visitor may do with an image or a document. Looks at nobody's session for a file
    that is public."""
    restrictions = list(file.collection.get_view_restrictions())
    is_shown = is_used_in_public(file)
    if is_shown and not restrictions:
        return Access.PUBLIC
    if _is_in_panel(file, request):
        return Access.PRIVATE
    if not (is_shown or _is_in_preview(file, request) or _is_on_page_open_to(file, request)):
        return Access.NONE
    if all(restriction.accept_request(request) for restriction in restrictions):
        return Access.PRIVATE
    return Access.PASSWORD


def is_public(file: Any) -> bool:
    return not is_restricted(file) and is_used_in_public(file)


def is_restricted(file: Any) -> bool:
    """Whether an editor has put it into a private collection: it stays private wherever it is
    used."""
    return bool(file.collection.get_view_restrictions().exists())


def is_used_in_public(file: Any) -> bool:
    if _is_any_public(_references(file)):
        return True
    holders = list(_holders(file))
    if any(issubclass(model, AbstractSetting) for model, _pk in holders):
        return True  # The site's own picture, such as a logo.
    return bool(holders) and _is_any_public(_references_to_any(holders))


@receiver(page_published)
def keep_references(instance: Page, **_kwargs: Any) -> None:
    """Wagtail leaves this to a worker, and until then images of a new page would be missing and
    those that were taken out of it public."""
    with transaction.atomic():
        ReferenceIndex.create_or_update_for_object(instance)


def _references(file: Any) -> QuerySet[Any]:
    references: QuerySet[Any] = ReferenceIndex.get_references_to(file)
    return references.exclude(Exists(_shown_no_longer(file)))


def _shown_no_longer(file: Any) -> QuerySet[Any]:
    """Places in galleries where those on the picture agreed for a time that is over."""
    if not isinstance(file, get_image_model()):
        return MeetingPicture.objects.none()
    parts = (Value("gallery."), Cast("pk", TextField()), Value(".image"))
    place = Concat(*parts, output_field=TextField())
    ended = MeetingPicture.objects.filter(image=file.pk, consent_until__lt=timezone.localdate())
    return ended.annotate(place=place).filter(place=OuterRef("content_path"))


def _is_any_public(references: QuerySet[Any]) -> bool:
    return any(visibility.public(pages).exists() for pages in _pages(references))


def _pages(references: QuerySet[Any]) -> Iterator[QuerySet[Any]]:
    """The pages that use it, in portions. With their aliases: an alias shows what its source
    shows, also before a worker has looked at it."""
    # Told apart here: asked to, SQLite would read every reference of every page.
    page_type = ContentType.objects.get_for_model(Page).pk
    found = references.values_list("base_content_type", "object_id").distinct()
    keys = [int(pk) for type_pk, pk in found if type_pk == page_type]
    for start in range(0, len(keys), PORTION):
        portion = keys[start : start + PORTION]
        yield Page.objects.filter(Q(pk__in=portion) | Q(alias_of__in=portion))


def _holders(file: Any) -> list[tuple[Any, str]]:
    """Settings and published snippets that use the file, as model and key."""
    page_type = ContentType.objects.get_for_model(Page).pk
    found = _references(file).values_list("base_content_type", "object_id").distinct()
    others = ((type_pk, pk) for type_pk, pk in found if type_pk != page_type)
    holders: list[tuple[Any, str]] = []
    for type_pk, pk in islice(others, MOST_HOLDERS):
        model: Any = ContentType.objects.get_for_id(type_pk).model_class()
        if model is None:
            continue
        if issubclass(model, DraftStateMixin) and not model.objects.filter(pk=pk, live=True):
            continue
        holders.append((model, pk))
    return holders


def _references_to_any(holders: list[tuple[Any, str]]) -> QuerySet[Any]:
    wanted = Q()
    for model, pk in holders:
        wanted |= Q(to_content_type=ContentType.objects.get_for_model(model), to_object_id=pk)
    references: QuerySet[Any] = ReferenceIndex.objects.filter(wanted)
    return references


def _is_in_panel(file: Any, request: HttpRequest) -> bool:
    user = request.user
    if not user.is_authenticated:
        return False
    policy = policy_registry.get_by_type(type(file))
    return bool(policy.user_has_any_permission_for_instance(user, PANEL_ACTIONS, file))


def _is_in_preview(file: Any, request: HttpRequest) -> bool:
    key = request.GET.get("grant", "")
    return bool(key) and previews.shows(key, file)


def _is_on_page_open_to(file: Any, request: HttpRequest) -> bool:
    """Whether the visitor has opened a private page that uses it, by password or login."""
    pages = chain.from_iterable(map(visibility.reachable, _pages(_references(file))))
    return any(
        all(restriction.accept_request(request) for restriction in page.get_view_restrictions())
        for page in islice(pages, MOST_PAGES)
    )
