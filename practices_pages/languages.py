"""Lists in another language than the site's own: what has a version there, and the rest as it is.

Polish content is read in every interface; content in another language in its own alone (ADR 7).
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Replace, Substr
from django.utils.translation import get_language
from wagtail.models import Page

from practices_pages import visibility

Pages = TypeVar("Pages", bound=QuerySet[Page])
KEY_LENGTH = 12
# `key_of` as the database makes it.
KEY = Substr(Replace(Cast("translation_key", CharField()), Value("-"), Value("")), 1, KEY_LENGTH)


def key_of(page: Page) -> str:
    """What addresses call a page in all its languages: short, whatever its slug, and for ever."""
    return str(page.translation_key.hex[:KEY_LENGTH])


def below(pages: Pages, index: Page) -> Pages:
    """Of `pages`, those of the list `index`, each once: in its language as far as there is a public
    version in it, else from the same list in the site's own language."""
    here = Q(path__startswith=index.path, depth__gt=index.depth)
    original = original_of(index)
    if original is None:
        return pages.filter(here)
    there = Q(path__startswith=original.path, depth__gt=original.depth)
    return pages.filter(here | (there & ~_has_version(index.locale.language_code)))


def once(pages: Pages, language: str | None = None) -> Pages:
    """Of `pages` from wherever, each once: in `language`, by default the visitor's, else in the
    site's own."""
    language = language or get_language() or settings.LANGUAGE_CODE
    own = Q(locale__language_code=settings.LANGUAGE_CODE)
    if language == settings.LANGUAGE_CODE:
        return pages.filter(own)
    here = Q(locale__language_code=language)
    return pages.filter(here | (own & ~_has_version(language)))


def _has_version(language: str) -> Exists:
    in_it = Page.objects.filter(locale__language_code=language, alias_of=None)
    versions = visibility.public(in_it)
    return Exists(versions.filter(translation_key=OuterRef("translation_key")).order_by())


def original_of(page: Page) -> Page | None:
    """The page in the site's own language that `page` is a version of, if it is one."""
    if page.locale.language_code == settings.LANGUAGE_CODE:
        return None
    originals = Page.objects.filter(
        translation_key=page.translation_key, locale__language_code=settings.LANGUAGE_CODE
    )
    found: Page | None = originals.exclude(pk=page.pk).first()
    return found


def paths_of_originals(pages: Iterable[Page]) -> dict[Any, str]:
    """By translation key, where the originals of those pages stand that are versions of one."""
    keys = [p.translation_key for p in pages if p.locale.language_code != settings.LANGUAGE_CODE]
    if not keys:
        return {}
    originals = Page.objects.filter(
        translation_key__in=keys, locale__language_code=settings.LANGUAGE_CODE
    )
    return dict(originals.values_list("translation_key", "path"))
