"""The command that says how good the search is."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from practices_pages.models import PracticeSource
from tests.factories import make_practice, make_site_tree
from tests.practices_pages.searching import needs_dictionary

SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"
GOOD = 0.95


@pytest.fixture
def index(db):
    return make_site_tree()


def lines(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


def query(name, text, *relevant):
    return {"id": name, "query": text, "relevant": list(relevant)}


@pytest.fixture
def drafts(index):
    for source, title in (("A", "Pływalnia"), ("B", "Żłobek, żłobek, żłobek"), ("C", "Żłobek")):
        page = make_practice(index, title=title)
        PracticeSource.objects.create(page=page, key=source, source_id=source)


def evaluate(capsys, *arguments):
    capsys.readouterr()
    call_command("search_eval", *arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_recall_and_mrr_are_of_the_queries_with_an_answer(drafts, tmp_path, capsys):
    file = lines(
        tmp_path / "q.jsonl",
        [
            query("1", "pływalnie", "A"),
            query("2", "żłobki", "C"),
            query("3", "kręgielnie", "A"),
            query("4", "kręgielnie"),
            query("5", "pływalnie"),
        ],
    )
    figures = evaluate(capsys, file)
    assert figures["answerable"] == 3
    assert figures["recall_at_10"] == round(2 / 3, 4)
    assert figures["mrr"] == round((1 + 1 / 2 + 0) / 3, 4)
    assert (figures["unanswerable"], figures["unanswerable_right"]) == (2, 1)
    assert [failed["id"] for failed in figures["failed"]] == ["2", "3", "5"]


def test_it_says_of_each_failure_what_came_instead(drafts, tmp_path, capsys):
    call_command("search_eval", lines(tmp_path / "q.jsonl", [query("1", "żłobki", "A")]))
    said = capsys.readouterr().out
    assert "1 “żłobki”: recall 0.00" in said
    assert "wanted A" in said
    assert "came   B C" in said
    assert "recall@10 0.000, MRR 0.000" in said


def test_only_the_practices_of_a_file_are_ranked(drafts, tmp_path, capsys):
    practices = lines(tmp_path / "p.jsonl", [{"id": "C"}])
    file = lines(tmp_path / "q.jsonl", [query("1", "żłobki", "C")])
    figures = evaluate(capsys, file, "--practices", practices)
    assert (figures["practices"], figures["mrr"]) == (1, 1)


def test_it_needs_imported_practices_and_a_file_that_can_be_read(index, tmp_path):
    with pytest.raises(CommandError, match="import_practices"):
        call_command("search_eval", lines(tmp_path / "q.jsonl", []))
    page = make_practice(index)
    PracticeSource.objects.create(page=page, key="A", source_id="A")
    with pytest.raises(CommandError, match=r"none\.jsonl"):
        call_command("search_eval", str(tmp_path / "none.jsonl"))
    (tmp_path / "broken.jsonl").write_text("{", encoding="utf-8")
    with pytest.raises(CommandError, match=r"broken\.jsonl"):
        call_command("search_eval", str(tmp_path / "broken.jsonl"))


@needs_dictionary
def test_the_judged_queries_are_answered_well(index, capsys):
    if not (SHARED / "search_queries.jsonl").exists():
        pytest.skip("NOT EVALUATED: ../shared/data is not here; the other tests have their own.")
    call_command("import_units", SHARED / "terc-2026-01-01.csv")
    call_command("import_practices", str(SHARED / "practices.jsonl"))
    figures = evaluate(capsys, str(SHARED / "search_queries.jsonl"))
    assert figures["practices"] == 40
    assert figures["recall_at_10"] >= GOOD
    assert figures["mrr"] >= GOOD
    assert figures["unanswerable_right"] == figures["unanswerable"]
