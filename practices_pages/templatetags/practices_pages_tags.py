"""What every page of the site shows around its content: menu, breadcrumbs, language switch."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Manager
from django.template.loader import render_to_string
from django.urls import translate_url
from django.utils import timezone, translation
from django.utils.html import strip_tags
from wagtail.models import Page, Site
from wagtail.query import PageQuerySet

from practices_pages import catalogue, visibility
from practices_pages.models import (
    Licence,
    PracticeAuthor,
    PracticePage,
    PublicContact,
    Section,
    StandardPage,
)
from practices_pages.sanitise import WEB_SCHEMES, is_safe_address, shown_html

register = template.Library()


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    lang: str
    is_current: bool = False


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, page: Page) -> str:
    """The page's address in the language of the interface that the visitor reads now."""
    return in_interface_language(page.get_url(context.get("request")) or "")


def in_interface_language(url: str, language: str | None = None) -> str:
    """Move an address made for the default language under the prefix of `language`."""
    language = language or translation.get_language() or settings.LANGUAGE_CODE
    with translation.override(settings.LANGUAGE_CODE):
        return str(translate_url(url, language))


@register.simple_tag(takes_context=True)
def main_menu(context: template.Context) -> list[Link]:
    """Public pages right below the home page that editors show in menus."""
    return _children_of_home(context, lambda pages: pages.in_menu())


@register.simple_tag(takes_context=True)
def footer_menu(context: template.Context) -> list[Link]:
    """Every public plain page right below the home page: privacy, accessibility and the like."""
    return _children_of_home(context, lambda pages: pages.exact_type(StandardPage))


def _children_of_home(
    context: template.Context, chosen: Callable[[PageQuerySet], PageQuerySet]
) -> list[Link]:
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return []
    children = visibility.public(chosen(site.root_page.get_children())).select_related("locale")
    return [_link(context, child) for child in children]


@register.simple_tag(takes_context=True)
def breadcrumbs(context: template.Context, page: Page) -> list[Link]:
    """The way from the home page down to the parent of `page`, in the interface language."""
    request = context.get("request")
    site = Site.find_for_request(request) if request else None
    if site is None:
        return []
    above = page.get_ancestors().filter(depth__gte=site.root_page.depth).select_related("locale")
    return [_link(context, ancestor) for ancestor in above]


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[Link]:
    """This very page in each language of the site; a lone language needs no switch."""
    request = context.get("request")
    if request is None or len(settings.LANGUAGES) < 2:
        return []
    current = translation.get_language()
    return [
        Link(name, str(translate_url(request.path, code)), code, code == current)
        for code, name in settings.LANGUAGES
    ]


def _link(context: template.Context, page: Page) -> Link:
    request = context.get("request")
    url = in_interface_language(page.get_url(request) or "")
    current = getattr(request, "path", "").startswith(url) if page.depth > 2 else False
    return Link(page.title, url, page.locale.language_code, current)


@register.simple_tag(takes_context=True)
def practice_listing(context: template.Context, index: Page) -> ListPage[PracticePage]:
    request = context.get("request")
    return catalogue.listing(index, request.GET.get("page") if request else None)


@register.simple_tag
def newest_practices(count: int) -> list[PracticePage]:
    return catalogue.newest(count)


@register.simple_tag
def public_contact(practice: PracticePage) -> PublicContact | None:
    """Whom visitors may write to today."""
    return practice.public_contact(timezone.localdate())


@register.filter
def named(authors: Manager[PracticeAuthor]) -> list[PracticeAuthor]:
    """Only the authors who agreed to be named."""
    return [author for author in authors.all() if author.consented_to_be_named and author.name]


@register.filter
def licence_url(code: str) -> str:
    return Licence(code).url if code in Licence.values else ""


@register.filter
def shown(html: str) -> str:
    """Rich text, clean whatever is stored, with its links made real."""
    # Wagtail's own template for rich text, so that a site which overrides it still may.
    return render_to_string("wagtailcore/shared/richtext.html", {"html": shown_html(html)})


@register.filter
def web_address(address: str) -> str:
    """An address for a link, or nothing where a browser would do something else with it."""
    return address if is_safe_address(address, WEB_SCHEMES) else ""


@register.filter
def dialled(phone: str) -> str:
    """A telephone number as a telephone takes it."""
    return "".join(c for c in phone if c in "+0123456789")


@register.filter
def missing(sections: list[Section]) -> list[Section]:
    """The sections without any text."""
    return [section for section in sections if not strip_tags(section.html).strip()]


@register.filter
def page_numbers(paginator: Paginator[Any], number: int) -> list[int | str]:
    """First, last and near pages, so that the row of links stays short."""
    return list(paginator.get_elided_page_range(number, on_each_side=2, on_ends=1))
