"""Atom feeds: what an entry is, and how a feed travels. Knows no page type.

A kind of pages gets its feed by a view that makes `Feed(…)` and returns `answer(request, feed)`.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.http import http_date
from wagtail.models import Site

from practices_pages.sanitise import clean_line, clean_text

# So many entries: whoever asks once a month misses nothing.
ENTRIES = 50
CACHE_CONTROL = "public, max-age=300"


@dataclass(frozen=True)
class Entry:
    """`key` is what the thing is known by for ever, such as "practices/DP-0001"."""

    key: str
    title: str
    url: str
    summary: str
    published: datetime
    updated: datetime
    categories: tuple[str, ...] = ()


@dataclass(frozen=True)
class Feed:
    """`key` as of an entry; `url` is the page of the same list for people."""

    key: str
    title: str
    url: str
    language: str
    entries: tuple[Entry, ...]


def answer(request: HttpRequest, feed: Feed) -> HttpResponse:
    """The feed as Atom; empty with 304 when the reader has this very one."""
    content = written(request, feed)
    response = HttpResponse(content, content_type="application/atom+xml; charset=utf-8")
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    if feed.entries:
        latest = max(entry.updated for entry in feed.entries)
        response["Last-Modified"] = http_date(latest.timestamp())
    # Only the ETag decides: the date knows nothing of an entry that left.
    return get_conditional_response(request, etag, None, response) or response


def written(request: HttpRequest, feed: Feed) -> bytes:
    atom = Atom1Feed(
        title=clean_line(feed.title),
        link=feed.url,
        description="",
        language=feed.language,
        feed_url=request.build_absolute_uri(),
        feed_guid=identifier(request, feed.key),
    )
    for entry in feed.entries:
        atom.add_item(
            title=clean_line(entry.title),
            link=entry.url,
            # A control character has no place in XML, and would break the whole feed.
            description=clean_text(entry.summary),
            unique_id=identifier(request, entry.key),
            pubdate=entry.published,
            updateddate=entry.updated,
            categories=[clean_line(category) for category in entry.categories],
        )
    return atom.writeString("utf-8").encode()


def identifier(request: HttpRequest, key: str) -> str:
    """RFC 4151: the same under every address that the thing may get on this site."""
    site = Site.find_for_request(request)
    return f"tag:{site.hostname if site else request.get_host()},2026:{key}"
