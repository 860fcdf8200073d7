"""Reads the official register of units (TERC, as CSV) into units, or says what is wrong, by line.

Pure: no database. What an imported register changes is decided in register_plan.py.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from practices_pages.models import VOIVODESHIPS, UnitKind

COLUMNS = ("WOJ", "POW", "GMI", "RODZ", "NAZWA", "NAZWA_DOD", "STAN_NA")
# The whole country has about 200 kB.
MAX_BYTES = 20_000_000
MAX_NAME = 190
KIND_OF_RODZ = {"1": UnitKind.URBAN, "2": UnitKind.RURAL, "3": UnitKind.URBAN_RURAL}
# The town and the villages of an urban-rural commune, districts and delegations of big cities.
PARTS_OF_COMMUNES, PARTS_OF_CITIES = {"4", "5"}, {"8", "9"}


@dataclass(frozen=True, order=True)
class Problem:
    """A line that cannot be accepted; line 0 means the file as a whole."""

    line: int
    reason: str


class RegisterRefusedError(Exception):
    """The file is no register that could be imported; every problem that was found is named."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = sorted(problems)


@dataclass(frozen=True)
class Row:
    line: int
    woj: str
    pow: str
    gmi: str
    rodz: str
    name: str
    label: str
    state_on: str

    @property
    def code(self) -> str:
        return self.woj + self.pow + self.gmi

    @property
    def is_city_row(self) -> bool:
        """The powiat's row of a city that is its own powiat."""
        return "na prawach powiatu" in self.label.lower()


@dataclass(frozen=True)
class RegisteredUnit:
    code: str
    kind: str
    name: str

    @property
    def parent_code(self) -> str:
        if len(self.code) == 6 and self.kind != UnitKind.CITY_POWIAT:
            return self.code[:4]
        return self.code[:2] if len(self.code) > 2 else ""


@dataclass(frozen=True)
class Register:
    state_on: date
    rows: int
    units: dict[str, RegisteredUnit]


def read_register(content: bytes) -> Register:
    """Raise RegisterRefusedError with all that is wrong; nothing is repaired silently."""
    problems: list[Problem] = []
    rows = list(_rows(_lines(content, problems), problems))
    well_formed = [row for row in rows if _is_well_formed(row, problems)]
    state_on = _state_on(well_formed, problems)
    _name_doubles(well_formed, problems)
    _name_orphans(well_formed, problems)
    if not rows and not problems:
        problems.append(Problem(0, "the register has no rows"))
    if problems or state_on is None:
        raise RegisterRefusedError(problems)
    cities = {row.code for row in rows if row.is_city_row}
    units = [_unit(row, cities) for row in rows if _is_unit(row)]
    return Register(state_on, len(rows), {unit.code: unit for unit in units})


def _lines(content: bytes, problems: list[Problem]) -> Iterator[tuple[int, str]]:
    if len(content) > MAX_BYTES:
        problems.append(Problem(0, f"larger than {MAX_BYTES} bytes: not the register"))
        return
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        problems.append(Problem(0, "encoded as UTF-16; the register is UTF-8"))
        return
    # A record never spans lines, so a stray quotation mark spoils one line only.
    for number, line in enumerate(content.removeprefix(b"\xef\xbb\xbf").splitlines(), start=1):
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError as broken:
            problems.append(Problem(number, f"not UTF-8 at byte {broken.start + 1}"))
            continue
        if text.strip("; \t"):
            yield number, text


def _rows(lines: Iterator[tuple[int, str]], problems: list[Problem]) -> Iterator[Row]:
    header: list[str] | None = None
    for number, text in lines:
        try:
            cells = [" ".join(cell.split()) for cell in _cells(text)]
        except csv.Error as broken:
            problems.append(Problem(number, f"cannot be split into cells: {broken}"))
            continue
        if header is None:
            header = [cell.upper() for cell in cells]
            if wrong := _wrong_header(header):
                problems.append(Problem(number, wrong))
                return
        elif _has_all_cells(cells, header):
            values = (cells[header.index(column)] for column in COLUMNS)
            yield Row(number, *values)
        else:
            problems.append(
                Problem(number, f"has {len(cells)} cells, the header has {len(header)}")
            )
    if header is None and not problems:
        problems.append(Problem(0, "the file is empty"))


def _cells(text: str) -> list[str]:
    return next(csv.reader([text], delimiter=";", strict=True))


def _wrong_header(header: list[str]) -> str:
    missing = [column for column in COLUMNS if column not in header]
    if missing:
        return f"the header lacks {', '.join(missing)} (columns are separated by semicolons)"
    doubled = [column for column in COLUMNS if header.count(column) > 1]
    return f"the header has {', '.join(doubled)} more than once" if doubled else ""


def _has_all_cells(cells: list[str], header: list[str]) -> bool:
    """Cells of extra columns may be left out at the end; nothing may stand beyond the header."""
    needed = max(header.index(column) for column in COLUMNS)
    return needed < len(cells) and not any(cells[len(header) :])


def _is_well_formed(row: Row, problems: list[Problem]) -> bool:
    reason = _wrong_code(row) or _wrong_name(row) or _wrong_kind(row)
    if reason:
        problems.append(Problem(row.line, reason))
    return not reason


def _wrong_code(row: Row) -> str:
    for column, value in (("WOJ", row.woj), ("POW", row.pow), ("GMI", row.gmi)):
        if value and not (len(value) == 2 and value.isascii() and value.isdigit()):
            return f"{column} must have two digits, not {value!r}"
    if row.woj not in VOIVODESHIPS:
        return f"no voivodeship has the code {row.woj!r}"
    if row.gmi and not row.pow:
        return "GMI without POW"
    if bool(row.gmi) != bool(row.rodz):
        return "GMI and RODZ must stand together"
    return ""


def _wrong_name(row: Row) -> str:
    if not row.name:
        return "NAZWA is empty"
    if len(row.name) > MAX_NAME or not row.name.isprintable() or "\ufffd" in row.name:
        return f"NAZWA is no name: {row.name[:40]!r}"
    return ""


def _wrong_kind(row: Row) -> str:
    if row.rodz and row.rodz not in {*KIND_OF_RODZ, *PARTS_OF_COMMUNES, *PARTS_OF_CITIES}:
        return f"unknown RODZ {row.rodz!r}"
    if row.pow and not row.gmi and row.label.lower() != "powiat" and not row.is_city_row:
        return f"NAZWA_DOD of a powiat must be 'powiat' or '… na prawach powiatu': {row.label!r}"
    return ""


def _state_on(rows: list[Row], problems: list[Problem]) -> date | None:
    first: date | None = None
    for row in rows:
        try:
            day = date.fromisoformat(row.state_on)
        except ValueError:
            problems.append(
                Problem(row.line, f"STAN_NA must be a date like 2026-01-01, not {row.state_on!r}")
            )
            continue
        first = first or day
        if day != first:
            problems.append(Problem(row.line, f"STAN_NA is {day}, but {first} before"))
    return first


def _name_doubles(rows: list[Row], problems: list[Problem]) -> None:
    """The same six digits may stand once as a commune, and once as each of its parts."""
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        key = (row.code, "" if row.rodz in KIND_OF_RODZ else row.rodz)
        if key in seen:
            problems.append(
                Problem(row.line, f"{row.code} stands in line {seen[key]} already ({row.name})")
            )
        seen.setdefault(key, row.line)


def _name_orphans(rows: list[Row], problems: list[Problem]) -> None:
    upper = {row.code: row for row in rows if not row.gmi}
    communes = {row.code: row for row in rows if row.rodz in KIND_OF_RODZ}
    for row in rows:
        if reason := _orphaned(row, upper, communes):
            problems.append(Problem(row.line, reason))
    with_city_row = {row.code[:4] for row in communes.values()}
    for row in upper.values():
        if row.is_city_row and row.code not in with_city_row:
            problems.append(Problem(row.line, f"the city {row.name} has no row of its commune"))


def _orphaned(row: Row, upper: dict[str, Row], communes: dict[str, Row]) -> str:
    if row.pow and row.woj not in upper:
        return f"its voivodeship {row.woj} has no row"
    if not row.gmi:
        return ""
    powiat = upper.get(row.woj + row.pow)
    if powiat is None:
        return f"its powiat {row.woj + row.pow} has no row"
    if row.rodz in PARTS_OF_CITIES and not powiat.is_city_row:
        return f"a district (RODZ {row.rodz}) outside of a city with powiat rights"
    if row.rodz in KIND_OF_RODZ and powiat.is_city_row and row.rodz != "1":
        return f"RODZ {row.rodz} in a city with powiat rights"
    whole = communes.get(row.code)
    if row.rodz in PARTS_OF_COMMUNES and (whole is None or whole.rodz != "3"):
        return f"a part (RODZ {row.rodz}) of a commune that has no row with RODZ 3"
    return ""


def _is_unit(row: Row) -> bool:
    """A city with powiat rights is one unit: that of its commune's six digits."""
    return row.rodz in KIND_OF_RODZ if row.gmi else not row.is_city_row


def _unit(row: Row, cities: set[str]) -> RegisteredUnit:
    if not row.pow:
        return RegisteredUnit(row.code, UnitKind.VOIVODESHIP, f"województwo {row.name.lower()}")
    if not row.gmi:
        return RegisteredUnit(row.code, UnitKind.POWIAT, f"powiat {row.name}")
    is_city = row.code[:4] in cities
    kind = UnitKind.CITY_POWIAT if is_city else KIND_OF_RODZ[row.rodz]
    return RegisteredUnit(row.code, kind, row.name)
