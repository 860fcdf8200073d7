"""A fact of a source document: which field holds it, and where its page shows it.

The tables of these facts are what the pages are built from, so nothing is in a page that was not
read in the document, but for what the gate asks of every page.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any

from bs4 import BeautifulSoup, Tag
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.documents import get_document_model
from wagtail.models import Page, Site

from cms.site_setup import ensure_site
from practices_pages import models
from practices_pages.models import ProjectIndexPage, ProjectPage, ProjectPartner
from practices_pages.models.rich_text import CleanRichTextField
from tests.practices_pages.isolation_world import make_image
from tests.seeds.reading import Reading, day, found, html, paragraphs, plain

NUMBER = re.compile(r"(?<!\()\d+|\d+(?!\))")  # But (1), which only counts.
ROW = re.compile(r"(?P<rows>\w+)\.(?P<number>\d+)(?P<each>\+?)\.(?P<name>\w+)")


@dataclass(frozen=True)
class Fact:
    """`field` is “page.field”, “page.rows.2.field” of the second row, “page.rows.1+.field” of one
    row for each thing said, or empty for words that the page type itself brings.

    `place` is the CSS selector of what shows it; with “ @href” the address there.
    """

    field: str
    said: Reading
    place: str
    holds: Callable[..., Any] = str
    # When the page says it in other words than the document.
    shown: str | Callable[[str], str] = ""
    # The page that shows it; empty: the one whose field it is.
    page: str = ""

    @property
    def owner(self) -> str:
        return self.field.split(".")[0]

    @property
    def path(self) -> str:
        return self.field.partition(".")[2]

    def words(self, said: str) -> str:
        return self.shown(said) if callable(self.shown) else self.shown or said


@dataclass(frozen=True)
class Told:
    """What the document says of a fact, and the values that the fields got."""

    fact: Fact
    said: list[str]
    values: list[Any]


def dd(term: str) -> str:
    """The details of a term on the band of facts."""
    return f'.facts > div:has(> dt:-soup-contains("{term}")) > dd'


def always(value: Any) -> Callable[..., Any]:
    return lambda *_said: value


def tell(document: str, facts: Iterable[Fact], pages: dict[str, Any]) -> list[Told]:
    """Write each fact into its field. Nothing is saved."""
    told = []
    for fact in facts:
        said = [document[start:end] for start, end in fact.said(document)]
        assert said, f"the document does not say {fact.field or fact.place}"
        values = _values(fact, said) if fact.path else []
        if values:
            _put(pages[fact.owner], fact.path, values)
        told.append(Told(fact, said, values))
    return told


def _values(fact: Fact, said: list[str]) -> list[Any]:
    if "+" in fact.field:
        return [fact.holds(text) for text in said]
    # Said twice it is one fact.
    return [fact.holds(*(said[:1] if len(set(said)) == 1 else said))]


def _put(page: Any, path: str, values: list[Any]) -> None:
    row = ROW.fullmatch(path)
    if row is None:
        setattr(page, path, values[0])
        return
    for number, value in enumerate(values, start=int(row["number"])):
        setattr(_row(page, row["rows"], number), row["name"], value)


def _row(page: Any, rows: str, number: int) -> Any:
    manager = getattr(page, rows)
    if manager.count() < number:
        manager.add(page._meta.get_field(rows).related_model(sort_order=number))
    return manager.all()[number - 1]


def _held(page: Any, path: str, count: int) -> list[Any]:
    row = ROW.fullmatch(path)
    if row is None:
        return [getattr(page, path)]
    first = int(row["number"]) - 1
    rows = list(getattr(page, row["rows"]).all())[first : first + count]
    return [getattr(found, row["name"]) for found in rows]


def is_prose(page: Any, path: str) -> bool:
    row = ROW.fullmatch(path)
    return row is None and isinstance(page._meta.get_field(path), CleanRichTextField)


def check(client: Client, document: str, told: list[Told], pages: dict[str, Any]) -> None:
    """Each fact is in its field and in its place, and nothing of the document was left out."""
    lost = [problem for one in told for problem in _lost(one, pages)]
    assert not lost, lost
    public = {name: page for name, page in pages.items() if isinstance(page, Page)}
    shown = {name: look(client, page.url) for name, page in public.items()}
    # What is no page shows on the first one.
    place = {name: name if name in shown else next(iter(shown)) for name in ("", *pages)}
    problems = {
        (one.fact.field, one.fact.place): problem
        for one in told
        if (problem := unshown(one, shown[place[one.fact.page or one.fact.owner]]))
    }
    assert not problems, problems
    unread = left_out(document, told, pages)
    assert not unread, unread


def _lost(one: Told, pages: dict[str, Any]) -> list[str]:
    if not one.values:
        return []
    page = pages[one.fact.owner]
    stored = type(page)._default_manager.get(pk=page.pk)
    held = _held(stored, one.fact.path, len(one.values))
    return [] if held == one.values else [f"{one.fact.field}: {held} is not {one.values}"]


def look(client: Client, url: str) -> BeautifulSoup:
    answer = client.get(url)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def unshown(one: Told, page: BeautifulSoup) -> list[str]:
    """What its place does not show: one element says all, or each says one thing."""
    selector, _at, attribute = one.fact.place.partition(" @")
    texts = [_text(element, attribute) for element in page.select(selector)]
    wanted = [alike(one.fact.words(said)) for said in one.said]
    if len(texts) == 1:
        return [words for words in wanted if words not in texts[0]]
    if len(texts) != len(wanted):
        return [f"{len(wanted)} things said, {len(texts)} places"]
    return [words for words, text in zip(wanted, texts, strict=True) if words not in text]


def _text(element: Tag, attribute: str) -> str:
    return alike(str(element[attribute]) if attribute else element.get_text(" "))


def alike(text: str) -> str:
    """Quotation marks, dashes and spaces as one sort; no stop at the end."""
    text = plain(unescape(text).replace("\u00ad", ""))
    text = re.sub(r"\s+([,.;:?!)”])", r"\1", re.sub(r"[–—-]", "-", text))
    return " ".join(text.split()).rstrip(".;:")


def left_out(document: str, told: list[Told], pages: dict[str, Any]) -> list[str]:
    """Paragraphs that no fact is read from, and numbers that stand in prose alone."""
    read = [span for one in told for span in one.fact.said(document)]
    exact = [
        span
        for one in told
        if not (one.fact.path and is_prose(pages[one.fact.owner], one.fact.path))
        for span in one.fact.said(document)
    ]
    lines = [line for line in re.finditer(r".+", document) if not _touches(line, read)]
    numbers = [number for number in NUMBER.finditer(document) if not _touches(number, exact)]
    return [*(line[0] for line in lines), *(_around(document, number) for number in numbers)]


def _touches(match: re.Match[str], spans: list[tuple[int, int]]) -> bool:
    return any(start < match.end() and match.start() < end for start, end in spans)


def _around(document: str, match: re.Match[str]) -> str:
    return f"{match[0]} in “{document[max(0, match.start() - 30) : match.end() + 30]}”"


# What several documents have in common.

FOOT = [
    Fact(
        "notice.text",
        paragraphs("Ośrodek Rozwoju Edukacji realizuje"),
        ".foot .funding:last-child",
        html,
    ),
]


def updated(page: str) -> Fact:
    return Fact(f"{page}.updated_on", found(r"Ostatnia aktualizacja: (.+)"), ".tools time", day)


def open_site() -> Any:
    return ensure_site("http://localhost")


def notice() -> Any:
    return models.FundingNotice.for_site(Site.objects.get(is_default_site=True))


def publish(parent: Page, page: Any) -> Any:
    """Add and publish: the gate has its say."""
    if page.pk is None:
        page.live, page.locale = False, parent.locale
        parent.add_child(instance=page)
    page.save_revision().publish()
    page.refresh_from_db()
    return page


def a_project(title: str) -> ProjectPage:
    """A public project of which the document says no more than the name."""
    page = ProjectPage(title=title, lead="Projekt dla kadry samorządów.", starts="2016-04")
    page.partners = [ProjectPartner(name="Ośrodek Rozwoju Edukacji", role="leader")]
    return publish(ProjectIndexPage.objects.get(), page)


def a_document(title: str) -> Any:
    return get_document_model().objects.create(
        title=title, file=ContentFile(title.encode(), "plik.txt")
    )


def complete(documents: Any) -> None:
    """What the gate asks of every file."""
    for row in documents.all():
        row.description, row.licence = "Plik do pobrania", "cc-by-4.0"


def illustrate(page: Any, name: str) -> None:
    page.main_image = make_image(name, "zdjecie", None)
    page.image_alt = "Uczestnicy spotkania przy wspólnym stole"
