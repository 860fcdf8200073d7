"""What the pages of films and collections, and those that point at them, ask for."""

from collections.abc import Iterable
from typing import Any

from django import template
from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.models import Page

from practices_pages import collected, films, languages, youtube
from practices_pages.captions import Paragraph
from practices_pages.collected import Selection
from practices_pages.models import (
    SECTIONS,
    CollectionEditor,
    CollectionPage,
    FilmIndexPage,
    FilmPage,
    PracticePage,
)
from practices_pages.models.seconds import HOUR, MINUTE, clock
from practices_pages.uploads.documents import CONTENT_TYPES, extension_of

register = template.Library()


@register.simple_tag
def films_of(practice: PracticePage) -> list[FilmPage]:
    return films.films_of(practice)


@register.simple_tag
def practice_of(film: FilmPage) -> PracticePage | None:
    found: PracticePage | None = films.public_practice(film)
    return found


@register.simple_tag
def film_series(film: FilmPage) -> str:
    """The name of the series, which stands on the list that the film is in."""
    names = FilmIndexPage.objects.parent_of(film).values_list("series_name", flat=True)
    return names.first() or ""


@register.simple_tag
def sections_outline() -> list[str]:
    """The headings of the eight sections, in their order."""
    return [str(PracticePage._meta.get_field(key).verbose_name) for key in SECTIONS]


@register.filter
def access_helps(film: FilmPage) -> str:
    """What replaces its sound and picture, in a row."""
    captions = _("captions") if film.has_captions else ""
    described = film.get_audio_description_display() if film.audio_description else ""
    return "; ".join(filter(None, (captions, str(described))))


@register.simple_tag
def spoken(film: FilmPage) -> list[Paragraph]:
    return films.spoken(film)


@register.simple_tag
def selection_of(collection: CollectionPage) -> Selection:
    return collected.selection(collection)


@register.simple_tag
def collections_of(practice: PracticePage) -> list[CollectionPage]:
    return collected.collections_of(practice)


@register.simple_tag
def collections_below(index: Page) -> list[tuple[CollectionPage, int]]:
    """Each with the number of its public practices."""
    below = list(languages.below(collected.public_collections(), index))
    sizes = collected.sizes(below)
    return [(collection, sizes.get(collection.pk, 0)) for collection in below]


@register.simple_tag(takes_context=True)
def may_edit(context: template.Context, page: Page) -> bool:
    """Whether this visitor may know what of the page is hidden from others."""
    request = context.get("request")
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or page.pk is None:
        return False
    return bool(page.permissions_for_user(user).can_edit())


@register.filter
def shown_editors(editors: Iterable[CollectionEditor]) -> list[str]:
    """What may be said of those who chose the practices."""
    return [editor.shown for editor in editors if editor.shown]


@register.filter
def as_clock(seconds: int) -> str:
    return clock(seconds)


@register.filter
def iso_length(seconds: int) -> str:
    """As ISO 8601 writes a length of time, for machines."""
    hours, rest = divmod(seconds, HOUR)
    return f"PT{hours}H{rest // MINUTE}M{rest % MINUTE}S"


@register.filter
def content_type(document: Any) -> str:
    return CONTENT_TYPES.get(extension_of(document.filename), "")


@register.filter
def language_name(code: str) -> str:
    return dict(settings.LANGUAGES).get(code, code)


@register.filter
def watched_at(film: str) -> str:
    """Where YouTube shows the film of this id."""
    return youtube.watch_address(film)
