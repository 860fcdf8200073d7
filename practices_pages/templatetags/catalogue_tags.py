"""What the pages of the catalogues ask for."""

from django import template
from django.urls import NoReverseMatch, reverse

from practices_pages.catalogue import Results

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
