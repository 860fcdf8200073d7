"""Numbers of inhabitants of units, from a table of Statistics Poland (GUS). We ship none.

A file is read whole before anything is written: one bad row, and nothing is imported.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q

from practices_pages import public_changes
from practices_pages.models import LocalGovernmentUnit

MAX_BYTES = 20_000_000
MOST_PEOPLE = 60_000_000
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
CODE = re.compile(r"\d{2}|\d{4}|\d{6,7}", re.ASCII)
# The last of seven digits: a town, or the villages, of a commune; districts and delegations.
PARTS = {"4", "5", "8", "9"}


class PopulationRefusedError(Exception):
    """Every problem that was found, each with its line."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems[:5]))
        self.problems = problems


@dataclass
class Table:
    year: int
    people: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Imported:
    year: int
    changed: int
    unchanged: int
    # Codes that are no unit of ours, such as the whole country and cities' rows as powiats.
    unknown: int


def read_population(content: bytes, *, year: int | None = None) -> Table:
    """The column of `year`; without one, the only column whose header names a year."""
    if len(content) > MAX_BYTES:
        raise PopulationRefusedError([f"larger than {MAX_BYTES} bytes"])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as broken:
        raise PopulationRefusedError([f"not UTF-8 at byte {broken.start + 1}"]) from broken
    rows = list(enumerate(csv.reader(text.splitlines(), delimiter=";"), start=1))
    if not rows:
        raise PopulationRefusedError(["the file is empty"])
    column, year = _column(rows[0][1], year)
    table, problems = Table(year), list[str]()
    for number, cells in rows[1:]:
        problems += _read_row(number, cells, column, table)
    if not table.people and not problems:
        problems.append("no row has a number of inhabitants")
    if problems:
        raise PopulationRefusedError(problems)
    return table


def write_population(table: Table) -> Imported:
    """Only where the unit has no number of a later year. A second call changes nothing."""
    units = LocalGovernmentUnit.objects.filter(
        Q(population_year=None) | Q(population_year__lte=table.year), code__in=table.people
    )
    changed = []
    for unit in units:
        wanted = (table.people[unit.code], table.year)
        if (unit.population, unit.population_year) != wanted:
            unit.population, unit.population_year = wanted
            changed.append(unit)
    with transaction.atomic():
        if changed:
            public_changes.tell()
        LocalGovernmentUnit.objects.bulk_update(
            changed, ["population", "population_year"], batch_size=500
        )
    known = LocalGovernmentUnit.objects.filter(code__in=table.people).count()
    return Imported(table.year, len(changed), known - len(changed), len(table.people) - known)


def _column(header: list[str], year: int | None) -> tuple[int, int]:
    if not header or header[0].strip().casefold() not in {"kod", "code", "teryt"}:
        raise PopulationRefusedError(["line 1: the first column must be Kod (semicolons between)"])
    years = {
        place: int(found[0]) for place, name in enumerate(header) if (found := YEAR.search(name))
    }
    fitting = [place for place, named in years.items() if year in (None, named)]
    if len(fitting) != 1:
        have = ", ".join(map(str, years.values())) or "none"
        raise PopulationRefusedError([f"line 1: choose one column by its year; there are: {have}"])
    return fitting[0], years[fitting[0]]


def _read_row(number: int, cells: list[str], column: int, table: Table) -> Iterator[str]:
    if not any(cell.strip() for cell in cells):
        return
    printed = cells[0].strip()
    if not CODE.fullmatch(printed):
        yield f"line {number}: no TERYT code: {printed[:20]!r}"
        return
    value = re.sub(r"\s", "", cells[column]) if column < len(cells) else ""
    if not value or (len(printed) == 7 and printed[6] in PARTS):
        return
    code = _code(printed)
    if not (value.isascii() and value.isdigit()) or int(value) > MOST_PEOPLE:
        yield f"line {number}: no number of inhabitants: {value[:20]!r}"
    elif table.people.setdefault(code, int(value)) != int(value):
        yield f"line {number}: {code} stands there twice, with different numbers"


def _code(printed: str) -> str:
    """Tables of GUS fill voivodeships and powiats up with zeros."""
    if len(printed) < 7:
        return printed
    if printed.endswith("00000"):
        return printed[:2]
    return printed[:4] if printed.endswith("000") else printed[:6]
