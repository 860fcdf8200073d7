"""The one place where HTML from outside becomes HTML of ours.

`clean_html` is what may be stored, `shown_html` what may be shown. Both follow one allow-list,
made from the names of Wagtail's rich text features. nh3 parses first, as browsers do; bleach is
the second opinion (docs/adr/0012-sanitising.md says why, and how to drop it).
Cleaning what is clean changes nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

import nh3
from bleach.sanitizer import Cleaner as SecondCleaner
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

# More than any section of a practice needs, and little enough for every parser: they slow down
# with the square of how many elements are open.
MAX_LENGTH = 100_000
MAX_TAGS = 5_000
MAX_DEPTH = 20  # No editor nests deeper.
LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
WEB_SCHEMES = frozenset({"http", "https"})

# THE allow-list: what each rich text feature may leave in a text.
ALWAYS = frozenset({"p", "br"})
TAGS_OF_FEATURE: dict[str, frozenset[str]] = {
    "h2": frozenset({"h2"}),
    "h3": frozenset({"h3"}),
    "bold": frozenset({"b", "strong"}),
    "italic": frozenset({"i", "em"}),
    "ol": frozenset({"ol", "li"}),
    "ul": frozenset({"ul", "li"}),
    "link": frozenset({"a"}),
    "document-link": frozenset({"a"}),
}
# Wagtail stores a link to a page or a document by its kind and number.
LINKTYPE_OF_FEATURE = {"link": "page", "document-link": "document"}
# The editor's name of a block: its comments hang on it.
BLOCK_KEY = "data-block-key"
KEYED = frozenset({"p", "h2", "h3", "li"})
BLOCK_KEY_VALUE = re.compile(r"[A-Za-z0-9]{1,16}")
NUMBER = re.compile(r"[0-9]{1,18}")
# Gone with everything inside: programs, styles, foreign documents, raw text.
GONE = frozenset(
    {
        "applet", "audio", "canvas", "embed", "frameset", "head", "iframe", "math", "noembed",
        "noframes", "noscript", "object", "plaintext", "script", "select", "style", "svg",
        "template", "textarea", "title", "video", "xmp",
    }
)  # fmt: skip

# Boxes of foreign pages become paragraphs, so that their words do not run into each other.
# Only tidies up: what comes out is parsed and cleaned afterwards.
BOX = re.compile(
    r"<(/?)(?:address|article|aside|blockquote|caption|center|dd|details|div|dl|dt|figcaption"
    r"|figure|footer|form|header|hgroup|main|nav|pre|section|summary|table|tbody|td|tfoot|th|thead"
    r"|tr)\b[^<>]*>",
    re.IGNORECASE,
)
HEADING = re.compile(r"<(/?)h([1-6])\b[^<>]*>", re.IGNORECASE)
# A browser opens formatting again in each paragraph, three times at most when it looks the same:
# with an attribute of its own each would multiply a text without end. So the attributes move
# into an element that means nothing.
FORMATTING = re.compile(
    r"<(b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/])", re.IGNORECASE
)
TAG = re.compile(r"<(/?)([a-z0-9]+)[^<>]*>")
EMPTY_PARAGRAPH = re.compile(r"<p>\s*</p>")
LINK = re.compile(r"<a( [^<>]*)?>")
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')

# Controls; bidirectional marks and overrides, zero-width spaces and the invisible "tags", which
# make a text look like another one; halves of characters. Joiners stay: emoji need them.
UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
# A non-breaking space after a one-letter word or between a number and what it counts is Polish
# typography; any other one came from a word processor.
STRAY_NBSP = re.compile(r"(?<!\d)(?:(?<=\w\w)|(?<!\w))\xa0|\xa0(?!\w)")
# What would end an attribute, or read as another address than a browser takes.
UNSAFE_IN_ADDRESS = {ord(c): f"%{ord(c):02X}" for c in "\"'<>`"}


class MarkupTooLong(ValidationError):
    """A text above MAX_LENGTH or MAX_TAGS: it is refused before anything parses it."""

    def __init__(self) -> None:
        super().__init__(
            _("The text is too long or has too much formatting: shorten it or divide it."),
            code="markup_too_long",
        )


def clean_html(html: str, features: Sequence[str]) -> str:
    """`html` as an editor with these rich text features may store it. Repeatable.

    Whatever is not allowed goes; its words stay, unless they are a program. A link that leads
    somewhere it may not stays as `<a>` without address, so that the gate can name it. Raises
    MarkupTooLong.
    """
    return _cleaned(html, frozenset(features))


# The gate, the revision and the page ask about the same texts within one request.
@lru_cache(maxsize=64)
def _cleaned(html: str, features: frozenset[str]) -> str:
    rules = _rules(features)
    tidy = _parse(_boxes(_not_too_long(html), rules.tags), rules.stored)
    # A few bytes of damaged markup can stand for many; bleach must not see them.
    tidy = rules.second.clean(_not_too_long(_shallow(_settle_links(tidy))))
    return EMPTY_PARAGRAPH.sub("", STRAY_NBSP.sub(" ", tidy)).replace("<br>", "<br/>").strip()


def shown_html(html: str) -> str:
    """Stored rich text as a browser may have it, links to pages and documents made real.

    Clean also where the text came past `clean_html`: by raw SQL, or before it existed.
    """
    if _is_too_long(html):
        return escape(html)
    rules = _rules(frozenset(TAGS_OF_FEATURE))
    shown = str(expand_db_html(_settle_links(_parse(html, rules.shown))))
    # What Wagtail writes for a page that has no address, such as the root.
    return shown.replace('<a href="None">', "<a>")


def clean_text(text: str) -> str:
    """`text` without what nobody sees but a program obeys; line breaks and tabs stay."""
    return UNSEEN.sub("", LINE_ENDS.sub("\n", text))


def clean_line(text: str) -> str:
    """`clean_text` of what is one line: a title with a line break would break a mail's subject."""
    return re.sub("[\n\t ]+", " ", clean_text(text)).strip()


def is_safe_address(address: str, schemes: frozenset[str]) -> bool:
    """Whether a browser would follow `address` to one of `schemes`, or within this site."""
    plain = _as_followed(address)
    if plain.startswith(("/", "#")) and not plain.startswith(("//", "/\\")):
        return "http" in schemes and "mailto" in schemes
    try:
        parts = urlsplit(plain)
    except ValueError:
        return False
    if parts.scheme.lower() in WEB_SCHEMES:
        # `https://bank.example@other.example/` shows one host and leads to another.
        honest = bool(parts.hostname) and not set(parts.netloc) & {"@", "\\"}
        return honest and parts.scheme.lower() in schemes
    return parts.scheme.lower() in schemes and bool(parts.path)


def _as_followed(address: str) -> str:
    # Browsers skip control characters and spaces, so "java\nscript:" would run.
    return "".join(c for c in clean_text(address) if c > " " and not c.isspace())


@dataclass(frozen=True)
class _Rules:
    """The allow-list of some features, once for each parser."""

    tags: frozenset[str]
    stored: nh3.Cleaner
    shown: nh3.Cleaner
    second: SecondCleaner


@lru_cache(maxsize=32)
def _rules(features: frozenset[str]) -> _Rules:
    tags = ALWAYS.union(*(TAGS_OF_FEATURE.get(feature, frozenset()) for feature in features))
    linktypes = {LINKTYPE_OF_FEATURE[name] for name in features & LINKTYPE_OF_FEATURE.keys()}

    def kept(tag: str, name: str, value: str) -> str | None:
        if name == "href":
            return value if "link" in features else None
        if name == "linktype":
            return value if value in linktypes else None
        pattern = NUMBER if name == "id" else BLOCK_KEY_VALUE
        return value if pattern.fullmatch(value) else None

    link = {"a": {"href", "id", "linktype"}} if "a" in tags else {}
    keyed = {tag: {BLOCK_KEY} for tag in KEYED & tags}
    common: dict[str, Any] = {
        "tags": set(tags),
        "clean_content_tags": set(GONE),
        "attribute_filter": kept,
        "url_schemes": set(LINK_SCHEMES),
        "generic_attribute_prefixes": set(),
    }
    return _Rules(
        tags,
        nh3.Cleaner(attributes=link | keyed, link_rel=None, **common),
        nh3.Cleaner(attributes=link, link_rel=None, **common),
        SecondCleaner(
            tags=tags,
            attributes=lambda tag, name, value: (
                name in (link | keyed).get(tag, ()) and kept(tag, name, value) == value
            ),
            protocols=LINK_SCHEMES,
            strip=True,
        ),
    )


def _not_too_long(html: str) -> str:
    if _is_too_long(html):
        raise MarkupTooLong
    return html


def _is_too_long(html: str) -> bool:
    return len(html) > MAX_LENGTH or html.count("<") > MAX_TAGS


def _parse(html: str, cleaner: nh3.Cleaner) -> str:
    parsed = cleaner.clean(FORMATTING.sub(r"<\1><x ", clean_text(html)))
    # Again: what was written as an entity has become a character only now.
    return clean_text(parsed.replace("&nbsp;", "\xa0"))


def _shallow(html: str) -> str:
    """Without the elements below MAX_DEPTH; their words stay. Reads what nh3 has written."""
    depth = 0

    def within(match: re.Match[str]) -> str:
        nonlocal depth
        if match[2] == "br":
            return match[0]
        deep = depth > MAX_DEPTH if match[1] else depth >= MAX_DEPTH
        depth += -1 if match[1] else 1
        return "" if deep else match[0]

    return TAG.sub(within, html)


def _boxes(html: str, tags: frozenset[str]) -> str:
    def heading(match: re.Match[str]) -> str:
        same = f"h{match[2]}"
        other = "h2" if "h2" in tags and same == "h1" else "h3" if "h3" in tags else "p"
        return match[0] if same in tags else f"<{match[1]}{other}>"

    return HEADING.sub(heading, BOX.sub(r"<\1p>", html))


def _settle_links(html: str) -> str:
    """Each link is either internal, or has an address that may be followed, or has nothing.

    Reads only what nh3 has written: there every value is quoted and holds no `<` and no `>`.
    """
    return LINK.sub(_settled_link, html)


def _settled_link(match: re.Match[str]) -> str:
    values = {name: unescape(value) for name, value in ATTRIBUTE.findall(match[1] or "")}
    if "linktype" in values and "id" in values:
        inner = [f'{name}="{value}"' for name, value in values.items() if name != "href"]
        return f"<a {' '.join(inner)}>"
    address = _as_followed(values.get("href", ""))
    if "linktype" in values or not is_safe_address(address, LINK_SCHEMES):
        return "<a>"
    return f'<a href="{escape(address.translate(UNSAFE_IN_ADDRESS))}">'
