"""Facts of a page for machines, in the words of schema.org.

A page type that has more to say than its title gets a method `linked_data(address)`, which returns
one node without @context: FilmPage a VideoObject, NewsPage a NewsArticle, MeetingPage an Event, a
plan a Dataset.
"""

import json
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from practices_pages import youtube
from practices_pages.models.vocabulary import Licence

Node = dict[str, Any]
CONTEXT = "https://schema.org"
# As django.utils.html.json_script: nothing in a title can end the element that holds it.
ESCAPES = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


def as_json(nodes: Iterable[Node]) -> SafeString:
    graph = {"@context": CONTEXT, "@graph": [compact(node) for node in nodes]}
    text = json.dumps(graph, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(text)  # noqa: S308 - escaped above


def compact(node: Node) -> Node:
    """Without what nobody filled in."""
    return {key: value for key, value in node.items() if value not in (None, "", [], {})}


def breadcrumbs(trail: Iterable[tuple[str, str]]) -> Node:
    """From the home page down to the page itself, as names with addresses."""
    items = [
        {"@type": "ListItem", "position": place, "name": name, "item": address}
        for place, (name, address) in enumerate(trail, start=1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def web_site(name: str, address: str, search: str) -> Node:
    action = {
        "@type": "SearchAction",
        "target": {"@type": "EntryPoint", "urlTemplate": f"{search}?q={{search_term_string}}"},
        "query-input": "required name=search_term_string",
    }
    return {
        "@type": "WebSite",
        "@id": f"{address}#site",
        "name": name,
        "url": address,
        "potentialAction": action if search else None,
    }


def article(practice: Any) -> Node:
    """A practice. Its authors are named only as far as they agreed."""
    authors = [
        compact({"@type": "Person", "name": row.name, "jobTitle": row.role})
        for row in practice.authors.all()
        if row.consented_to_be_named and row.name
    ]
    places = [
        {"@type": "AdministrativeArea", "name": row.unit.name}
        for row in practice.practice_units.all()
        if row.unit
    ]
    return {
        "@type": "Article",
        "headline": practice.title[:110],
        "identifier": practice.pid,
        "abstract": practice.lead,
        "author": authors,
        "about": [area.name for area in practice.areas.all()],
        "spatialCoverage": places,
        "license": Licence(practice.licence).url if practice.licence else "",
        "datePublished": day(practice.first_published_at),
        "dateModified": day(practice.updated_on or practice.last_published_at),
        "isAccessibleForFree": True,
    }


def video(film: Any, address: str) -> Node:
    """A film: where it plays, how long, and what replaces its sound and picture."""
    places = [
        {"@type": "AdministrativeArea", "name": row.unit.name}
        for row in film.film_units.all()
        if row.unit
    ]
    helps = {
        "captions": film.has_captions,
        "transcript": film.transcript or film.captions,
        "audioDescription": film.audio_description == "in_film",
    }
    seconds = film.length_seconds
    return {
        "@type": "VideoObject",
        "name": film.title[:110],
        "description": film.lead,
        "uploadDate": day(film.filmed_on or film.first_published_at),
        "duration": f"PT{seconds}S" if seconds else "",
        "contentUrl": urljoin(address, film.video.url) if film.video else "",
        "embedUrl": youtube.embed_address(film.youtube_id) if film.youtube_id else "",
        "caption": _captions(film, address),
        "accessibilityFeature": [name for name, is_there in helps.items() if is_there],
        "creator": compact({"@type": "Organization", "name": film.credit}) if film.credit else "",
        "about": [area.name for area in film.areas.all()],
        "spatialCoverage": places,
        "dateModified": day(film.updated_on or film.last_published_at),
        "isAccessibleForFree": True,
    }


def news_article(item: Any) -> Node:
    """A news item, by the date that stands on it and not by that of its publication here."""
    return {
        "@type": "NewsArticle",
        "headline": item.title[:110],
        "description": item.lead,
        "datePublished": day(item.dated_on),
        "dateModified": day(item.updated_on or item.last_published_at),
        "isAccessibleForFree": True,
    }


def _captions(film: Any, address: str) -> Node:
    if film.captions is None:
        return {}
    return {
        "@type": "MediaObject",
        "contentUrl": urljoin(address, film.captions.url),
        "encodingFormat": "text/vtt",
        "inLanguage": film.locale.language_code,
    }


def day(moment: Any) -> str:
    if hasattr(moment, "hour"):
        moment = timezone.localtime(moment).date()
    return moment.isoformat() if moment else ""
