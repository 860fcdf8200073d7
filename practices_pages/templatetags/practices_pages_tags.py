"""What every page of the site shows around its content: menu, breadcrumbs, language switch."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Manager
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from wagtail.models import Page

from practices_pages.frame import Frame, address_of, frame_of
from practices_pages.frame import in_interface_language as in_interface_language
from practices_pages.models import (
    VOIVODESHIPS,
    Licence,
    PracticeAuthor,
    PracticePage,
    PublicContact,
    Section,
)
from practices_pages.sanitise import WEB_SCHEMES, is_safe_address, shown_html
from practices_pages.sharing import tail_of

register = template.Library()


@dataclass(frozen=True)
class Link:
    title: str
    url: str
    lang: str
    is_current: bool = False


def frame(context: template.Context) -> Frame | None:
    request = context.get("request")
    return frame_of(request, context.get("page")) if request else None


@register.simple_tag(takes_context=True)
def page_url(context: template.Context, page: Page) -> str:
    """The page's address in the language of the interface that the visitor reads now."""
    return address_of(page, context.get("request"))


@register.simple_tag(takes_context=True)
def main_menu(context: template.Context) -> list[Link]:
    """Public pages right below the home page that editors show in menus."""
    around = frame(context)
    return [_link(context, page) for page in around.menu] if around else []


@register.simple_tag(takes_context=True)
def footer_menu(context: template.Context) -> list[Link]:
    """Every public plain page right below the home page: privacy, accessibility and the like."""
    around = frame(context)
    return [_link(context, page) for page in around.plain_pages] if around else []


@register.simple_tag(takes_context=True)
def breadcrumbs(context: template.Context, page: Page) -> list[Link]:
    """The way from the home page down to the parent of `page`, in the interface language."""
    request = context.get("request")
    around = frame_of(request, page) if request else None
    return [_link(context, ancestor) for ancestor in around.ancestors] if around else []


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[Link]:
    """This very page in each language of the site, or else the home page in it; a lone language
    needs no switch."""
    around = frame(context)
    if around is None or len(settings.LANGUAGES) < 2:
        return []
    versions = around.versions
    # With the filters of a catalogue, which are the same in every language.
    tail = tail_of(around, context.get("canonical_query"))
    urls = {version.language: version.url + tail for version in versions}
    current = translation.get_language()
    return [
        Link(name, urls.get(code) or _home_address(code), code, code == current)
        for code, name in settings.LANGUAGES
    ]


def _home_address(language: str) -> str:
    with translation.override(language):
        return reverse("wagtail_serve", args=[""])


def _link(context: template.Context, page: Page) -> Link:
    request = context.get("request")
    url = address_of(page, request)
    current = getattr(request, "path", "").startswith(url) if page.depth > 2 else False
    return Link(page.title, url, page.locale.language_code, current)


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
def voivodeship(code: str) -> str:
    """The name of the voivodeship that a TERYT code begins with."""
    return VOIVODESHIPS.get(code[:2], "")


@register.filter
def missing(sections: list[Section]) -> list[Section]:
    """The sections without any text."""
    return [section for section in sections if not strip_tags(section.html).strip()]


@register.filter
def page_numbers(paginator: Paginator[Any], number: int) -> list[int | str]:
    """First, last and near pages, so that the row of links stays short."""
    return list(paginator.get_elided_page_range(number, on_each_side=2, on_ends=1))
