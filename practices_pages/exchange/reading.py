"""From the bytes of a file to records, one by one. A broken line is an entry, not the end.

Nothing is evaluated, fetched or unpacked without measure; the sheet's formulas stay texts.
"""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from practices_pages.exchange import foreign
from practices_pages.exchange.tables import EXPLANATIONS, keys_of, record_of_row
from practices_pages.uploads import UploadRefused, check_document

FORMATS = ("jsonl", "csv", "xlsx")
MAX_BYTES = 20 * 1024 * 1024
MAX_LINE = 1024 * 1024
MAX_ROWS = 5_000
MAX_COLUMNS = 200
# A sheet that was once longer keeps its empty rows.
MAX_EMPTY_ROWS = 200
POLISH = frozenset("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ")
# What no text of a person holds: NUL and other controls, and halves of characters.
UNWANTED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Unreadable(Exception):
    """The file as a whole cannot be read; the text says why, to whoever chose it."""


@dataclass(frozen=True)
class Entry:
    """One line or row: a record, or what is wrong with it."""

    number: int
    record: dict[str, Any] | None = None
    problem: str = ""
    remarks: list[str] = field(default_factory=list)


def format_of(data: bytes, name: str = "") -> str:
    """The format of a file, by its bytes and only then by its name."""
    if data[:4] == b"PK\x03\x04":
        return "xlsx"
    if name.lower().endswith((".jsonl", ".ndjson", ".json")):
        return "jsonl"
    if name.lower().endswith((".csv", ".tsv", ".txt")):
        return "csv"
    return "jsonl" if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else "csv"


def read(data: bytes, format: str) -> Iterator[Entry]:
    """Every line of the file in its order. Raises Unreadable, also while it is being read."""
    for entry in _measured(data, format):
        yield _in_our_format(entry)


def read_objects(data: bytes) -> Iterator[Entry]:
    """JSON Lines of something else than practices, cleaned. Raises Unreadable as `read` does."""
    for entry in _measured(data, "jsonl"):
        record = None if entry.record is None else _cleaned(entry.record)
        yield Entry(entry.number, record, entry.problem, entry.remarks)


def _measured(data: bytes, format: str) -> Iterator[Entry]:
    if len(data) > MAX_BYTES:
        raise Unreadable(
            _("The file is too large: at most %(limit)d MB.") % {"limit": MAX_BYTES // 1024**2}
        )
    if not data.strip():
        raise Unreadable(_("The file is empty."))
    readers = {"jsonl": _json_lines, "csv": _csv, "xlsx": _xlsx}
    for count, entry in enumerate(readers[format](data), start=1):
        if count > MAX_ROWS:
            raise Unreadable(
                _("The file has more than %(limit)d rows: divide it.") % {"limit": MAX_ROWS}
            )
        yield entry


def _in_our_format(entry: Entry) -> Entry:
    if entry.record is None:
        return entry
    record = _cleaned(entry.record)
    if not foreign.is_foreign(record):
        return Entry(entry.number, record, remarks=entry.remarks)
    record, remarks = foreign.converted(record)
    return Entry(entry.number, record, remarks=[*entry.remarks, *remarks])


def _cleaned(value: Any) -> Any:
    """Without what no database and no reader takes; spaces around texts go too."""
    if isinstance(value, str):
        return UNWANTED.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {_cleaned(key): _cleaned(item) for key, item in value.items()}
    return value


def decoded(data: bytes) -> tuple[str, str]:
    """The text, and the name of its encoding. Polish tables come as UTF-8 or Windows-1250."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        candidates = ["utf-16"]
    else:
        candidates = ["utf-8-sig", "cp1250", "iso8859-2"]
    texts = []
    for encoding in candidates:
        try:
            texts.append((data.decode(encoding), encoding))
        except UnicodeDecodeError:
            continue
        if encoding.startswith("utf"):
            return texts[0]
    if not texts:
        raise Unreadable(_("The characters of the file cannot be read: save it as UTF-8."))
    # The two share most letters; the wrong one turns ą, ś and ź into signs.
    return max(texts, key=lambda text: sum(letter in POLISH for letter in text[0]))


def _json_lines(data: bytes) -> Iterator[Entry]:
    text, encoding = decoded(data)
    remarks = _encoding_remarks(encoding)
    # Not splitlines(): JSON may hold U+2028 and form feeds inside a text.
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield _json_line(number, line, remarks)


def _json_line(number: int, line: str, remarks: list[str]) -> Entry:
    if len(line) > MAX_LINE:
        return Entry(number, problem=_("The line is longer than a practice can be."))
    try:
        record = json.loads(line, parse_constant=_no_number)
    except RecursionError:
        return Entry(number, problem=_("The line is no JSON: it is nested too deeply."))
    except ValueError as error:
        # Also a number of more digits than Python reads.
        return Entry(
            number, problem=_("The line is no JSON: %(error)s") % {"error": str(error)[:200]}
        )
    if not isinstance(record, dict):
        return Entry(number, problem=_("The line is no JSON object."))
    return Entry(number, record, remarks=remarks)


def _no_number(name: str) -> None:
    raise ValueError(name)


def _encoding_remarks(encoding: str) -> list[str]:
    if encoding.startswith("utf"):
        return []
    return [
        _("The file is not UTF-8; it was read as %(encoding)s: check the Polish letters.")
        % {"encoding": "Windows-1250" if encoding == "cp1250" else "ISO 8859-2"}
    ]


def _csv(data: bytes) -> Iterator[Entry]:
    text, encoding = decoded(data)
    text = text.replace("\0", "")
    yield from _table(_csv_rows(text, _delimiter(text)), _encoding_remarks(encoding))


def _delimiter(text: str) -> str:
    """Whichever makes most of the first line known headings: Polish Excel writes semicolons."""
    start = text[:20_000]

    def known(delimiter: str) -> int:
        first = next(csv.reader(io.StringIO(start), delimiter=delimiter), [])
        return sum(key is not None for key in keys_of(first))

    return max((";", ",", "\t"), key=known)


def _csv_rows(text: str, delimiter: str) -> Iterator[list[str] | str]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield _("The line is no CSV: %(error)s") % {"error": str(error)[:200]}


def _xlsx(data: bytes) -> Iterator[Entry]:
    try:
        check_document(io.BytesIO(data), "import.xlsx")
    except UploadRefused as refused:
        raise Unreadable(" ".join(refused.messages)) from refused
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except (InvalidFileException, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise Unreadable(_("The file is no XLSX workbook.")) from error
    try:
        sheet = book.worksheets[0] if book.worksheets else None
        if sheet is None:
            raise Unreadable(_("The workbook has no sheet."))
        # What the file says about its size is not to be trusted.
        sheet.reset_dimensions()
        yield from _table(_xlsx_rows(sheet), [])
    except (SyntaxError, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        # SyntaxError: an XML parser's error is one.
        raise Unreadable(_("The file is no XLSX workbook.")) from error
    finally:
        book.close()


def _xlsx_rows(sheet: Any) -> Iterator[list[str] | str]:
    empty = 0
    for row in sheet.iter_rows(max_col=MAX_COLUMNS):
        formulas = [cell.coordinate for cell in row if cell.data_type == "f"]
        cells = [_xlsx_text(cell.value) for cell in row]
        empty = 0 if any(cells) else empty + 1
        if empty > MAX_EMPTY_ROWS:
            return
        if formulas:
            # Never evaluated; and what it last showed may be anything.
            yield _("There is a formula in %(cells)s: put its value there.") % {
                "cells": ", ".join(formulas[:10])
            }
        else:
            yield cells


def _xlsx_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "tak" if value else "nie"
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def _table(rows: Iterable[list[str] | str], remarks: list[str]) -> Iterator[Entry]:
    """Rows below the first one; a text in place of a row says what is wrong with it."""
    numbered = enumerate(rows, start=1)
    headings = next((row for _number, row in numbered if isinstance(row, str) or any(row)), [])
    keys = [] if isinstance(headings, str) else keys_of(headings)
    if "title" not in keys:
        raise Unreadable(
            _("There is no column “Tytuł” in the first row: take the headings of the template.")
        )
    doubled = sorted({str(key) for key in keys if key and keys.count(key) > 1})
    if doubled:
        raise Unreadable(_("A column is there twice: %(names)s.") % {"names": ", ".join(doubled)})
    for number, row in numbered:
        if isinstance(row, str):
            yield Entry(number, problem=row)
        elif any(cell.strip() for cell in row) and not row[0].startswith(EXPLANATIONS):
            yield _table_row(number, row, list(headings), keys, remarks)


def _table_row(
    number: int, row: list[str], headings: list[str], keys: list[str | None], remarks: list[str]
) -> Entry:
    cells: dict[str, str] = {}
    found = list(remarks)
    for place, cell in enumerate(row):
        key = keys[place] if place < len(keys) else None
        if key is not None:
            cells[key] = cell
        elif cell.strip():
            name = headings[place] if place < len(headings) else str(place + 1)
            found.append(
                _("Column “%(name)s” is not one of ours; there stands: %(text)s")
                % {"name": name[:100], "text": cell[:500]}
            )
    return Entry(number, record_of_row(cells), remarks=found)
