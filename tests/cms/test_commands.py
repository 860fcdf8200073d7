"""The site's commands: safe to repeat, clear when they cannot."""

import json
import socket
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from wagtail.models import Page, Site

from cms.management.commands.demo_check import holds_files
from newsletter.conf import conf
from newsletter.models import Announcement, ConsentEvent, Letter, Subscription
from practices_pages.gate import problems
from practices_pages.models import HomePage, PracticeIndexPage, PracticePage

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_a_new_site_begins_with_home_list_groups_and_workflow(client: Client) -> None:
    run("setup_site")
    home, index = HomePage.objects.get(), PracticeIndexPage.objects.get()
    assert Site.objects.get().root_page_id == home.pk
    assert not Page.objects.filter(slug="home").exists()
    assert index.get_workflow().name == "Publikacja praktyki"
    assert client.get("/dobre-praktyki/").status_code == 200


def test_setting_up_again_changes_nothing() -> None:
    run("setup_site")
    PracticeIndexPage.objects.update(title="Nasza lista")
    pages = Page.objects.count()
    run("setup_site")
    assert Page.objects.count() == pages
    assert PracticeIndexPage.objects.get().title == "Nasza lista"


@pytest.mark.once
def test_the_demo_holds_thirteen_complete_practices_and_every_state_of_the_workflow(
    settings: Any,
) -> None:
    settings.DEBUG = True
    run("load_demo")
    published = PracticePage.objects.filter(live=True, is_archival=False)
    assert published.count() == 13
    assert [problem.message for page in published for problem in problems(page)] == []
    states = {page.status_string for page in PracticePage.objects.filter(live=False)}
    assert len(states) >= 2
    tasks = {str(p.current_workflow_task) for p in PracticePage.objects.filter(live=False)}
    assert tasks == {"None", "Redakcja", "Moderacja"}
    assert PracticePage.objects.filter(is_archival=True, live=True).count() == 1


@pytest.mark.once
@pytest.mark.usefixtures("demo_content")
def test_loading_the_demo_again_keeps_what_was_changed(settings: Any) -> None:
    settings.DEBUG = True
    PracticePage.objects.filter(pk=PracticePage.objects.first().pk).update(title="Zmieniona")
    events = ConsentEvent.objects.count()
    assert "nothing was changed" in run("load_demo")
    assert PracticePage.objects.filter(title="Zmieniona").exists()
    assert ConsentEvent.objects.count() == events


@pytest.mark.once
@pytest.mark.usefixtures("demo_content")
def test_the_demo_promises_about_data_what_the_product_does(client: Client) -> None:
    page = client.get("/polityka-prywatnosci/").content.decode()
    for promised in ["po siedmiu dniach", "skróconym adresem IP", "na żądanie usuwamy z niego"]:
        assert promised in page
    assert conf.CONFIRMATION_DAYS == 7


@pytest.mark.once
@pytest.mark.usefixtures("demo_content")
def test_loading_the_demo_announces_and_mails_nothing() -> None:
    run("tick")
    assert not Announcement.objects.exists()
    assert not Letter.objects.exists()
    states = sorted(Subscription.objects.values_list("state", flat=True))
    assert states == ["confirmed", "confirmed", "pending", "withdrawn", "withdrawn"]


def test_demo_accounts_are_refused_on_a_real_site() -> None:
    with pytest.raises(CommandError, match="only with DEBUG"):
        run("load_demo")
    with pytest.raises(CommandError, match="DEBUG"):
        run("demo")


def test_a_busy_port_is_named_with_a_way_out(settings: Any) -> None:
    settings.DEBUG = True
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port}.*PORT={port + 1}"):
            run("demo", "--port", str(port))


def test_a_tick_reports_its_figures_for_machines() -> None:
    report = json.loads(run("tick", "--json"))
    assert report["announced"] == 0
    assert {"published", "requeued", "expired"} <= set(report)


def test_a_check_never_starts_in_a_folder_with_data(settings: object, tmp_path: Path) -> None:
    (tmp_path / "incoming").mkdir()
    assert not holds_files(tmp_path), "Starting the check makes this folder."
    (tmp_path / "incoming" / "film.mp4").write_text("somebody's data")
    settings.VAR_DIR = tmp_path  # type: ignore[attr-defined]
    with pytest.raises(CommandError, match="must be empty"):
        run("demo_check")
