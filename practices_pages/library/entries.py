"""What the library has: rows with files and publications, gathered so that each stands once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, F, Q, QuerySet, Value
from django.db.models.functions import Cast
from wagtail.documents import get_document_model
from wagtail.models import CollectionViewRestriction, Page

from practices_pages import languages, visibility
from practices_pages.models.documents import DocumentRow
from practices_pages.models.periods import PartialDate
from practices_pages.models.project import ProjectPage
from practices_pages.models.public_page import PublicFacts
from practices_pages.models.publication import PublicationPage

ACCESSIBLE, ALTERNATIVE = "accessible", "alternative"
FORMAT_LENGTH = 10


@dataclass(frozen=True)
class Place:
    """A page that offers a file."""

    page: int
    # The key of the public project it belongs to, or empty.
    project: str


@dataclass
class File:
    """One file and what the rows that offer it say of it."""

    document: int
    title: str
    format: str
    kinds: list[str] = field(default_factory=list)
    licences: list[str] = field(default_factory=list)
    descriptions: list[str] = field(default_factory=list)
    dated_on: date | None = None
    is_accessible: bool = False
    alternative: int | None = None
    places: list[Place] = field(default_factory=list)


@dataclass
class Entry:
    """A publication with its files, or a file that pages offer."""

    files: list[File]
    publication: "Publication | None" = None

    @property
    def key(self) -> int:
        """Tells entries apart and orders them: publications and files have numbers of their own."""
        return -self.publication.page if self.publication else self.files[0].document

    @property
    def title(self) -> str:
        return self.publication.title if self.publication else self.files[0].title

    @property
    def kinds(self) -> list[str]:
        own = [self.publication.kind] if self.publication else []
        return _once([*own, *(kind for one in self.files for kind in one.kinds)])

    @property
    def licences(self) -> list[str]:
        own = [self.publication.licence] if self.publication else []
        return _once([*(code for one in self.files for code in one.licences), *own])

    @property
    def formats(self) -> list[str]:
        return _once(one.format for one in self.files)

    @property
    def issued(self) -> PartialDate | None:
        if self.publication:
            return PartialDate.read(self.publication.issued)
        dated = self.files[0].dated_on
        return PartialDate(dated.year, dated.month, dated.day) if dated else None

    @property
    def day(self) -> date:
        """For the order of lists: the last day it can be of; unknown ones are the oldest."""
        return self.issued.last_day if self.issued else date.min

    @property
    def access(self) -> str:
        """Empty: not for screen readers, and without an alternative."""
        if any(one.is_accessible for one in self.files):
            return ACCESSIBLE
        return ALTERNATIVE if any(one.alternative for one in self.files) else ""

    @property
    def places(self) -> list[int]:
        """The pages that offer it, but not the publication's own."""
        own = self.publication.page if self.publication else None
        pages = _once(place.page for one in self.files for place in one.places)
        return [page for page in pages if page != own]

    @property
    def projects(self) -> list[str]:
        return _once(place.project for one in self.files for place in one.places)

    @property
    def text(self) -> str:
        own = self.publication.words if self.publication else ""
        of_files = (f"{one.title} {' '.join(one.descriptions)}" for one in self.files)
        return " ".join([own, *of_files])


@dataclass(frozen=True)
class Publication:
    page: int
    title: str
    kind: str
    licence: str
    issued: str
    subtitle: str
    authors: str
    publisher: str
    lead: str

    @property
    def words(self) -> str:
        return " ".join((self.title, self.subtitle, self.authors, self.publisher, self.lead))


def entries() -> list[Entry]:
    """Everything, in no order. Six statements at most, whatever there is."""
    pages = _public_pages()
    publications = {row.page: row for row in _publications(pages)}
    files = _files(pages)
    of_publication: dict[int, list[File]] = defaultdict(list)
    alone = []
    for one in files:
        homes = _once(place.page for place in one.places if place.page in publications)
        for home in homes:
            of_publication[home].append(one)
        if not homes:
            alone.append(Entry([one]))
    return [Entry(of_publication[key], publications[key]) for key in publications] + alone


def row_types() -> list[Any]:
    """Every kind of row that offers a file, whichever app of the site has it."""
    found = [model for model in apps.get_models() if issubclass(model, DocumentRow)]
    return [model for model in found if issubclass(_page_type(model), Page)]


def _page_type(row: Any) -> Any:
    return row._meta.get_field("page").related_model


def _public_pages() -> QuerySet[Page]:
    pages = Page.objects.filter(alias_of=None)
    return visibility.public(pages).order_by()


def _publications(pages: QuerySet[Page]) -> Iterator[Publication]:
    names = (
        "pk", "title", "kind", "licence", "issued", "subtitle", "authors", "publisher", "lead",
    )  # fmt: skip
    shown = PublicationPage.objects.filter(pk__in=pages.values("pk"))
    for row in shown.order_by("pk").values_list(*names):
        yield Publication(*row)


def _files(pages: QuerySet[Page]) -> list[File]:
    projects = ProjectPage.objects.filter(pk__in=pages.values("pk"))
    keys = dict(projects.values_list("pk", languages.KEY))
    files: dict[int, File] = {}
    closed = _in_private_collections()
    for row in _rows(pages):
        document, name, title, *said, alternative, page, project = row
        if document in closed:
            continue
        one = files.setdefault(document, File(document, title, _format(name)))
        _take_in(one, *said)
        if alternative not in closed:
            one.alternative = one.alternative or alternative
        one.places.append(Place(page, keys.get(project, "")))
    return list(files.values())


def _take_in(
    one: File,
    kind: str,
    description: str,
    licence: str,
    dated_on: date | None,
    is_accessible: bool,
) -> None:
    for known, value in (
        (one.kinds, kind),
        (one.descriptions, description),
        (one.licences, licence),
    ):
        if value and value not in known:
            known.append(value)
    if dated_on is not None:
        one.dated_on = max(one.dated_on or dated_on, dated_on)
    one.is_accessible = one.is_accessible or is_accessible


def _rows(pages: QuerySet[Page]) -> Iterable[tuple[Any, ...]]:
    """One statement over the rows of all types."""
    parts = [
        row.objects.filter(page__in=pages.values("pk"), document__isnull=False)
        .order_by()
        .annotate(
            of_project=_project_of(_page_type(row)),
            of_page=Cast("page_id", BigIntegerField()),
        )
        .values_list(
            "document", "document__file", "document__title", "kind", "description", "licence",
            "dated_on", "is_accessible", "accessible_alternative", "of_page", "of_project",
        )
        for row in row_types()
    ]  # fmt: skip
    return parts[0].union(*parts[1:], all=True).order_by("of_page") if parts else []


def _in_private_collections() -> frozenset[int]:
    """Documents that not everybody may read."""
    closed = Q(pk__in=[])
    for path in CollectionViewRestriction.objects.values_list("collection__path", flat=True):
        closed |= Q(collection__path__startswith=path)
    return frozenset(get_document_model().objects.filter(closed).values_list("pk", flat=True))


def _project_of(page_type: Any) -> Any:
    if issubclass(page_type, ProjectPage):
        return Cast("page_id", BigIntegerField())
    if issubclass(page_type, PublicFacts):
        return Cast(F("page__project_id"), BigIntegerField())
    return Cast(Value(None), BigIntegerField())


def _format(name: str) -> str:
    _stem, dot, suffix = name.rpartition(".")
    return suffix.upper()[:FORMAT_LENGTH] if dot else ""


def _once(values: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(value for value in values if value))
