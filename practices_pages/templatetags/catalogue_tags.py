"""What the pages of the catalogues ask for."""

from urllib.parse import urljoin

from django import template
from django.urls import NoReverseMatch, reverse

from practices_pages.catalogue import Results
from practices_pages.templatetags.practices_pages_tags import frame

register = template.Library()


@register.simple_tag
def feed_link(found: Results) -> str:
    """The address of the feed with the same filters; empty where the site has none."""
    if not found.catalogue.feed:
        return ""
    try:
        address = reverse(found.catalogue.feed)
    except NoReverseMatch:
        return ""
    query = found.state.sorted_by("").query
    return f"{address}?{query}" if query else address


@register.simple_tag(takes_context=True)
def whole_address(context: template.Context, address: str) -> str:
    """An address of this page as other sites may write it, below the same root as the canonical."""
    around = frame(context)
    if around is None or around.site is None:
        return address
    return urljoin(around.site.root_url + around.request.path, address)
