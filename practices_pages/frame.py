"""What stands around the content of every page, asked once per request: menus, path, languages."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import translation
from wagtail.models import Page, Site

from practices_pages import visibility
from practices_pages.models import AccessibilityStatementPage, PracticeIndexPage, StandardPage


@dataclass(frozen=True)
class Version:
    """The same page in one language of the site. `is_translated`: the content is, too."""

    language: str
    url: str
    is_translated: bool = False


def in_interface_language(url: str, language: str | None = None) -> str:
    """Move an address made for the default language under the prefix of `language`."""
    language = language or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(settings.LANGUAGE_CODE):
        return str(translate_url(url, language))


def address_of(page: Page, request: HttpRequest | None, language: str | None = None) -> str:
    """A page's address in a language of the interface. Only content of the default language can be
    read in the other ones; a translation has its own address."""
    url = str(page.get_url(request) or "")
    if page.locale.language_code != settings.LANGUAGE_CODE:
        return url
    return in_interface_language(url, language)


@dataclass
class Frame:
    request: HttpRequest
    page: Page | None
    site: Site | None = field(init=False)

    def __post_init__(self) -> None:
        self.site = Site.find_for_request(self.request)

    @cached_property
    def _known(self) -> list[Page]:
        """In one statement: the pages below the home page, the pages above this one, and its
        versions in other languages, public or not."""
        if self.site is None:
            return []
        home = self.site.root_page
        wanted = Q(depth=home.depth + 1, path__startswith=home.path)
        if self.page is not None and self.page.path:
            wanted |= Q(path__in=self._paths_above) | Q(translation_key=self.page.translation_key)
        found = list(Page.objects.filter(wanted).select_related("locale").order_by("path"))
        for page in found:
            if self.page is not None and page.locale_id == self.page.locale_id:
                self.page.locale = page.locale  # Every template asks for it, and would query.
        return found

    def _is_public(self, page: Page) -> bool:
        return visibility.current_barriers().show_to_all(page)

    @property
    def _paths_above(self) -> list[str]:
        if self.site is None or self.page is None:
            return []
        lengths = range(len(self.site.root_page.path), len(self.page.path), Page.steplen)
        return [self.page.path[:length] for length in lengths]

    @cached_property
    def sections(self) -> list[Page]:
        """The public pages right below the home page, in the visitor's language where there is
        such a version."""
        if self.site is None:
            return []
        home = self.site.root_page
        below = (page for page in self._known if page.is_child_of(home))
        pages = [page for page in below if self._is_public(page)]
        language = translation.get_language()
        if language == settings.LANGUAGE_CODE or not pages:
            return pages
        keys = [page.translation_key for page in pages]
        versions = Page.objects.filter(
            locale__language_code=language, translation_key__in=keys
        ).select_related("locale")
        by_key = {page.translation_key: page for page in versions if self._is_public(page)}
        return [by_key.get(page.translation_key, page) for page in pages]

    @property
    def menu(self) -> list[Page]:
        return [page for page in self.sections if page.show_in_menus]

    def of_type(self, *models: type[Page]) -> list[Page]:
        wanted = {ContentType.objects.get_for_model(model).pk for model in models}
        return [page for page in self.sections if page.content_type_id in wanted]

    @cached_property
    def plain_pages(self) -> list[Page]:
        return self.of_type(StandardPage, AccessibilityStatementPage)

    @cached_property
    def catalogue(self) -> Page | None:
        """Where one searches: the first public list of practices of this site."""
        if self.site is None:
            return None
        if near := self.of_type(PracticeIndexPage):
            return near[0]
        indexes = PracticeIndexPage.objects.descendant_of(self.site.root_page).order_by("path")
        found: Page | None = visibility.public(indexes).select_related("locale").first()
        return found

    @cached_property
    def ancestors(self) -> list[Page]:
        """From the home page down to the parent."""
        above = set(self._paths_above)
        return [page for page in self._known if page.path in above]

    @cached_property
    def view(self) -> str:
        """What the address has after the page's own: a view of it, such as the map of a list."""
        own = address_of(self.page, self.request) if self.page is not None else ""
        path = self.request.path
        return path.removeprefix(own) if own and path.startswith(own) else ""

    @cached_property
    def versions(self) -> list[Version]:
        """What of this very page can be read, in the order of LANGUAGES.

        The interface is in every language, so a Polish page is found in the English interface too,
        unless it has an English version: then that one.
        """
        page = self.page
        if page is None or getattr(self.request, "is_preview", False):
            return [Version(code, self._here(code)) for code, _ in settings.LANGUAGES]
        # In this order: with the pages around it the page gets its locale, which the view asks for.
        translated, view = self._translations(page), self.view
        found = []
        for code, _name in settings.LANGUAGES:
            if code == page.locale.language_code:
                found.append(Version(code, self._here(code), is_translated=True))
            elif code in translated:
                url = str(translated[code].get_url(self.request) or "") + view
                found.append(Version(code, url, is_translated=True))
            elif page.locale.language_code == settings.LANGUAGE_CODE:
                found.append(Version(code, self._here(code)))
        return found

    def _translations(self, page: Page) -> dict[str, Page]:
        return {
            other.locale.language_code: other
            for other in self._known
            if other.translation_key == page.translation_key
            and other.pk != page.pk
            and self._is_public(other)
        }

    def _here(self, language: str) -> str:
        return str(translate_url(self.request.path, language))


def frame_of(request: HttpRequest, page: Any) -> Frame:
    """The same one for every part of one answer."""
    page = page if isinstance(page, Page) else None
    known: Frame | None = getattr(request, "practices_frame", None)
    if known is None or known.page is not page:
        known = Frame(request, page)
        request.practices_frame = known  # type: ignore[attr-defined]
    return known
