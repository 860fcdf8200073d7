"""What a practice still lacks before the public may read it, in the editor's words.

Only looks: no writes, no permission, no request. The gate decides what follows from it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations

LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
WEB_SCHEMES = frozenset({"http", "https"})
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# What the editor's rich text is made of. Anything else came past the editor and could run.
ELEMENTS = HEADINGS | {"a", "b", "br", "embed", "em", "i", "img", "li", "ol", "p", "strong", "ul"}
ATTRIBUTES = frozenset(
    {"alt", "data-block-key", "embedtype", "format", "href", "id", "linktype", "src"}
)
# Characters that a reader does not see, so that a field made of them is empty.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), "")


@dataclass(frozen=True)
class Problem:
    """`field` is the name of the field or of the rows it stands at; empty: the whole page."""

    field: str
    message: str


def problems(page: Any) -> list[Problem]:
    """Everything that keeps `page` from being published; an empty list: nothing does."""
    has_title = page.title.translate(INVISIBLE).strip()
    found = [] if has_title else [Problem("title", _("The title is missing."))]
    found += _archival_problems(page) if page.is_archival else _missing_texts(page)
    found += _missing_facts(page)
    for section in page.sections:
        found += _rich_text_problems(section.key, section.heading, section.html)
    found += _row_problems(page)
    found += _address_problems(page)
    return found


def has_text(html: str) -> bool:
    return bool(_Reader.of(html).text.translate(INVISIBLE).strip())


def _missing_texts(page: Any) -> list[Problem]:
    found = [
        Problem(
            section.key,
            _("Section %(number)d “%(heading)s” is empty.")
            % {"number": section.number, "heading": section.heading},
        )
        for section in page.sections
        if not has_text(section.html)
    ]
    if not page.lead.strip():
        found.insert(0, Problem("lead", _("The lead is missing.")))
    return found


def _archival_problems(page: Any) -> list[Problem]:
    found = []
    if not any(has_text(section.html) for section in page.sections):
        found.append(Problem("", _("An archival description needs at least one section.")))
    if not page.archival_reason.strip():
        found.append(
            Problem("archival_reason", _("Say why the archival description is published so."))
        )
    if not page.source_url:
        found.append(
            Problem("source_url", _("An archival description needs the address of its source."))
        )
    return found


def _missing_facts(page: Any) -> list[Problem]:
    found = []
    units = [row.unit_id for row in page.practice_units.all() if row.unit_id]
    if not units:
        found.append(Problem("practice_units", _("Choose at least one local-government unit.")))
    if len(units) != len(set(units)):
        found.append(Problem("practice_units", _("A unit is listed twice.")))
    if not page.licence and not page.is_archival:
        found.append(Problem("licence", _("Choose the licence of the description.")))
    if len(page.lead) > page._meta.get_field("lead").max_length:
        found.append(Problem("lead", _("The lead is too long.")))
    if page.main_image_id:
        if not page.image_alt.strip():
            found.append(Problem("image_alt", _("Say what the main image shows.")))
        if not page.image_credit.strip():
            found.append(Problem("image_credit", _("Name the author of the main image.")))
    return found


def _rich_text_problems(field: str, heading: str, html: str) -> Iterator[Problem]:
    seen = _Reader.of(html)
    where = {"heading": heading}
    if seen.headings - {"h3"}:
        yield Problem(field, _("In “%(heading)s” use only headings of the third level.") % where)
    if seen.has_empty_heading:
        yield Problem(field, _("In “%(heading)s” a heading is empty.") % where)
    for link in seen.links:
        if not link.text.translate(INVISIBLE).strip():
            yield Problem(field, _("In “%(heading)s” a link has no text.") % where)
        if not link.is_internal and not is_safe_address(link.href, LINK_SCHEMES):
            yield Problem(
                field,
                _("In “%(heading)s” a link leads to “%(address)s”, which is not allowed.")
                % {"heading": heading, "address": link.href[:100]},
            )
    if seen.foreign:
        yield Problem(
            field,
            _("In “%(heading)s” this is not allowed: %(names)s.")
            % {"heading": heading, "names": ", ".join(sorted(seen.foreign))[:100]},
        )
    if seen.has_image_without_alt:
        yield Problem(field, _("In “%(heading)s” an image has no description.") % where)


def _row_problems(page: Any) -> Iterator[Problem]:
    for number, row in enumerate(page.documents.all(), start=1):
        for field, message in (
            ("document_id", _("Document %(number)d: choose the file.")),
            ("description", _("Document %(number)d: say what it is for.")),
            ("licence", _("Document %(number)d: choose its licence.")),
        ):
            if not getattr(row, field):
                yield Problem("documents", message % {"number": number})
    for number, row in enumerate(page.cost_items.all(), start=1):
        if row.amount is None:
            yield Problem(
                "cost_items", _("Cost %(number)d: enter the amount.") % {"number": number}
            )
    for relation in get_all_child_relations(page):
        if relation.related_model._meta.app_label == page._meta.app_label:
            yield from _invalid_rows(page, relation)


def _invalid_rows(page: Any, relation: Any) -> Iterator[Problem]:
    name = relation.get_accessor_name()
    label = relation.related_model._meta.verbose_name
    for number, row in enumerate(getattr(page, name).all(), start=1):
        try:
            row.clean_fields(exclude=[relation.field.name])
        except ValidationError as error:
            yield Problem(
                name,
                _("%(label)s %(number)d: %(errors)s")
                % {"label": label, "number": number, "errors": " ".join(error.messages)},
            )


def _address_problems(page: Any) -> Iterator[Problem]:
    for field, message in (
        ("film_url", _("The address of the film must begin with https:// or http://.")),
        ("source_url", _("The address of the source must begin with https:// or http://.")),
    ):
        address = getattr(page, field)
        if address and not is_safe_address(address, WEB_SCHEMES):
            yield Problem(field, message)


def is_safe_address(address: str, schemes: frozenset[str]) -> bool:
    """Whether a browser would follow `address` to one of `schemes`, or within this site."""
    # Browsers skip control characters and spaces, so "java\nscript:" would run.
    plain = "".join(c for c in address if c > " ")
    if plain.startswith(("/", "#")) and not plain.startswith(("//", "/\\")):
        return "http" in schemes and "mailto" in schemes
    try:
        parts = urlsplit(plain)
    except ValueError:
        return False
    if parts.scheme.lower() in WEB_SCHEMES:
        return parts.scheme.lower() in schemes and bool(parts.hostname)
    return parts.scheme.lower() in schemes and bool(parts.path)


@dataclass
class _Link:
    href: str
    is_internal: bool
    text: str = ""


class _Reader(HTMLParser):
    """Reads Wagtail's stored rich text: its text, links, headings and images."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.links: list[_Link] = []
        self.headings: set[str] = set()
        self.has_empty_heading = False
        self.has_image_without_alt = False
        # Elements and attributes that the editor does not make.
        self.foreign: set[str] = set()
        self._open_link: _Link | None = None
        self._heading_text: str | None = None

    @classmethod
    def of(cls, html: str) -> "_Reader":
        reader = cls()
        reader.feed(html or "")
        reader.close()
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.foreign |= ({tag} - ELEMENTS) | (values.keys() - ATTRIBUTES)
        if tag == "a":
            self._open_link = _Link(values.get("href") or "", "linktype" in values)
            self.links.append(self._open_link)
        elif tag in HEADINGS:
            self.headings.add(tag)
            self._heading_text = ""
        elif tag == "img" or (tag == "embed" and values.get("embedtype") == "image"):
            self.has_image_without_alt |= not (values.get("alt") or "").strip()

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open_link = None
        elif tag in HEADINGS and self._heading_text is not None:
            self.has_empty_heading |= not self._heading_text.strip()
            self._heading_text = None

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._open_link is not None:
            self._open_link.text += data
        if self._heading_text is not None:
            self._heading_text += data
