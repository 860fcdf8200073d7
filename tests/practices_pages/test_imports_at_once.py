"""Two imports of one file at the same moment, and two workers on one run."""

import threading

import pytest
from django.db import connection

from practices_pages.exchange import reading
from practices_pages.importing import running
from practices_pages.models import ImportRow, ImportRun, PracticePage, RunState
from tests.factories import make_site_tree
from tests.practices_pages.importing import lines

pytestmark = pytest.mark.django_db(transaction=True)
RECORDS = [
    {"title": "Ten sam tytuł", "source_url": f"https://zrodlo.example/{number}"}
    for number in range(8)
]


def opened(index):
    run = ImportRun(index_page=index, filename="a.jsonl", language="pl", state=RunState.RUNNING)
    return running.open_run(run, reading.read(lines(*RECORDS), "jsonl"))


def at_once(*runs):
    start = threading.Barrier(len(runs))

    def work(pk):
        try:
            run = ImportRun.objects.get(pk=pk)
            start.wait()
            running.advance(run)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(run.pk,)) for run in runs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize("is_one_run", [True, False])
def test_each_practice_is_made_once(is_one_run):
    index = make_site_tree()
    first = opened(index)
    at_once(first, first if is_one_run else opened(index))
    assert PracticePage.objects.count() == len(RECORDS)
    assert not ImportRow.objects.exclude(state="done").exists()
    outcomes = list(ImportRow.objects.values_list("outcome", flat=True))
    assert outcomes.count("created") == len(RECORDS)
    assert outcomes.count("skipped") == (0 if is_one_run else len(RECORDS))
