"""/sitemap.xml: every page that anybody may read, in each language in which it can be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import translation
from django.views.decorators.http import require_safe
from wagtail.models import Page, Site

from practices_pages import visibility
from practices_pages.frame import in_interface_language

ADDRESSES_A_FILE = 2_000
CACHE_CONTROL = "public, max-age=300"


@dataclass(frozen=True)
class Address:
    """A page, or one of the views below its own address."""

    page: Page
    view: str = ""


class PublicPages(Sitemap):
    """Pages of one site. A Polish page stands in the English interface, too, unless it has an
    English version; see ADR 7."""

    i18n = alternates = x_default = True
    limit = ADDRESSES_A_FILE

    def __init__(self, site: Site, request: HttpRequest) -> None:
        self.site, self.request = site, request
        self._known: dict[tuple[int, str], str] = {}

    def items(self) -> list[Address]:
        return self.addresses

    @cached_property
    def addresses(self) -> list[Address]:
        """A page and its translations are one entry, told by whichever comes first."""
        first = {page.translation_key: page for page in reversed(list(self.pages.values()))}
        pages = list(first.values())[::-1]
        return [Address(page, view) for page in pages for view in ("", *self._views(page))]

    @cached_property
    def pages(self) -> dict[tuple[Any, str], Page]:
        """By translation key and language. An alias shows what its source shows."""
        found: dict[tuple[Any, str], Page] = {}
        for root in (self.site.root_page, *self.site.root_page.get_translations()):
            below = Page.objects.descendant_of(root, inclusive=True).filter(alias_of=None)
            public = visibility.public(below)
            for page in public.select_related("locale").order_by("path"):
                found[page.translation_key, page.locale.language_code] = page
        return found

    def _views(self, page: Page) -> Iterator[str]:
        """What a page type adds to Wagtail's list of its addresses."""
        if page.specific_class.get_sitemap_urls is Page.get_sitemap_urls:
            return
        own = page.get_full_url(self.request)
        for url in page.specific.get_sitemap_urls(self.request):
            view = url["location"].removeprefix(own)
            if view and view != url["location"]:
                yield view

    def get_languages_for_item(self, item: Address) -> list[str]:
        """Polish content is read in every interface, other content in its own."""
        key = item.page.translation_key
        codes = [code for code, _name in settings.LANGUAGES]
        if (key, settings.LANGUAGE_CODE) in self.pages:
            return codes
        return [code for code in codes if (key, code) in self.pages]

    def location(self, item: Address) -> str:
        key = item.page.translation_key
        language = translation.get_language() or settings.LANGUAGE_CODE
        page = self.pages.get((key, language)) or self.pages[key, settings.LANGUAGE_CODE]
        return self._address(page, language) + item.view

    def _address(self, page: Page, language: str) -> str:
        """As address_of() says it. Every address of a page names all the others."""
        if (page.pk, language) not in self._known:
            url = str(page.get_url(self.request))
            if page.locale.language_code == settings.LANGUAGE_CODE:
                url = self._beginnings[language] + url.removeprefix(self._home)
            self._known[page.pk, language] = url
        return self._known[page.pk, language]

    @cached_property
    def _home(self) -> str:
        return str(self.site.root_page.get_url(self.request))

    @cached_property
    def _beginnings(self) -> dict[str, str]:
        """How addresses begin in each language of the interface."""
        codes = [code for code, _name in settings.LANGUAGES]
        return {code: in_interface_language(self._home, code) for code in codes}

    def lastmod(self, item: Address) -> Any:
        return item.page.last_published_at

    def get_domain(self, site: Any = None) -> str:
        return self.site.root_url.partition("://")[2]

    def get_protocol(self, protocol: str | None = None) -> str:
        return self.site.root_url.partition("://")[0]


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """One file, or a list of files where there is too much for one."""
    site = Site.find_for_request(request)
    if site is None:
        raise Http404
    pages = PublicPages(site, request)
    files = pages.paginator.num_pages
    number = request.GET.get("p")
    if number is None and files > 1:
        context: dict[str, Any] = {"files": list(_files(site, files))}
        return _xml(request, "practices_pages/sitemap_index.xml", context)
    try:
        urls = pages.get_urls(page=number or 1)
    except (EmptyPage, PageNotAnInteger) as error:
        raise Http404 from error
    return _xml(request, "practices_pages/sitemap.xml", {"urls": urls})


def _files(site: Site, number: int) -> Iterator[str]:
    for place in range(1, number + 1):
        yield f"{site.root_url}/sitemap.xml?p={place}"


def _xml(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    response = TemplateResponse(request, template, context, content_type="application/xml")
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = CACHE_CONTROL
    return response
