"""What stands around a page: the search, ways to pass it on, who paid for it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django import template
from django.template import Context
from wagtail.models import Page, Site

from practices_pages.frame import address_of
from practices_pages.funding import funding_of
from practices_pages.models import FundingLogo, FundingNotice, ProjectPage
from practices_pages.sharing import Sharing, description_of
from practices_pages.sharing import sharing as sharing_of
from practices_pages.templatetags.practices_pages_tags import frame

register = template.Library()


@dataclass(frozen=True)
class Notice:
    text: str
    logos: list[Any]
    lang: str
    project: ProjectPage | None = None


@register.simple_tag(takes_context=True)
def sharing(context: Context) -> Sharing | None:
    around = frame(context)
    return sharing_of(around, query=context.get("canonical_query")) if around else None


@register.simple_tag
def page_description(page: Page) -> str:
    return description_of(page)


@register.simple_tag(takes_context=True)
def catalogue_url(context: Context) -> str:
    """Where one searches, in the language of the interface."""
    around = frame(context)
    index = around.catalogue if around else None
    return address_of(index, context.get("request")) if index else ""


@register.simple_tag(takes_context=True)
def mail_link(context: Context, page: Page) -> str:
    """A letter to nobody yet, with the title and address of the page."""
    request = context.get("request")
    if request is None or not page:
        return ""
    address = request.build_absolute_uri(address_of(page, request))
    text = quote("\r\n".join((page.title, address)))
    return f"mailto:?subject={quote(page.title)}&body={text}"


@register.simple_tag(takes_context=True)
def funding_notices(context: Context, page: Any) -> list[Notice]:
    """Of the page's public projects, and of the site."""
    notices = []
    for project in funding_of(page):
        logos = [logo for logo in project.funding_logos.all() if logo.image]
        lang = project.locale.language_code
        notices.append(Notice(project.funding_text, logos, lang, project))
    around = frame(context)
    own = _notice_of(around.site) if around and around.site else None
    return [*notices, own] if own else notices


def _notice_of(site: Site) -> Notice | None:
    """One query as long as there are no logos. Nothing is written for a site without a notice."""
    rows = FundingNotice.objects.filter(site=site).order_by("logos__sort_order")
    found = list(rows.values_list("text", "logos"))
    keys = [key for _text, key in found if key]
    logos = FundingLogo.objects.filter(pk__in=keys).select_related("image") if keys else []
    text = found[0][0] if found else ""
    return Notice(text, list(logos), "pl") if text or logos else None
