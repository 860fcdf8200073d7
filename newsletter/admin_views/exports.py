"""Tables for spreadsheets: formula-safe, and in memory that does not grow with the list.

Rows are read and written piece by piece. No cell can start a formula: what begins with one of
= + - @, a tab, a carriage return or a NUL gets an apostrophe, as OWASP advises.
"""

import csv
import logging
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from wagtail.admin import messages

from newsletter.admin_views.base import Text

log = logging.getLogger("newsletter")

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
CHUNK = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Excel takes a CSV without it for the code page of the computer.
BYTE_ORDER_MARK = "\ufeff"
# A workbook is finished before its first byte leaves, so a long one would outlast the request.
MAX_XLSX_ROWS = 100_000
MAX_XLSX_CELL = 32_767


def safe_cell(value: Any) -> str | int:
    """Numbers stay numbers, everything else is text that no spreadsheet takes for a formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).isoformat(timespec="seconds")
    text = str(value)
    # Some programs drop leading spaces and byte order marks before they look for a formula.
    if text.startswith(DANGEROUS) or text.lstrip(" \ufeff\u200b\u00a0").startswith(DANGEROUS):
        text = f"'{text}"
    return text.replace("\0", "")


class Echo:
    """csv.writer writes into it and gives back what write() returned."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    writer = csv.writer(Echo(), lineterminator="\r\n")
    yield BYTE_ORDER_MARK
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def xlsx_file(rows: Iterable[Iterable[Any]]) -> Any:
    """A temporary file, deleted when it is closed; openpyxl keeps one row in memory at a time."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for row in rows:
        sheet.append([_xlsx_cell(safe_cell(value)) for value in row])
    file = tempfile.TemporaryFile()  # noqa: SIM115  # FileResponse closes it
    book.save(file)
    file.seek(0)
    return file


def _xlsx_cell(value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:MAX_XLSX_CELL]


class ExportMixin:
    """Beside a list view: the rows that its filters and its search leave, as a file."""

    headings: tuple[Text, ...] = ()
    filename = ""
    prefetches: tuple[str, ...] = ()
    request: HttpRequest

    def cells(self, row: Any) -> list[Any]:
        raise NotImplementedError

    def get_headings(self) -> list[Text]:
        return list(self.headings)

    def get(self, request: HttpRequest, kind: str) -> HttpResponseBase:
        queryset: QuerySet[Any] = self.get_queryset()  # type: ignore[attr-defined]  # of the list
        log.info("export", extra={"table": self.filename, "user": request.user.pk, "kind": kind})
        name = f"{self.filename}-{timezone.localdate()}.{kind}"
        rows = self._rows(queryset)
        if kind == "xlsx" and queryset.count() > MAX_XLSX_ROWS:
            messages.error(
                request,
                gettext("The table is too long for XLSX: take the CSV, or filter it first."),
            )
            return redirect(self.index_url)  # type: ignore[attr-defined]  # of the list
        if kind == "xlsx":
            return FileResponse(
                xlsx_file(rows), as_attachment=True, filename=name, content_type=XLSX
            )
        response = StreamingHttpResponse(csv_lines(rows), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["X-Content-Type-Options"] = "nosniff"
        return response

    def _rows(self, queryset: QuerySet[Any]) -> Iterator[Iterable[Any]]:
        yield [str(heading) for heading in self.get_headings()]
        for row in queryset.iterator(chunk_size=CHUNK):
            yield self.cells(row)
