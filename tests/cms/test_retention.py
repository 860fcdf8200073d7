"""What the site itself keeps ends on the day; docs/retention.md names every rule."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from wagtail.admin.models import EditingSession
from wagtail.models import Page, PageLogEntry

from cms import retention
from practices_pages import previews
from practices_pages.models import ImportRow, ImportRun, PracticePage, PreviewGrant
from tests.factories import make_practice, make_site_tree, make_user

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
ALMOST, OVER = timedelta(minutes=-1), timedelta(minutes=1)


def ago(days: int, more: timedelta) -> Any:
    return timezone.now() - timedelta(days=days) - more


def test_sessions_end_when_they_expire() -> None:
    for key, moment in (("lives", ago(0, ALMOST)), ("over", ago(0, OVER))):
        Session.objects.create(session_key=key, session_data="", expire_date=moment)
    assert retention.forget_sessions(10) == 1
    assert Session.objects.get().session_key == "lives"


def test_results_of_tasks_end_on_the_day_and_unfinished_ones_stay(settings: Any) -> None:
    settings.RETENTION_TASK_RESULT_DAYS = 14
    for status, finished in (
        ("SUCCESSFUL", ago(14, ALMOST)),
        ("FAILED", ago(14, OVER)),
        ("RUNNING", None),
    ):
        DBTaskResult.objects.create(
            status=status,
            finished_at=finished,
            args_kwargs={"args": [], "kwargs": {}},
            task_path="newsletter.tasks.deliver_now",
            backend_name="default",
            exception_class_path="",
            traceback="",
        )
    assert retention.forget_task_results(10) == 1
    assert set(DBTaskResult.objects.values_list("status", flat=True)) == {"SUCCESSFUL", "RUNNING"}


def test_preview_links_that_ended_are_forgotten_on_the_day(settings: Any) -> None:
    settings.RETENTION_PREVIEW_DAYS = 90
    editor = make_user("editor")
    practice = make_practice(make_site_tree(), owner=editor)
    for label, ended in (("lives", None), ("fresh", ago(90, ALMOST)), ("old", ago(90, OVER))):
        grant, _token = previews.create_grant(practice, by=editor, label=label, days=7)
        PreviewGrant.objects.filter(pk=grant.pk).update(revoked_at=ended)
    assert retention.forget_preview_links(10) == 1
    assert set(PreviewGrant.objects.values_list("label", flat=True)) == {"lives", "fresh"}


def test_reports_of_imports_end_on_the_day_and_their_practices_stay(settings: Any) -> None:
    settings.RETENTION_IMPORT_DAYS = 365
    index = make_site_tree()
    practice = make_practice(index)
    for name, made in (("fresh", ago(365, ALMOST)), ("old", ago(365, OVER))):
        run = ImportRun.objects.create(index_page=index, filename=name, language="pl")
        ImportRow.objects.create(run=run, number=1, page=practice)
        ImportRun.objects.filter(pk=run.pk).update(created_at=made)
    assert [retention.forget_imports(10) for _call in range(3)] == [1, 1, 0]
    assert ImportRow.objects.get().run.filename == "fresh"
    assert PracticePage.objects.get() == practice


def test_traces_of_open_editors_end_within_hours() -> None:
    page = Page.objects.first()
    for moment in (timezone.now(), ago(0, timedelta(hours=2))):
        EditingSession.objects.create(
            user=make_user("editor"),
            content_type=ContentType.objects.get_for_model(Page),
            object_id=str(page.pk),
            last_seen_at=moment,
        )
    assert retention.forget_editing_traces(10) == 1


def test_the_history_of_the_panel_ends_on_the_day(settings: Any) -> None:
    settings.RETENTION_LOG_DAYS = 1826
    page = Page.objects.first()
    PageLogEntry.objects.all().delete()
    for moment in (ago(1826, ALMOST), ago(1826, OVER)):
        PageLogEntry.objects.create(
            action="wagtail.edit",
            page=page,
            label="Strona",
            content_type=ContentType.objects.get_for_model(Page),
            timestamp=moment,
        )
    assert retention.forget_history(10) == 1
    assert PageLogEntry.objects.count() == 1


def test_a_film_that_never_arrived_is_forgotten_after_a_day_and_nothing_else_is(
    tmp_path: Path, settings: Any
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    for name, changed in (
        ("tmpa.upload.mp4", ago(1, OVER)),
        ("tmpb.upload.mp4", ago(1, ALMOST)),
        ("somebody-elses.mp4", ago(9, OVER)),
    ):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (changed.timestamp(), changed.timestamp()))
    assert retention.forget_interrupted_uploads(10) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"tmpb.upload.mp4", "somebody-elses.mp4"}


def test_every_rule_is_explained() -> None:
    table = (ROOT / "docs" / "retention.md").read_text(encoding="utf-8")
    missing = [name for name in retention.RULES if f"`{name}`" not in table]
    assert missing == []
