"""Thousands of public practices in a few seconds: copies of some, with their words."""

import uuid
from itertools import cycle, islice

from django.db import connection
from django.db.models import F
from django.db.models.sql import InsertQuery
from wagtail.models import Page

from practices_pages.catalogue import PRACTICES, indexing
from practices_pages.models import (
    PracticeIndexPage,
    PracticePage,
    PracticeUnit,
    SearchedPage,
    SearchPosting,
)


def multiply(index: PracticeIndexPage, count: int) -> None:
    """Fill `index` up to `count` practices, which have the facts of those that are there."""
    originals = list(PracticePage.objects.child_of(index).order_by("pk"))
    fields = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    last = max(page.path for page in originals)
    copies = []
    for number, page in enumerate(islice(cycle(originals), count - len(originals)), start=1):
        values = {name: getattr(page, name) for name in fields}
        values |= {
            "path": Page._get_path(index.path, index.depth + 1, _place(last) + number),
            "slug": f"{page.slug}-{number}",
            "translation_key": uuid.uuid4(),
            "latest_revision_id": None,
            "live_revision_id": None,
        }
        copies.append((Page(**values), page))
    rows = Page.objects.bulk_create([row for row, _page in copies], batch_size=200)
    Page.objects.filter(pk=index.pk).update(numchild=F("numchild") + len(rows))
    pairs = [(row.pk, page) for row, (_row, page) in zip(rows, copies, strict=True)]
    _copy_practices(pairs)
    _copy_words([(pk, page.pk) for pk, page in pairs])
    indexing.derive(PRACTICES, [row.pk for row in rows])


def _place(path: str) -> int:
    return int(Page._str2int(path[-Page.steplen :]))


def _copy_practices(copies: list[tuple[int, PracticePage]]) -> None:
    own = PracticePage._meta.local_concrete_fields
    units = {page.pk: list(page.practice_units.all()) for _pk, page in copies}
    areas = {page.pk: list(page.areas.values_list("pk", flat=True)) for _pk, page in copies[:50]}
    for start in range(0, len(copies), 20):
        rows = [
            PracticePage(**{f.attname: getattr(page, f.attname) for f in own} | {"page_ptr_id": pk})
            for pk, page in copies[start : start + 20]
        ]
        query = InsertQuery(PracticePage)
        query.insert_values(own, rows, raw=True)
        query.get_compiler(connection=connection).execute_sql()
    PracticeUnit.objects.bulk_create(
        PracticeUnit(page_id=pk, unit_id=row.unit_id, kind_at_time=row.kind_at_time)
        for pk, page in copies
        for row in units[page.pk]
    )
    links = PracticePage._meta.get_field("areas").remote_field.through
    links.objects.bulk_create(
        links(practicepage_id=pk, thematicarea_id=area)
        for pk, page in copies
        for area in areas.get(page.pk, [])
    )


def _copy_words(pairs: list[tuple[int, int]]) -> None:
    for model, columns in (
        (SearchPosting, "term_id, weight"),
        (SearchedPage, "analyser, version, is_stale"),
    ):
        table = connection.ops.quote_name(model._meta.db_table)
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {table} (page_id, {columns})"  # noqa: S608
                f" SELECT %s, {columns} FROM {table} WHERE page_id = %s",
                pairs,
            )
