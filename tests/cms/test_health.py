"""What probes and the panel say when something stands still, and to whom."""

import json
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cms.models import TickStep
from cms.ticking import tick
from newsletter.conf import conf
from newsletter.heartbeats import Heart
from newsletter.models import Announcement, Delivery, Instance, WorkerBeat
from tests.factories import make_user
from tests.newsletter.factories import make_subscription
from tests.newsletter.stories import opened

pytestmark = pytest.mark.django_db
TOKEN = "do-odczytu-metryk"
ROOT = Path(__file__).resolve().parent.parent.parent
MONITOR = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def _monitored(settings: Any, tmp_path: Path) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def at_work() -> None:
    """The clock has ticked and a worker lives."""
    tick()
    Heart(is_lasting=True).beat()


def checks(client: Client) -> dict[str, str]:
    return client.get("/health/ready", headers=MONITOR).json()["checks"]


def wrong(client: Client) -> set[str]:
    return {name for name, answer in checks(client).items() if answer != "ok"}


@pytest.mark.usefixtures("at_work")
def test_a_site_at_work_is_ready(client: Client) -> None:
    answer = client.get("/health/ready", headers=MONITOR)
    assert answer.status_code == 200, answer.content
    assert set(answer.json()["checks"].values()) == {"ok"}


def test_being_alive_asks_nothing_of_the_database(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        answer = client.get("/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


@pytest.mark.usefixtures("at_work")
def test_a_clock_that_stands_still_is_said(client: Client, settings: Any) -> None:
    late = timezone.now() - timedelta(seconds=settings.TICK_LATE_SECONDS + 1)
    TickStep.objects.filter(name="tick").update(finished_at=late)
    assert client.get("/health/ready").status_code == 503
    assert "5 minutes" in checks(client)["tick"]


def test_a_clock_that_never_ran_and_a_missing_worker_are_said(client: Client) -> None:
    assert wrong(client) == {"tick", "worker"}


@pytest.mark.usefixtures("at_work")
def test_a_step_that_fails_is_named(client: Client) -> None:
    TickStep.objects.filter(name="announcing").update(failed_at=timezone.now())
    assert checks(client)["tick"].endswith("announcing")


@pytest.mark.usefixtures("at_work")
def test_a_worker_that_went_silent_is_said(client: Client) -> None:
    silent = timezone.now() - timedelta(seconds=conf.WORKER_LATE_SECONDS + 1)
    WorkerBeat.objects.update(beat_at=silent)
    assert wrong(client) == {"worker"}
    Heart(is_lasting=True).beat()
    assert wrong(client) == set()


@pytest.mark.usefixtures("at_work")
def test_mail_that_waits_for_an_hour_is_said(client: Client) -> None:
    make_subscription()
    announcement = opened()
    assert wrong(client) == set()
    long_ago = timezone.now() - timedelta(hours=3)
    Announcement.objects.filter(pk=announcement.pk).update(opened_at=long_ago)
    assert "3 hours" in checks(client)["queue"]
    # Paused meanwhile and resumed now: nothing waited.
    Announcement.objects.filter(pk=announcement.pk).update(acted_at=timezone.now())
    assert wrong(client) == set()


@pytest.mark.usefixtures("at_work")
def test_sending_that_is_locked_is_said_with_the_way_out(client: Client) -> None:
    Instance.objects.all().delete()
    Instance.objects.create(ref=uuid.uuid4(), is_restored=True)
    assert "newsletter_reconcile --from-journal" in checks(client)["sending"]


@pytest.mark.usefixtures("at_work")
def test_a_migration_that_is_not_applied_is_named(client: Client) -> None:
    recorder = MigrationRecorder(connection)
    newest = sorted(name for app, name in recorder.applied_migrations() if app == "newsletter")[-1]
    recorder.record_unapplied("newsletter", newest)
    assert f"newsletter.{newest}" in checks(client)["migrations"]


@pytest.mark.usefixtures("at_work")
def test_a_media_folder_that_cannot_be_written_is_said(
    client: Client, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    }
    settings.MEDIA_ROOT = tmp_path / "missing" / "media"
    assert wrong(client) == {"media"}


def test_a_cache_that_is_away_is_said(client: Client, settings: Any) -> None:
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    answer = client.get("/health/ready?only=web", headers=MONITOR)
    assert answer.status_code == 503
    assert "ConnectionError" in answer.json()["checks"]["cache"]


def test_a_load_balancer_keeps_the_pages_when_only_the_worker_is_away(client: Client) -> None:
    assert client.get("/health/ready?only=web").status_code == 200
    assert client.get("/health/ready").status_code == 503


@pytest.mark.parametrize("address", ["/health/live", "/health/ready?only=web"])
def test_a_container_asks_by_any_host_without_tls_and_gets_no_cookie(
    client: Client, settings: Any, address: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(address, headers={"Host": "10.1.2.3:8000"})
    assert answer.status_code == 200
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]


def test_visitors_learn_the_status_and_nothing_else(client: Client, settings: Any) -> None:
    assert client.get("/health/ready").json() == {"status": "failing"}
    assert client.get("/health/ready", headers={"Authorization": "Bearer x"}).json() == {
        "status": "failing"
    }
    settings.METRICS_NETWORKS = ["127.0.0.0/8"]
    assert "checks" in client.get("/health/ready").json()
    # Through a proxy that nobody declared it could be anybody.
    forwarded = {"X-Forwarded-For": "127.0.0.1"}
    assert client.get("/health/ready", headers=forwarded).json() == {"status": "failing"}


def test_behind_a_declared_proxy_the_visitor_counts(client: Client, settings: Any) -> None:
    settings.METRICS_NETWORKS = ["198.51.100.7/32"]
    settings.NEWSLETTER_TRUSTED_PROXIES = 1
    for visitor, status in (("198.51.100.7", 200), ("198.51.100.8", 404)):
        forged = {"X-Forwarded-For": f"198.51.100.7, {visitor}"}
        assert client.get("/metrics", headers=forged).status_code == status


@pytest.mark.usefixtures("at_work")
def test_readiness_costs_a_few_queries_however_much_there_is(client: Client) -> None:
    make_subscription()
    opened()
    client.get("/health/ready")
    with CaptureQueriesContext(connection) as few:
        client.get("/health/ready")
    for _ in range(20):
        make_subscription()
    opened()
    with CaptureQueriesContext(connection) as many:
        client.get("/health/ready")
    assert len(many) == len(few) <= 10


@pytest.mark.usefixtures("at_work")
def test_the_command_says_the_same_for_machines(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("newsletter_health", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] is True
    assert told["checks"].keys() == checks(client).keys()
    WorkerBeat.objects.all().delete()
    with pytest.raises(SystemExit):
        call_command("newsletter_health")
    # In the words that docs/operating.md explains, whatever the site's language.
    said = capsys.readouterr().out
    assert "worker: No worker is running." in said
    assert "*No worker is running*" in (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def dashboard(client: Client, role: str) -> str:
    client.force_login(make_user(role))
    return client.get("/panel/").content.decode()


@pytest.mark.parametrize("role", ["author", "editor", "moderator"])
def test_all_staff_are_told_what_to_expect(client: Client, role: str) -> None:
    page = dashboard(client, role)
    assert "Część serwisu stoi" in page
    assert "powiadomić administratora" in page
    assert "Żaden proces wysyłający nie działa" not in page


@pytest.mark.parametrize("role", ["newsletter_manager", "administrator"])
def test_staff_who_can_act_are_told_what_is_wrong(client: Client, role: str) -> None:
    page = dashboard(client, role)
    assert "Żaden proces wysyłający nie działa" in page
    assert "docs/operating.md" in page


@pytest.mark.usefixtures("at_work")
def test_nobody_is_bothered_while_all_is_well(client: Client) -> None:
    assert "Część serwisu stoi" not in dashboard(client, "administrator")
    assert not Delivery.objects.exists()
