"""What a practice still lacks before the public may read it, in the editor's words.

Only looks: no writes, no permission, no request. The gate decides what follows from it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import URLField
from django.urls import Resolver404
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.fields import RichTextField

from practices_pages.alt_texts import is_file_name
from practices_pages.sanitise import WEB_SCHEMES, MarkupTooLong, clean_html, is_safe_address

HEADINGS = frozenset({"h2", "h3"})
# Characters that a reader does not see, so that a field made of them is empty.
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"), "")


@dataclass(frozen=True)
class Problem:
    """`field` is the name of the field or of the rows it stands at; empty: the whole page."""

    field: str
    message: str


@dataclass(frozen=True)
class RichText:
    """A rich text of a page, as a reader meets it."""

    key: str
    heading: str
    html: str


def practice_problems(page: Any) -> list[Problem]:
    """Everything that keeps a practice from being published; an empty list: nothing does."""
    found = _title_problems(page)
    found += _archival_problems(page) if page.is_archival else _missing_texts(page)
    found += _missing_facts(page)
    return found + _problems_of_any_page(page)


def page_problems(page: Any) -> list[Problem]:
    """What keeps a page of any other type from being published, whatever its fields are."""
    return _title_problems(page) + _problems_of_any_page(page)


def is_empty(text: str) -> bool:
    """Whether a reader sees nothing of it."""
    return not text.translate(INVISIBLE).strip()


def lead_problems(page: Any) -> list[Problem]:
    return [Problem("lead", _("The lead is missing."))] if is_empty(page.lead) else []


def repeated_units(rows: Iterable[Any], name: str) -> list[Problem]:
    """`name` is that of the rows, each of which has a unit or none yet."""
    units = [row.unit_id for row in rows if row.unit_id]
    is_repeated = len(units) != len(set(units))
    return [Problem(name, _("A unit is listed twice."))] if is_repeated else []


def _title_problems(page: Any) -> list[Problem]:
    return [Problem("title", _("The title is missing."))] if is_empty(page.title) else []


def _problems_of_any_page(page: Any) -> list[Problem]:
    found = [*_slug_problems(page), *_image_problems(page)]
    for text in _rich_texts(page):
        found += _rich_text_problems(page, text)
    found += _row_problems(page)
    found += _address_problems(page)
    return found


def _slug_problems(page: Any) -> Iterator[Problem]:
    """A view of the page above, such as its map, would be shown in this page's place."""
    parent = page.get_parent() if page.path else None
    routes = getattr(parent.specific_class, "get_resolver", None) if parent else None
    if routes is None or page.alias_of_id:
        return
    try:
        routes().resolve(f"/{page.slug}/")
    except Resolver404:
        return
    yield Problem("slug", _("The address “%(slug)s” is taken: choose another.") % vars(page))


def _rich_texts(page: Any) -> Iterator[RichText]:
    for field in page._meta.fields:
        if isinstance(field, RichTextField):
            yield RichText(field.name, str(field.verbose_name), getattr(page, field.name) or "")


def _image_problems(page: Any) -> Iterator[Problem]:
    if not getattr(page, "main_image_id", None):
        return
    if not page.image_alt.strip():
        yield Problem("image_alt", _("Say what the main image shows."))
    elif is_file_name(page.image_alt, page.main_image):
        yield Problem("image_alt", _("Say what the main image shows: this is a name of a file."))
    if not page.image_credit.strip():
        yield Problem("image_credit", _("Name the author of the main image."))


def plain_text(html: str) -> str:
    """What a reader sees of clean rich text, without what nobody sees."""
    return _Reader.of(html).text.translate(INVISIBLE).strip()


def _has_text(page: Any, section: Any) -> bool:
    try:
        text = _Reader.of(_as_stored(page, section)).text
    except MarkupTooLong:
        return True
    return bool(text.translate(INVISIBLE).strip())


def _as_stored(page: Any, section: Any) -> str:
    """The section's HTML as publishing will store it."""
    return clean_html(section.html, page._meta.get_field(section.key).features)


def _missing_texts(page: Any) -> list[Problem]:
    return lead_problems(page) + [
        Problem(
            section.key,
            _("Section %(number)d “%(heading)s” is empty.")
            % {"number": section.number, "heading": section.heading},
        )
        for section in page.sections
        if not _has_text(page, section)
    ]


def _archival_problems(page: Any) -> list[Problem]:
    found = []
    if not any(_has_text(page, section) for section in page.sections):
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
    rows = page.practice_units.all()
    if not any(row.unit_id for row in rows):
        found.append(Problem("practice_units", _("Choose at least one local-government unit.")))
    found += repeated_units(rows, "practice_units")
    if not page.licence and not page.is_archival:
        found.append(Problem("licence", _("Choose the licence of the description.")))
    if len(page.lead) > page._meta.get_field("lead").max_length:
        found.append(Problem("lead", _("The lead is too long.")))
    return found


def _rich_text_problems(page: Any, section: Any) -> Iterator[Problem]:
    where = {"heading": section.heading}
    try:
        seen = _Reader.of(_as_stored(page, section))
    except MarkupTooLong as error:
        yield Problem(section.key, f"{section.heading} {error.message}")
        return
    if seen.has_empty_heading:
        yield Problem(section.key, _("In “%(heading)s” a heading is empty.") % where)
    for link in seen.links:
        text = link.text.translate(INVISIBLE).strip()
        if not text:
            yield Problem(section.key, _("In “%(heading)s” a link has no text.") % where)
        elif not link.has_target:
            yield Problem(
                section.key,
                _("In “%(heading)s” the link “%(text)s” has no address, or one not allowed.")
                % (where | {"text": text[:100]}),
            )


def _row_problems(page: Any) -> Iterator[Problem]:
    for relation in get_all_child_relations(page):
        if relation.related_model._meta.app_label == page._meta.app_label:
            yield from _lacking_rows(page, relation)
            yield from _invalid_rows(page, relation)


def _lacking_rows(page: Any, relation: Any) -> Iterator[Problem]:
    """Rows say themselves what they lack, those whose model has a method `lacks`."""
    name = relation.get_accessor_name()
    for number, row in enumerate(getattr(page, name).all(), start=1):
        if hasattr(row, "lacks"):
            yield from (Problem(name, message) for message in row.lacks(number))


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
    for field in page._meta.fields:
        if isinstance(field, URLField):
            address = getattr(page, field.name)
            if address and not is_safe_address(address, WEB_SCHEMES):
                where = {"field": field.verbose_name}
                message = _("The address “%(field)s” must begin with https:// or http://.")
                yield Problem(field.name, message % where)


@dataclass
class _Link:
    has_target: bool
    text: str = ""


class _Reader(HTMLParser):
    """Reads clean rich text: its text, links and headings."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.links: list[_Link] = []
        self.has_empty_heading = False
        self._open_link: _Link | None = None
        self._heading_text: str | None = None

    @classmethod
    def of(cls, html: str) -> "_Reader":
        reader = cls()
        reader.feed(html or "")
        reader.close()
        return reader

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._open_link = _Link(has_target=bool(attrs))
            self.links.append(self._open_link)
        elif tag in HEADINGS:
            self._heading_text = ""

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
