"""The index follows from the pages, whatever happened to them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from cms import ticking
from practices_pages import polish, search_index, search_upkeep
from practices_pages.models import (
    PracticePage,
    SearchedPage,
    SearchPosting,
    SearchTerm,
    ThematicArea,
)
from practices_pages.search_texts import Passage, text_of
from tests.factories import make_practice, make_site_tree, make_unit
from tests.practices_pages.searching import found, practice, titles


@pytest.fixture
def index(db):
    tree = make_site_tree()
    search_index.repair(seconds=60)
    return tree


def rows():
    """The whole index, without the numbers that a database gives."""
    terms = dict(SearchTerm.objects.values_list("pk", "term"))
    postings = SearchPosting.objects.values_list("page_id", "term_id", "weight")
    return sorted((page, terms[term], weight) for page, term, weight in postings)


def test_publishing_writes_the_index_before_it_returns(index):
    page = practice(index, "Pływalnia")
    assert SearchedPage.objects.get(page_id=page.pk).version == page.live_revision_id
    assert found("pływalnia").exact == [page.pk]


def test_indexing_again_changes_nothing(index):
    page = practice(index, "Pływalnia", "Nauka pływania w trzech klasach.")
    before = rows()
    search_index.reindex([page.pk])
    search_index.rebuild()
    assert rows() == before


def test_a_new_version_leaves_nothing_of_the_old_one(index):
    page = practice(index, "Pływalnia")
    page.title = "Kręgielnia"
    page.save_revision().publish()
    assert titles("kręgielnia") == ["Kręgielnia"]
    assert titles("pływalnia") == []


def test_deleting_a_tree_leaves_no_row(index):
    practice(index, "Pierwsza")
    practice(index, "Druga")
    Page.objects.get(pk=index.get_parent().pk).delete()
    assert not SearchedPage.objects.exists()
    assert not SearchPosting.objects.exists()


def test_deleting_a_page_deletes_its_words_in_one_statement(index):
    few = practice(index, "Krótka")
    words = " ".join(f"słowo{number}" for number in range(300))
    many = practice(index, "Długa", words)
    counts = []
    for page in (few, many):
        with CaptureQueriesContext(connection) as statements:
            PracticePage.objects.get(pk=page.pk).delete()
        counts.append(sum("searchposting" in statement["sql"] for statement in statements))
    assert counts[0] == counts[1] <= 4


@pytest.mark.django_db
def test_repair_finds_what_a_lost_signal_left_out(index):
    kept = practice(index, "Pływalnia")
    lost = practice(index, "Kręgielnia")
    gone = practice(index, "Lodowisko")
    SearchedPage.objects.filter(page_id=lost.pk).delete()
    SearchPosting.objects.filter(page_id=lost.pk).delete()
    Page.objects.filter(pk=gone.pk).update(live=False)
    assert search_index.repair(seconds=60) == 2
    assert titles("kręgielnia") == ["Kręgielnia"]
    assert not SearchPosting.objects.filter(page_id=gone.pk).exists()
    assert titles("pływalnia") == [kept.title]
    assert search_index.repair(seconds=60) == 0


def test_looking_for_something_to_repair_takes_two_statements(index):
    practice(index, "Pływalnia")
    search_index.repair(seconds=60)
    with CaptureQueriesContext(connection) as statements:
        assert search_index.repair(seconds=60) == 0
    assert len(statements) == 2


def test_the_tick_repairs(index):
    page = practice(index, "Pływalnia")
    search_index.forget([page.pk])
    assert titles("pływalnia") == []
    report = ticking.tick()
    assert "search" not in report.failed
    assert titles("pływalnia") == ["Pływalnia"]


def test_another_analyser_makes_the_index_anew(index):
    page = practice(index, "Pływalnia")
    SearchedPage.objects.update(analyser="an earlier dictionary")
    assert search_index.repair(seconds=60) == SearchedPage.objects.count()
    assert SearchedPage.objects.get(page_id=page.pk).analyser == polish.analyser()


def test_another_analyser_also_writes_the_stems_of_known_words_anew(index):
    practice(index, "Pływalnia")
    right = dict(SearchTerm.objects.values_list("term", "stem"))
    SearchTerm.objects.update(stem="dawny", family="dawna")
    SearchedPage.objects.update(analyser="an earlier dictionary")
    search_index.repair(seconds=60)
    term = SearchTerm.objects.get(term="plywalnia")
    assert (term.stem, term.family) == (right["plywalnia"], "plywal")
    assert not SearchTerm.objects.filter(stem="dawny").exists()


def test_a_text_of_any_script_is_indexed(index):
    page = practice(index, "Pływalnia", f"{'한' * 48} {'ﬃ' * 48}")
    assert found("pływalnia").exact == [page.pk]


def test_a_page_that_cannot_be_written_keeps_no_other_from_the_index(index, monkeypatch, caplog):
    broken, fine = practice(index, "Pływalnia"), practice(index, "Kręgielnia")
    SearchedPage.objects.filter(page_id__in=[broken.pk, fine.pk]).delete()
    passages_of = search_index.passages_of

    def read(page):
        if page.pk == broken.pk:
            raise ValueError(page.title)
        return passages_of(page)

    monkeypatch.setattr(search_index, "passages_of", read)
    search_index.repair(seconds=60)
    assert SearchedPage.objects.filter(page_id__in=[broken.pk, fine.pk]).count() == 1
    assert [record.page for record in caplog.records] == [broken.pk]


@pytest.mark.django_db(transaction=True)
def test_rebuilding_leaves_the_words_of_a_page_that_is_being_published():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    page = practice(make_site_tree(), "Pływalnia")
    search_index.forget([page.pk])
    written, go_on = Event(), Event()

    def publish():
        with transaction.atomic():
            search_index.reindex([page.pk])
            written.set()
            go_on.wait(60)
        connection.close()

    def rebuild():
        search_index._forget_unused_terms()
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        publishing = pool.submit(publish)
        written.wait(60)
        rebuilding = pool.submit(rebuild)
        while not rebuilding.done() and not _somebody_waits():
            pass
        go_on.set()
        publishing.result(), rebuilding.result()
    assert titles("pływalnia") == ["Pływalnia"]


def _somebody_waits():
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


def test_repair_stops_when_its_time_is_over_and_goes_on_later(index, monkeypatch):
    monkeypatch.setattr(search_index, "PORTION", 1)
    for number in range(3):
        practice(index, f"Praktyka {number}")
    SearchedPage.objects.update(analyser="an earlier dictionary")
    assert search_index.repair(seconds=0) == 1
    while search_index.repair(seconds=0):
        pass
    assert not SearchedPage.objects.exclude(analyser=polish.analyser()).exists()


def test_a_renamed_area_is_found_at_once(index):
    practice(index, "Autobusy", areas=["dowozenie"])
    ThematicArea.objects.get(slug="dowozenie").delete()
    assert search_index.repair(seconds=60) == 1
    area = ThematicArea.objects.create(slug="wozenie", name="Kuligi")
    page = practice(index, "Sanie", areas=["wozenie"])
    assert titles("kulig") == ["Sanie"]
    area.name = "Zaprzęgi"
    area.save()
    assert titles("zaprzęgi") == [page.title]
    assert titles("kulig") == []


def test_a_name_that_many_pages_have_is_left_to_the_clock(index, monkeypatch):
    monkeypatch.setattr(search_upkeep, "AT_ONCE", 1)
    unit = make_unit("Wierzbowo")
    practice(index, "Pierwsza", unit=unit)
    practice(index, "Druga", unit=unit)
    unit.name = "Topolno"
    unit.save()
    assert titles("topolno") == []
    assert search_index.repair(seconds=60) == 2
    assert len(titles("topolno")) == 2


def test_saving_a_unit_that_no_page_names_writes_nothing(index):
    unit = make_unit("Wierzbowo")
    with CaptureQueriesContext(connection) as statements:
        search_upkeep.on_renamed(type(unit), unit)
    assert not [one for one in statements if "DELETE" in one["sql"] or "INSERT" in one["sql"]]


def test_a_scheduled_page_waits_for_its_day(index):
    page = make_practice(index, title="Pływalnia", live=False)
    assert SearchedPage.objects.get(page_id=page.pk).version == page.latest_revision_id
    page.get_latest_revision().publish()
    assert SearchedPage.objects.get(page_id=page.pk).version == page.latest_revision_id


def test_practices_made_in_bulk_are_found(index):
    call_command("make_practices", 3)
    assert len(found("samorząd").exact) == 3


def test_rebuilding_says_how_many_and_by_what(index, capsys):
    practice(index, "Pływalnia")
    SearchPosting.objects.all().delete()
    call_command("rebuild_search_index")
    assert polish.analyser() in capsys.readouterr().out
    assert titles("pływalnia") == ["Pływalnia"]


def test_rebuilding_drops_terms_that_no_page_has(index):
    page = practice(index, "Pływalnia")
    page.delete()
    search_index.rebuild()
    assert not SearchTerm.objects.filter(term="plywalnia").exists()


def weight(term, *passages):
    return search_index.weights_of(passages)[term]


def test_weights_grow_with_place_and_number_and_shrink_with_length():
    once, twice = Passage("pływalnia"), Passage("pływalnia i pływalnia")
    long = Passage("słowo " * 3000, is_prose=True)
    assert weight("plywalnia", once) < weight("plywalnia", twice) < 1000
    assert weight("plywalnia", once) < weight("plywalnia", Passage("pływalnia", 4))
    assert weight("plywalnia", once, long) < weight("plywalnia", once)


def test_rich_text_is_read_as_lines():
    html = "<h3>Nagłówek</h3><p>Po <b>pier</b>wsze: &amp;&nbsp;<i>kurs</i></p><ul><li>raz</li></ul>"
    assert text_of(html) == "Nagłówek\nPo pierwsze: & kurs\nraz"
