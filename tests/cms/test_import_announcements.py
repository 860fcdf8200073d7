"""Nothing imported is announced unless somebody says so: not now, not by the clock, not later."""

from pathlib import Path

import pytest
from django.core.management import call_command

from cms.practice_announcements import reconcile
from cms.ticking import tick
from newsletter.models import Announcement, Story
from practices_pages.models import PracticeIndexPage, PracticePage
from tests.factories import complete_practice_fields, make_site_tree, make_unit, make_user
from tests.newsletter.factories import make_subscription
from tests.practices_pages.importing import imported

pytestmark = pytest.mark.django_db


@pytest.fixture
def index() -> PracticeIndexPage:
    make_subscription(topics=["all"])
    make_unit("Testowo", code="140202")
    return make_site_tree()


def record() -> dict[str, object]:
    fields = complete_practice_fields()
    sections = [
        {"key": key, "html": html} for key, html in fields.items() if str(html).startswith("<p>")
    ]
    return {
        "title": "Wspólny rozkład",
        "lead": fields["lead"],
        "licence": fields["licence"],
        "sections": sections,
        "units": [{"code": "140202"}],
        "source_url": "https://zrodlo.example/7",
    }


def nobody_is_told() -> bool:
    reconcile()
    tick()
    return not Story.objects.exists() and not Announcement.objects.exists()


def test_an_archival_import_publishes_through_the_gate_and_tells_nobody(
    index: PracticeIndexPage, tmp_path: Path
) -> None:
    (row,) = imported(tmp_path, [record()], archival=True)["rows"]
    page = PracticePage.objects.get()
    assert (row["published"], page.live, page.is_archival, page.announce) == (True,) * 3 + (False,)
    assert page.archival_reason
    assert nobody_is_told()


def test_an_imported_draft_that_an_editor_publishes_is_not_announced_until_ticked(
    index: PracticeIndexPage, tmp_path: Path
) -> None:
    imported(tmp_path, [record()])
    page = PracticePage.objects.get()
    page.save_revision(user=make_user("editor")).publish(user=make_user("administrator"))
    assert PracticePage.objects.get().live
    assert nobody_is_told()
    page = PracticePage.objects.get()
    page.announce = True
    page.save_revision().publish()
    assert Story.objects.get().title == "Wspólny rozkład"


def test_importing_again_changes_nothing_about_announcing(
    index: PracticeIndexPage, tmp_path: Path
) -> None:
    imported(tmp_path, [record()])
    PracticePage.objects.get().save_revision().publish()
    imported(tmp_path, [record() | {"lead": "Nowy lead."}], overwrite=True)
    imported(tmp_path, [record() | {"lead": "Nowszy lead."}], overwrite=True, archival=True)
    page = PracticePage.objects.get()
    assert (page.live, page.is_archival, page.announce) == (True, False, False)
    assert nobody_is_told()
    call_command("newsletter_reconcile")
