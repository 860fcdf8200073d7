"""Imports in the panel: look first, confirm, watch, undo; only for those who may."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from wagtail.users.models import UserProfile

from practices_pages import import_admin
from practices_pages.importing import running
from practices_pages.models import (
    ImportRow,
    ImportRun,
    PracticeIndexPage,
    PracticePage,
    RowState,
    RunState,
)
from tests.factories import make_site_tree, make_unit, make_user
from tests.practices_pages.importing import lines

pytestmark = pytest.mark.django_db
RECORDS = [
    {"title": f"Praktyka {number}", "source_url": "https://zrodlo.example/", "source_id": number}
    for number in ("a", "b", "c")
]


@pytest.fixture
def index():
    return make_site_tree()


@pytest.fixture
def moderator(client, index):
    user = make_user("moderator")
    client.force_login(user)
    return user


def uploaded(client, data, name="praktyki.jsonl", **fields):
    index = PracticeIndexPage.objects.get()
    file = SimpleUploadedFile(name, data)
    url = reverse("practices_pages_imports")
    return client.post(url, {"file": file, "index_page": index.pk, **fields})


def act(client, name):
    run = ImportRun.objects.get()
    url = reverse("practices_pages_import_act", args=[run.pk, name])
    return client.post(url, follow=True).content.decode()


def undo(client):
    url = reverse("practices_pages_import_undo", args=[ImportRun.objects.get().pk])
    assert client.get(url).status_code == 200
    return client.post(url, follow=True).content.decode()


def imported_in_panel(client, records=RECORDS, **fields):
    uploaded(client, lines(*records), **fields)
    return act(client, "start")


@pytest.mark.parametrize("role", ["author", "editor", "newsletter_manager"])
def test_only_who_may_import_gets_in(client, index, role):
    client.force_login(make_user("moderator"))
    uploaded(client, lines(*RECORDS))
    run = ImportRun.objects.get()
    client.force_login(make_user(role))
    assert "practice-imports" not in client.get(reverse("wagtailadmin_home")).content.decode()
    for name, args in (
        ("practices_pages_imports", []),
        ("practices_pages_import_template", ["csv"]),
        ("practices_pages_import", [run.pk]),
        ("practices_pages_import_undo", [run.pk]),
        ("practices_pages_import_act", [run.pk, "start"]),
    ):
        for method in (client.get, client.post):
            assert method(reverse(name, args=args)).status_code in {302, 403, 405}
    assert not PracticePage.objects.exists()
    run.refresh_from_db()
    assert run.state == RunState.CHECKED


def test_a_moderator_sees_what_will_happen_and_nothing_is_written(client, moderator):
    answer = uploaded(client, lines(*RECORDS, {"title": ""}) + b"\n{broken")
    page = client.get(answer.url).content.decode()
    assert not PracticePage.objects.exists()
    assert ImportRun.objects.get().counts()["created"] == 3
    assert "Praktyka 1" not in page
    assert all(record["title"] in page for record in RECORDS)
    problems = client.get(answer.url, {"outcome": "problem"}).content.decode()
    assert "Praktyka a" not in problems
    assert problems.count("practice-import-row ") == 2
    assert "practice-imports" in client.get(reverse("wagtailadmin_home")).content.decode()


def test_confirming_imports_once_however_often_it_is_clicked(client, moderator):
    imported_in_panel(client)
    act(client, "start")
    act(client, "continue")
    assert PracticePage.objects.count() == 3
    assert {page.owner for page in PracticePage.objects.all()} == {moderator}
    assert not PracticePage.objects.filter(live=True).exists()
    assert not PracticePage.objects.filter(announce=True).exists()
    assert not ImportRow.objects.exclude(record=None).exists()


def test_a_file_that_was_discarded_leaves_nothing(client, moderator):
    uploaded(client, lines(*RECORDS))
    act(client, "discard")
    act(client, "start")
    assert not PracticePage.objects.exists()
    assert not ImportRow.objects.exclude(record=None).exists()


@pytest.mark.parametrize(
    ("data", "name"),
    [(b"", "a.csv"), (b"a;b\n1;2\n", "a.csv"), (b"PK\x03\x04nothing", "a.xlsx")],
)
def test_a_file_that_cannot_be_read_is_refused_at_its_field(client, moderator, data, name):
    answer = uploaded(client, data, name)
    assert answer.status_code == 200
    assert "error" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_file_without_practices_is_not_offered_for_import(client, moderator):
    template = client.get(reverse("practices_pages_import_template", args=["csv"]))
    answer = uploaded(client, template.content, name="praktyki.csv")
    page = client.get(answer["Location"]).content.decode()
    assert "W tym pliku nie ma nic do zaimportowania." in page
    start = reverse("practices_pages_import_act", args=[ImportRun.objects.get().pk, "start"])
    assert start not in page


def test_a_long_file_is_done_in_steps_that_anybody_may_continue(client, moderator, monkeypatch):
    monkeypatch.setattr(import_admin, "SECONDS", 0)
    uploaded(client, lines(*RECORDS))
    run = ImportRun.objects.get()
    page = client.get(reverse("practices_pages_import", args=[run.pk])).content.decode()
    assert run.state == RunState.CHECKING
    assert "import-progress.js" in page
    assert "<progress" in page
    for _click in range(4):
        act(client, "continue")
    assert ImportRun.objects.get().state == RunState.CHECKED
    act(client, "start")
    assert PracticePage.objects.count() == 1
    assert running.continue_runs(seconds=60) == 0
    assert PracticePage.objects.count() == 3
    assert ImportRun.objects.get().state == RunState.FINISHED


def test_undo_takes_back_what_nobody_has_touched(client, moderator):
    imported_in_panel(client)
    changed, submitted, _untouched = PracticePage.objects.order_by("pk")
    changed.lead = "Już nad tym pracuję."
    changed.save_revision(user=make_user("editor"))
    submitted.get_workflow().start(submitted, moderator)
    undo(client)
    assert set(PracticePage.objects.all()) == {changed, submitted}
    states = list(ImportRow.objects.values_list("state", flat=True))
    assert sorted(states) == [RowState.LEFT, RowState.LEFT, RowState.UNDONE]
    assert all(row.reason for row in ImportRow.objects.filter(state=RowState.LEFT))
    assert ImportRun.objects.get().state == RunState.UNDONE


def test_undo_brings_back_the_version_before_an_update(client, moderator):
    imported_in_panel(client, RECORDS[:1])
    ImportRun.objects.all().delete()
    imported_in_panel(client, [RECORDS[0] | {"title": "Nowy tytuł"}])
    page = PracticePage.objects.get()
    assert page.get_latest_revision_as_object().title == "Nowy tytuł"
    undo(client)
    page = PracticePage.objects.get()
    assert (page.title, page.get_latest_revision_as_object().title) == ("Praktyka a",) * 2
    ImportRun.objects.all().delete()
    imported_in_panel(client, [RECORDS[0] | {"title": "Nowy tytuł"}])
    assert PracticePage.objects.get().get_latest_revision_as_object().title == "Nowy tytuł"


def test_undo_takes_an_archival_publication_back(client, moderator):
    make_unit("Testowo", code="140202")
    record = RECORDS[0] | {
        "units": [{"code": "140202"}],
        "sections": [{"key": "problem", "html": "Krótko"}],
    }
    imported_in_panel(client, [record], publishes_archival="on")
    assert PracticePage.objects.get().live
    undo(client)
    assert not PracticePage.objects.exists()


def test_undo_makes_a_draft_of_what_a_second_import_published(client, moderator):
    make_unit("Testowo", code="140202")
    record = RECORDS[0] | {
        "units": [{"code": "140202"}],
        "sections": [{"key": "problem", "html": "Krótko"}],
    }
    imported_in_panel(client, [record])
    ImportRun.objects.all().delete()
    imported_in_panel(client, [record], publishes_archival="on")
    assert PracticePage.objects.get().live
    undo(client)
    page = PracticePage.objects.get()
    assert (page.live, page.is_archival) == (False, False)
    assert page.get_latest_revision_as_object().is_archival is False
    assert ImportRow.objects.get().state == RowState.UNDONE


def test_archival_needs_the_right_to_publish_of_whoever_confirms(client, moderator, index):
    make_unit("Testowo", code="140202")
    record = RECORDS[0] | {
        "units": [{"code": "140202"}],
        "sections": [{"key": "problem", "html": "Krótko"}],
    }
    moderator.groups.get().page_permissions.filter(permission__codename="publish_page").delete()
    imported_in_panel(client, [record], publishes_archival="on")
    assert PracticePage.objects.get().live is False
    assert ImportRow.objects.get().remarks


def test_templates_are_downloads(client, moderator):
    for format, start in (("csv", "\ufeff".encode()), ("xlsx", b"PK")):
        answer = client.get(reverse("practices_pages_import_template", args=[format]))
        assert answer.content.startswith(start)
        assert "attachment" in answer["Content-Disposition"]


@pytest.mark.parametrize(("language", "word"), [("pl", "Import praktyk"), ("en", "Import of prac")])
def test_every_screen_speaks_the_language_of_its_reader(client, moderator, language, word):
    profile = UserProfile.get_for_user(moderator)
    profile.preferred_language = language
    profile.save()
    hostile = [RECORDS[0] | {"title": "<script>alert(1)</script>"}]
    answer = uploaded(client, lines(*hostile))
    run = ImportRun.objects.get()
    for page in (
        client.get(reverse("practices_pages_imports")).content.decode(),
        client.get(answer.url).content.decode(),
        act(client, "start"),
        client.get(reverse("practices_pages_import_undo", args=[run.pk])).content.decode(),
    ):
        assert word in page
        assert "<script>alert(1)" not in page


def test_a_run_that_nobody_confirms_is_forgotten(client, moderator):
    uploaded(client, lines(*RECORDS))
    run = ImportRun.objects.get()
    ImportRun.objects.update(created_at=run.created_at - running.KEEP_UNCONFIRMED * 2)
    running.continue_runs(seconds=1)
    run.refresh_from_db()
    assert run.state == RunState.DISCARDED
    assert not ImportRow.objects.exclude(record=None).exists()


def test_many_rows_cost_few_queries(client, moderator, django_assert_max_num_queries):
    uploaded(client, lines(*(RECORDS[0] | {"source_id": str(n)} for n in range(40))))
    url = reverse("practices_pages_import", args=[ImportRun.objects.get().pk])
    with django_assert_max_num_queries(30):
        assert client.get(url).content.decode().count("practice-import-row ") == 40
