"""Only what is public leaves, and what left comes back whole."""

import io
import json
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import PageViewRestriction

from practices_pages.exchange import schema
from practices_pages.exchange.records import exported
from practices_pages.models import (
    ContactPerson,
    KeyCompetence,
    PracticeAuthor,
    PracticeDocument,
    PracticePage,
    SchoolType,
)
from tests.factories import add_rows, make_practice, make_site_tree, make_unit
from tests.practices_pages.importing import imported, outcomes

pytestmark = pytest.mark.django_db
# Given by the site that has the practice.
OF_THE_SITE = {
    "id", "html_url", "first_published_at", "last_published_at", "is_draft", "cost_band",
}  # fmt: skip


@pytest.fixture
def index():
    return make_site_tree()


def whole_practice(index):
    """Something in every field."""
    unit = make_unit("Testowo", code="140202", office_email="")
    page = make_practice(
        index,
        unit=unit,
        title="=Praktyka | „cała”",
        problem="<h3>Dlaczego</h3><p>Bo <b>tak</b> &amp; <i>nie</i>;<br/>„x”</p>"
        '<ul><li>raz</li></ul><p><a href="https://x.example/?a=1&amp;b=2">adres</a></p>',
        film_url="https://film.example/1",
        source_url="https://zrodlo.example/1",
        archival_reason="Z archiwum",
        original_date=date(2017, 3, 4),
        image_alt="Autobus przed szkołą",
        image_credit="Jan Próbny",
        contact=ContactPerson.objects.create(
            name="Ewa Próbna",
            role="inspektor",
            email="ewa@gmina.example",
            phone="+48 000 000 000",
            unit=unit,
            published_until=timezone.localdate() + timedelta(days=30),
        ),
    )
    add_rows(page)
    page.steps.all()[0].what = "dwa\nwiersze | i kreska \\"
    page.competences.set(KeyCompetence.objects.all()[:2])
    page.school_types.set(SchoolType.objects.all()[:2])
    page.authors.add(PracticeAuthor(name="Adam Tajny", consented_to_be_named=False))
    page.documents.add(
        PracticeDocument(
            source_title="Wzór", source_url="https://zrodlo.example/w.docx", description="Do zmiany"
        )
    )
    page.save()
    page.save_revision()
    return page


def record():
    (found,) = exported(drafts=True)
    return {name: value for name, value in found.items() if name not in OF_THE_SITE}


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx"])
def test_export_and_import_lose_nothing(index, tmp_path, format):
    whole_practice(index)
    before = record()
    assert list(schema.VALIDATOR.iter_errors(before)) == []
    file = tmp_path / f"praktyki.{format}"
    call_command("export_practices", output=str(file), drafts=True)
    PracticePage.objects.get().delete()
    ContactPerson.objects.all().delete()
    assert outcomes(imported(tmp_path, file.read_bytes(), file.name)) == ["created"]
    assert record() == before


@pytest.mark.parametrize("format", ["jsonl", "csv", "xlsx"])
def test_what_this_site_exported_changes_nothing_here(index, tmp_path, format):
    whole_practice(index)
    make_practice(index, live=True)
    file = tmp_path / f"praktyki.{format}"
    call_command("export_practices", output=str(file), drafts=True)
    report = imported(tmp_path, file.read_bytes(), file.name, overwrite=True)
    assert outcomes(report) == ["skipped", "skipped"]


def test_only_what_the_public_may_see_is_exported(index):
    live = make_practice(index, live=True, title="Publiczna")
    live.title = "Nowsza wersja"
    live.save_revision()
    make_practice(index, title="Szkic")
    private = make_practice(index, live=True, title="Prywatna")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    assert [found["title"] for found in exported()] == ["Publiczna"]
    everything = {found["title"]: found.get("is_draft") for found in exported(drafts=True)}
    assert everything == {"Nowsza wersja": True, "Szkic": True, "Prywatna": True}


def test_personal_data_leaves_only_while_consent_lasts(index):
    page = whole_practice(index)
    ContactPerson.objects.update(published_until=timezone.localdate() - timedelta(days=1))
    page.documents.clear()
    page.save_revision().publish()
    text = json.dumps(list(exported(drafts=True)), ensure_ascii=False)
    assert "Ewa Próbna" in text  # As an author, who agreed.
    for secret in ("ewa@gmina.example", "+48 000", "Adam Tajny"):
        assert secret not in text


def test_the_command_writes_a_file_or_the_standard_output(index, tmp_path, monkeypatch):
    make_practice(index, live=True)
    file = tmp_path / "a.csv"
    call_command("export_practices", output=str(file), format="jsonl")
    assert json.loads(file.read_text())["title"]
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr("sys.stdout", out)
    call_command("export_practices")
    assert out.buffer.getvalue() == file.read_bytes()
