"""Records as files: JSON Lines, CSV and XLSX, and the template of a table to fill in."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from practices_pages.exchange.cells import safe_cell
from practices_pages.exchange.tables import COLUMNS, HEADINGS, explanations, row_of

# Excel takes a CSV without it for the code page of the computer.
BYTE_ORDER_MARK = "\ufeff"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAX_XLSX_CELL = 32_767
WIDE, NARROW = 50, 22


class TooLongForXLSX(Exception):
    """A text does not fit into a cell: cutting it would lose what nobody misses until later."""


def write(records: Iterable[dict[str, Any]], file: IO[bytes], format: str) -> int:
    """Write the records one after another; return how many there were."""
    if format == "xlsx":
        return _write_xlsx(records, file)
    counted = _Counted(records)
    lines = json_lines(counted) if format == "jsonl" else csv_lines(map(row_of, counted))
    for line in lines:
        file.write(line.encode())
    return counted.count


class _Counted:
    """Counts what passes through."""

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        self.records, self.count = records, 0

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for record in self.records:
            self.count += 1
            yield record


def json_lines(records: Iterable[dict[str, Any]]) -> Iterator[str]:
    for record in records:
        yield json.dumps(record, ensure_ascii=False) + "\n"


def csv_lines(rows: Iterable[list[str]]) -> Iterator[str]:
    """The headings, then the rows; semicolons, because Polish Excel reads no other list."""
    yield BYTE_ORDER_MARK + _csv_line(HEADINGS)
    for row in rows:
        yield _csv_line(row)


def _csv_line(row: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow([safe_cell(c) for c in row])
    return line.getvalue()


def _write_xlsx(records: Iterable[dict[str, Any]], file: IO[bytes]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Praktyki")
    sheet.append(HEADINGS)
    counted = _Counted(records)
    try:
        for record in counted:
            sheet.append([_xlsx_cell(text, record) for text in row_of(record)])
    except TooLongForXLSX:
        # Its temporary file would stay open.
        sheet.close()
        raise
    book.save(file)
    return counted.count


def _xlsx_cell(text: str, record: dict[str, Any]) -> str:
    safe = ILLEGAL_CHARACTERS_RE.sub("", safe_cell(text))
    if len(safe) > MAX_XLSX_CELL:
        raise TooLongForXLSX(
            _("A text of “%(title)s” is too long for a cell: take JSON Lines or CSV.")
            % {"title": record.get("title", "")}
        )
    return safe


def template(format: str) -> bytes:
    """An empty table to fill in, with a row or a sheet that says what belongs where."""
    if format == "csv":
        return "".join(csv_lines([explanations()])).encode()
    book = Workbook()
    sheet = book.active
    sheet.title = "Praktyki"
    sheet.append(HEADINGS)
    sheet.freeze_panes = "B2"
    for number, cell in enumerate(sheet[1], start=1):
        cell.font = Font(bold=True)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(number)].width = NARROW
    help_sheet = book.create_sheet("Objaśnienia")
    help_sheet.append(["Kolumna", "Co wpisać"])
    for column in COLUMNS:
        help_sheet.append([column.heading, column.explanation])
    help_sheet.column_dimensions["A"].width = NARROW * 2
    help_sheet.column_dimensions["B"].width = WIDE * 2
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
