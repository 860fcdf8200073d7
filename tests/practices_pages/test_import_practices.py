"""A file becomes drafts: once, by row, and never over what an editor did since."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import PageLogEntry

from practices_pages.importing import running
from practices_pages.models import (
    ContactPerson,
    ImportRow,
    ImportRun,
    PracticeDocument,
    PracticePage,
    RunState,
)
from tests.factories import make_practice, make_site_tree, make_unit
from tests.practices_pages.importing import imported, lines, only_practice, outcomes
from tests.practices_pages.registers import REAL_REGISTER

pytestmark = pytest.mark.django_db
REAL = Path(__file__).resolve().parents[3] / "shared" / "data" / "practices.jsonl"
RECORD = {
    "title": "Wspólny rozkład jazdy",
    "source_url": "https://zrodlo.example/praktyki/7",
    "source_id": "7",
    "sections": [{"key": "problem", "html": "Uczniowie czekali.\n\nDługo."}],
}

SNIPPETS = [
    "<script>alert(1)</script>",
    '<img src="x" onerror="alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\nscript:alert(1)">x</a>',
    "<svg><g onload=alert(1)></svg>",
    '<iframe src="https://x.example"></iframe>',
    "<style>*{display:none}</style>",
    '<p style="position:fixed" onclick="alert(1)">x</p>',
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<p" + "<" * 1000,
]


@pytest.fixture
def index():
    return make_site_tree()


def test_the_forty_real_practices_come_in_once(index, tmp_path):
    if not REAL.exists():
        pytest.skip("NOT IMPORTED: ../shared/data is not here; the other tests have their own.")
    call_command("import_units", str(REAL_REGISTER))
    data = REAL.read_bytes()
    dry = imported(tmp_path, data, dry_run=True)
    assert (dry["created"], PracticePage.objects.count(), ImportRun.objects.count()) == (40, 0, 0)
    first = imported(tmp_path, data)
    assert outcomes(first) == ["created"] * 40
    pages = PracticePage.objects.all()
    assert not pages.filter(live=True).exists()
    assert not pages.filter(announce=True).exists()
    by_title = {record["title"]: record for record in map(json.loads, data.splitlines())}
    for page in pages:
        record = by_title[page.title]
        codes = [row.unit.code for row in page.practice_units.all()]
        assert codes == ([record["jst"]["teryt"][:6]] if record["jst"] else [])
        assert page.source_url == record["url"]
        assert sum(bool(section.html) for section in page.sections) == len(record["sections"])
    revisions = sorted(pages.values_list("latest_revision", flat=True))
    assert outcomes(imported(tmp_path, data)) == ["skipped"] * 40
    archival = imported(tmp_path, data, archival=True)
    assert archival["updated"] == 39
    (left,) = [row for row in archival["rows"] if row["outcome"] == "skipped"]
    assert "Pozostaje szkicem" in " ".join(left["remarks"])
    assert outcomes(imported(tmp_path, data, archival=True)) == ["skipped"] * 40
    assert sorted(pages.values_list("latest_revision", flat=True)) != revisions
    assert not pages.filter(announce=True).exists()


def test_a_draft_has_what_the_record_says_and_the_history_says_where_from(index, tmp_path):
    unit = make_unit("Testowo", code="140202")
    record = RECORD | {
        "units": [{"name": "Testowo", "code": "1402022", "kind_at_time": "urban"}],
        "areas": ["dowozenie", "autobus", "łamigłówki"],
    }
    (row,) = imported(tmp_path, [record])["rows"]
    page = only_practice()
    assert (page.live, page.announce, page.slug) == (False, False, "wspolny-rozklad-jazdy")
    assert page.problem == "<p>Uczniowie czekali.</p><p>Długo.</p>"
    (named,) = page.practice_units.all()
    assert (named.unit, named.kind_at_time) == (unit, "urban")
    assert [area.slug for area in page.areas.all()] == ["dowozenie"]
    assert "łamigłówki" in " ".join(row["remarks"])
    entry = PageLogEntry.objects.get(page=page.pk, action="practices.imported")
    assert "praktyki.jsonl" in entry.message
    assert "łamigłówki" in entry.message


def test_the_same_source_at_another_of_its_addresses_is_the_same_practice(index, tmp_path):
    imported(tmp_path, [RECORD])
    again = RECORD | {"source_url": "http://www.zrodlo.example/praktyki/7/?tab=content"}
    report = imported(tmp_path, [again | {"lead": "Nowy lead."}])
    assert outcomes(report) == ["updated"]
    assert only_practice().get_latest_revision_as_object().lead == "Nowy lead."


def test_two_ids_at_one_address_stay_two_practices(index, tmp_path):
    records = [RECORD, RECORD | {"source_id": "8", "title": "Inna"}]
    assert outcomes(imported(tmp_path, records)) == ["created", "created"]
    assert outcomes(imported(tmp_path, records)) == ["skipped", "skipped"]


def test_two_rows_of_one_file_are_not_the_same_practice(index, tmp_path):
    for options in ({"dry_run": True}, {}):
        report = imported(tmp_path, [RECORD, RECORD | {"title": "Druga"}], **options)
        assert outcomes(report) == ["created", "problem"]
        assert "1" in report["rows"][1]["reason"]


def test_what_an_editor_changed_is_not_overwritten_in_silence(index, tmp_path):
    imported(tmp_path, [RECORD])
    page = only_practice().get_latest_revision_as_object()
    page.lead = "Poprawione przez redakcję."
    page.save_revision()
    newer = [RECORD | {"title": "Nowy tytuł"}]
    (row,) = imported(tmp_path, newer)["rows"]
    assert (row["outcome"], bool(row["reason"])) == ("skipped", True)
    assert only_practice().get_latest_revision_as_object().title == RECORD["title"]
    assert outcomes(imported(tmp_path, newer, overwrite=True)) == ["updated"]
    page = only_practice().get_latest_revision_as_object()
    assert (page.title, page.lead) == ("Nowy tytuł", "Poprawione przez redakcję.")


def test_opening_and_saving_a_draft_does_not_keep_it_from_being_updated(index, tmp_path):
    imported(tmp_path, [RECORD])
    only_practice().get_latest_revision_as_object().save_revision()
    assert outcomes(imported(tmp_path, [RECORD | {"lead": "Nowy"}])) == ["updated"]


@pytest.mark.parametrize("state", ["locked", "in review"])
def test_a_locked_or_submitted_practice_is_left_alone(index, tmp_path, state):
    imported(tmp_path, [RECORD])
    page = only_practice()
    if state == "locked":
        PracticePage.objects.update(locked=True)
    else:
        page.get_workflow().start(page, None)
    assert outcomes(imported(tmp_path, [RECORD | {"lead": "Nowy"}], overwrite=True)) == ["skipped"]


def test_a_broken_row_is_named_and_the_others_come_in(index, tmp_path):
    data = lines(RECORD) + b"\n{broken\n" + lines({"title": ""}, {"title": "Trzecia"})
    report = imported(tmp_path, data)
    assert [(row["row"], row["outcome"]) for row in report["rows"]] == [
        (1, "created"),
        (2, "problem"),
        (3, "problem"),
        (4, "created"),
    ]
    with pytest.raises(CommandError):
        call_command("import_practices", str(tmp_path / "praktyki.jsonl"))


def test_no_hostile_snippet_survives_in_a_draft(index, tmp_path):
    records = [
        {
            "title": f"Praktyka {number}",
            "lead": str(snippet)[:600],
            "sections": [{"key": "problem", "html": str(snippet)}],
        }
        for number, snippet in enumerate(SNIPPETS)
    ]
    imported(tmp_path, records)
    html = "".join(PracticePage.objects.values_list("problem", flat=True)).lower()
    for evil in ("<script", "<iframe", "<svg", " onerror", " onload", 'href="javascript', "<style"):
        assert evil not in html
    assert PracticePage.objects.exists()


def test_links_to_numbered_pages_of_another_site_lead_nowhere_here(index, tmp_path):
    html = '<p><a linktype="document" id="1">plik</a> <a href="https://x.example/">x</a></p>'
    imported(tmp_path, [RECORD | {"sections": [{"key": "problem", "html": html}]}])
    expected = '<p><a>plik</a> <a href="https://x.example/">x</a></p>'
    assert only_practice().problem == expected


def test_an_unknown_unit_is_named_and_the_draft_waits_for_one(index, tmp_path):
    make_unit("Dobra", code="140203")
    make_unit("Dobra", code="320203")
    names = [{"name": "Dobra"}, {"name": "Nibylandia", "code": "999999"}]
    (row,) = imported(tmp_path, [RECORD | {"units": names}])["rows"]
    said = " ".join(row["remarks"])
    assert row["outcome"] == "created"
    assert all(word in said for word in ("140203", "320203", "Nibylandia"))
    assert not only_practice().practice_units.exists()


def test_files_are_not_fetched_and_their_addresses_stay(index, tmp_path):
    document = {
        "title": "Regulamin",
        "url": "https://zrodlo.example/r.pdf",
        "description": "Do zmiany",
        "licence": "cc-by-4.0",
        "is_accessible": True,
    }
    image = {"url": "https://zrodlo.example/z.jpg", "alt": "Autobus", "credit": "Jan Próbny"}
    (row,) = imported(tmp_path, [RECORD | {"documents": [document], "image": image}])["rows"]
    kept = PracticeDocument.objects.get()
    assert (kept.document, kept.source_url) == (None, "https://zrodlo.example/r.pdf")
    assert "https://zrodlo.example/z.jpg" in " ".join(row["remarks"])
    assert only_practice().image_alt == "Autobus"


def test_nobody_is_named_or_shown_without_consent(index, tmp_path):
    contact = {"name": "Ewa Próbna", "email": "ewa@gmina.example"}
    people = {"authors": [{"name": "Jan Próbny"}], "contact": contact}
    imported(tmp_path, [RECORD | people])
    assert not ContactPerson.objects.exists()
    assert [row.consented_to_be_named for row in only_practice().authors.all()] == [False]
    for until, expected in (("2020-01-01", 0), ("2999-01-01", 1)):
        people["contact"] = contact | {"published_until": until}
        imported(tmp_path, [RECORD | people], overwrite=True)
        assert ContactPerson.objects.count() == expected
    assert not ImportRow.objects.exclude(record=None).exists()


def test_a_run_that_was_killed_is_continued_from_its_rows(index, tmp_path, monkeypatch):
    records = [RECORD | {"source_id": str(number)} for number in range(4)]
    carry_out, calls = running.carry_out, []

    def dies_in_the_third(*args):
        calls.append(args)
        if len(calls) == 3:
            carry_out(*args)
            raise KeyboardInterrupt
        carry_out(*args)

    monkeypatch.setattr(running, "carry_out", dies_in_the_third)
    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path, records)
    assert PracticePage.objects.count() == 2
    run = ImportRun.objects.get()
    assert run.state == RunState.RUNNING
    assert running.continue_runs(seconds=60) == 0
    run.refresh_from_db()
    assert (run.state, run.counts()["created"]) == (RunState.FINISHED, 4)
    assert outcomes(imported(tmp_path, records)) == ["skipped"] * 4


def test_an_unexpected_error_stops_one_row_and_only_once(index, tmp_path, monkeypatch):
    carry_out = running.carry_out

    def stumbles(planned, row):
        if row.number == 1:
            raise ZeroDivisionError
        carry_out(planned, row)

    monkeypatch.setattr(running, "carry_out", stumbles)
    with pytest.raises(ZeroDivisionError):
        imported(tmp_path, [RECORD, RECORD | {"source_id": "8"}])
    running.continue_runs(seconds=60)
    assert ImportRun.objects.get().counts() | {"problem": 1, "created": 1} == (
        ImportRun.objects.get().counts()
    )


def test_a_practice_in_another_language_is_no_new_version(index, tmp_path):
    report = imported(tmp_path, [RECORD | {"language": "en"}])
    assert outcomes(report) == ["problem"]


def test_the_command_says_what_it_needs(index, tmp_path):
    with pytest.raises(CommandError):
        call_command("import_practices")
    with pytest.raises(CommandError):
        call_command("import_practices", str(tmp_path / "nothing.csv"))
    file = tmp_path / "wzor.xlsx"
    call_command("import_practices", template=str(file))
    assert file.read_bytes().startswith(b"PK")
    with pytest.raises(CommandError):
        call_command("import_practices", template=str(tmp_path / "wzor.pdf"))
    second = type(index)(title="Druga", slug="druga")
    index.get_parent().add_child(instance=second)
    (tmp_path / "a.jsonl").write_bytes(lines(RECORD))
    with pytest.raises(CommandError, match="--index"):
        call_command("import_practices", str(tmp_path / "a.jsonl"))
    call_command("import_practices", str(tmp_path / "a.jsonl"), index=second.pk)
    assert only_practice().get_parent().pk == second.pk


def test_a_practice_of_this_site_is_known_by_its_own_id(index, tmp_path):
    page = make_practice(index, live=True)
    record = {"id": page.pid, "html_url": "https://testserver/x", "title": "Zmieniony"}
    assert outcomes(imported(tmp_path, [record])) == ["skipped"]
    assert outcomes(imported(tmp_path, [record], overwrite=True)) == ["updated"]
    page.refresh_from_db()
    assert (page.live, page.has_unpublished_changes) == (True, True)
    assert page.title != "Zmieniony"
