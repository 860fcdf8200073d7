"""Puts invented practices into the page tree in bulk: live, and without a revision of their own."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.db.models import F, Max
from django.db.models.sql import InsertQuery
from django.utils import timezone
from modelcluster.models import get_all_child_relations
from modelsearch.backends import get_search_backends
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex

from practices_pages import public_changes, search_index
from practices_pages.catalogue import PRACTICES, indexing
from practices_pages.invented.writing import Invented, Place, blocks, write
from practices_pages.models import (
    ContactPerson,
    CostItem,
    KeyCompetence,
    LocalGovernmentUnit,
    MeasuredEffect,
    Pitfall,
    PracticeDocument,
    PracticeIdentity,
    PracticeIndexPage,
    PracticePage,
    PracticeUnit,
    SchoolType,
    Step,
    ThematicArea,
    UnitKind,
    UnitKindPeriod,
    Voivodeship,
)
from practices_pages.unit_index import bare_name

# By it they are found again.
SLUG = "wymyslona-praktyka-"
PORTION = 500
FEWEST_UNITS = 30
# Invented units have codes that no powiat of the register has: vv97.
INVENTED_POWIAT = "97"
VOCABULARIES = {
    "areas": ThematicArea,
    "competences": KeyCompetence,
    "school_types": SchoolType,
}
Tell = Callable[[int, int], None]


@dataclass
class Stock:
    """What invented practices refer to."""

    units: list[tuple[LocalGovernmentUnit, str]]
    contacts: list[ContactPerson]
    documents: list[Any]
    terms: dict[str, dict[str, Any]] = field(default_factory=dict)


def made() -> Any:
    return PracticePage.objects.filter(slug__startswith=SLUG)


def make(count: int, *, index: PracticeIndexPage, seed: int, tell: Tell) -> int:
    """Add `count` practices below `index`, numbered on from those made before."""
    _remember_more()
    stock = _stock(seed)
    latest = made().aggregate(latest=Max("slug"))["latest"]
    first = int(latest.removeprefix(SLUG)) + 1 if latest else 1
    for start in range(first, first + count, PORTION):
        numbers = range(start, min(start + PORTION, first + count))
        with transaction.atomic():
            _save([_page(number, seed, index, stock) for number in numbers], index)
        tell(numbers[-1] - first + 1, count)
    _settle()
    return count


def _remember_more() -> None:
    """Each practice writes all over the search index, which is larger than SQLite's 2 MB."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA cache_size = -262144")


def _settle() -> None:
    """What the database does by itself, later: until then the planner believes the tables empty,
    and PostgreSQL opens them where their indexes say enough."""
    statement = "ANALYZE"
    if connection.vendor == "postgresql":
        # Some tables belong to all databases of the server, which may be at work on them.
        can_vacuum = not connection.in_atomic_block
        statement = "VACUUM (ANALYZE, SKIP_LOCKED)" if can_vacuum else "ANALYZE (SKIP_LOCKED)"
    with connection.cursor() as cursor:
        cursor.execute(statement)


def clear(tell: Tell) -> int:
    """Delete what `make` made. Units, people and documents stay."""
    keys = list(made().values_list("pk", flat=True))
    for start in range(0, len(keys), PORTION):
        portion = made().filter(pk__in=keys[start : start + PORTION])
        identities = list(portion.values_list("identity", flat=True))
        with transaction.atomic():
            portion.update(live=False)  # Unpublishing each by itself takes ten times as long.
            portion.delete()
            PracticeIdentity.objects.filter(pk__in=identities, pages=None).delete()
        tell(min(start + PORTION, len(keys)), len(keys))
    return len(keys)


def _stock(seed: int) -> Stock:
    chance = Random(seed)  # noqa: S311
    units = list(_units())
    if len(units) < FEWEST_UNITS:
        _invent_units(chance)
        units = list(_units())
    chance.shuffle(units)
    terms = {
        name: {term.slug: term for term in model.objects.all()}
        for name, model in VOCABULARIES.items()
    }
    return Stock(units, _contacts(chance, units), _documents(), terms)


def _units() -> Iterator[tuple[LocalGovernmentUnit, str]]:
    """Communes and powiats that exist today, with their kind."""
    found = LocalGovernmentUnit.objects.order_by("code").prefetch_related("kind_periods")
    today = timezone.localdate()
    for unit in found:
        kind = unit.kind_on(today)
        if len(unit.code) > 2 and kind:
            yield unit, kind


def _invent_units(chance: Random) -> None:
    kinds = [*[UnitKind.RURAL] * 4, *[UnitKind.URBAN_RURAL] * 2, UnitKind.URBAN]
    words = blocks("words")
    for voivodeship in Voivodeship.values:
        town = chance.choice(words["nazwa_początek"]) + "ów"
        powiat = _unit(f"{voivodeship}{INVENTED_POWIAT}", f"powiat {town}ski", UnitKind.POWIAT)
        for number, kind in enumerate(kinds, start=1):
            name = chance.choice(words["nazwa_początek"]) + chance.choice(words["nazwa_koniec"])
            _unit(f"{powiat.code}{number:02d}", name, kind, parent=powiat)


def _unit(code: str, name: str, kind: str, **fields: Any) -> LocalGovernmentUnit:
    fields |= {"name": name, "office_email": f"oswiata-{code}@urzad.example"}
    unit, created = LocalGovernmentUnit.objects.get_or_create(code=code, defaults=fields)
    if created:
        UnitKindPeriod.objects.create(unit=unit, kind=kind, valid_from=date(1999, 1, 1))
    return unit


def _contacts(chance: Random, units: list[Any]) -> list[ContactPerson]:
    words = blocks("words")
    people = []
    for number in range(12):
        person, _created = ContactPerson.objects.get_or_create(
            email=f"kontakt-{number}@urzad.example",
            defaults={
                "name": f"{chance.choice(words['imię'])} {chance.choice(words['nazwisko'])}",
                "role": chance.choice(words["rola"]),
                "unit": units[number % len(units)][0],
                "published_until": timezone.localdate() + timedelta(days=400),
            },
        )
        people.append(person)
    return people


def _documents() -> list[Any]:
    model = get_document_model()
    documents = []
    for title in ("Wzór regulaminu", "Arkusz diagnozy", "Harmonogram wdrożenia"):
        document = model.objects.filter(title=f"{title} (wymyślony)").first()
        if document is None:
            file = ContentFile(f"{title}\n\nTreść przykładowa.\n".encode(), f"{title[:5]}.txt")
            document = model.objects.create(title=f"{title} (wymyślony)", file=file)
        documents.append(document)
    return documents


def _page(number: int, seed: int, index: PracticeIndexPage, stock: Stock) -> PracticePage:
    chance = Random(f"{seed}:{number}")  # noqa: S311
    # A few units have many practices, most have one or none.
    place = min(int(chance.expovariate(6) * len(stock.units)), len(stock.units) - 1)
    unit, kind = stock.units[place]
    text = write(number, seed=seed, place=Place.of(bare_name(unit.name), kind))
    published = datetime(text.year, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randrange(525_000))
    page = PracticePage(
        title=text.title,
        draft_title=text.title,
        slug=f"{SLUG}{number:06d}",
        lead=text.lead,
        locale_id=index.locale_id,
        translation_key=UUID(int=chance.getrandbits(128), version=4),
        content_type=ContentType.objects.get_for_model(PracticePage),
        live=True,
        first_published_at=published,
        last_published_at=published,
        updated_on=published.date(),
        licence="cc-by-4.0",
        announce=False,
        contact=chance.choice(stock.contacts) if chance.random() < 0.5 else None,
        film_url=f"https://film.example/{number}" if chance.random() < 0.15 else "",
        **text.sections,
    )
    _add_rows(page, text, stock, chance)
    page.practice_units.add(PracticeUnit(unit=unit, kind_at_time=kind))
    return page


def _add_rows(page: PracticePage, text: Invented, stock: Stock, chance: Random) -> None:
    page.steps.add(*(Step(**row) for row in text.steps))
    page.measured_effects.add(*(MeasuredEffect(**row) for row in text.effects))
    page.pitfalls.add(*(Pitfall(**row) for row in text.pitfalls))
    page.cost_items.add(*(CostItem(**row) for row in text.costs))
    if chance.random() < 0.35:
        document = chance.choice(stock.documents)
        page.documents.add(
            PracticeDocument(
                document=document, description="Do uzupełnienia u siebie.", licence="cc-by-4.0"
            )
        )
    for name, terms in stock.terms.items():
        chosen = [terms[slug] for slug in getattr(text, name) if slug in terms]
        getattr(page, name).set(chosen)
    for relation in get_all_child_relations(PracticePage):
        getattr(page, relation.get_accessor_name()).add()  # None, and nobody has to look for any.


def _save(pages: list[PracticePage], index: PracticeIndexPage) -> None:
    _place(pages, index)
    highest = PracticeIdentity.objects.aggregate(highest=Max("number"))["highest"] or 0
    identities = PracticeIdentity.objects.bulk_create(
        PracticeIdentity(number=highest + place) for place in range(1, len(pages) + 1)
    )
    inherited = [field for field in Page._meta.concrete_fields if not field.primary_key]
    rows = Page.objects.bulk_create(
        Page(**{field.attname: getattr(page, field.attname) for field in inherited})
        for page in pages
    )
    for page, row, identity in zip(pages, rows, identities, strict=True):
        page.pk = page.id = page.page_ptr_id = row.pk
        page.identity = identity
        page._state.adding = False
    _insert(PracticePage, pages)
    _save_rows(pages)
    keys = [page.pk for page in pages]
    indexing.derive(PRACTICES, keys)
    search_index.reindex(keys)
    _refer(pages)
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(PracticePage, pages)
    public_changes.tell("PracticePage")


def _place(pages: list[PracticePage], index: PracticeIndexPage) -> None:
    parent = Page.objects.select_for_update().get(pk=index.pk)
    last = parent.get_last_child()
    taken = last._get_lastpos_in_path() if last else 0
    for step, page in enumerate(pages, start=taken + 1):
        page.depth = parent.depth + 1
        page.path = Page._get_path(parent.path, page.depth, step)
        page.url_path = f"{parent.url_path}{page.slug}/"
    Page.objects.filter(pk=index.pk).update(numchild=F("numchild") + len(pages))


def _insert(model: Any, rows: list[Any]) -> None:
    """Only the table of `model`: Django's bulk_create takes no model that inherits from another."""
    fields = model._meta.local_concrete_fields
    most = connection.ops.bulk_batch_size(fields, rows)
    for start in range(0, len(rows), most):
        query = InsertQuery(model)
        # Without pre_save, which would clean the texts.
        query.insert_values(fields, rows[start : start + most], raw=True)
        query.get_compiler(connection=connection).execute_sql()


def _save_rows(pages: list[PracticePage]) -> None:
    for relation in get_all_child_relations(PracticePage):
        rows = []
        for page in pages:
            for place, row in enumerate(getattr(page, relation.get_accessor_name()).all()):
                setattr(row, relation.field.attname, page.pk)
                row.sort_order = place
                rows.append(row)
        relation.related_model.objects.bulk_create(rows)
    for name in VOCABULARIES:
        links = PracticePage._meta.get_field(name).remote_field.through
        column = PracticePage._meta.get_field(name).m2m_reverse_field_name()
        links.objects.bulk_create(
            links(practicepage_id=page.pk, **{f"{column}_id": term.pk})
            for page in pages
            for term in getattr(page, name).all()
        )


def _refer(pages: list[PracticePage]) -> None:
    """What Wagtail's create_or_update_for_object writes of a new page, for all of them at once."""
    base = ReferenceIndex._get_base_content_type(PracticePage)
    ReferenceIndex.objects.bulk_create(
        ReferenceIndex(
            content_type=page.content_type,
            base_content_type=base,
            object_id=page.pk,
            to_content_type_id=to_type,
            to_object_id=to_object,
            model_path=model_path,
            content_path=content_path,
            content_path_hash=ReferenceIndex._get_content_path_hash(content_path),
        )
        for page in pages
        for to_type, to_object, model_path, content_path in set(
            ReferenceIndex._extract_references_from_object(page)
        )
    )
