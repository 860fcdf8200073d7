"""Each environment starts, or says why it cannot."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PRODUCTION = {
    "SECRET_KEY": "k" * 60 + "abcdefghij",
    "ALLOWED_HOSTS": "praktyki.example",
    "BASE_URL": "https://praktyki.example",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:1/nothing",
    "DEFAULT_FROM_EMAIL": "Dobre Praktyki <newsletter@praktyki.example>",
    "EMAIL_URL": "smtp://127.0.0.1:25",
    "NEWSLETTER_SUPPRESSION_KEY": "s" * 50,
    "NEWSLETTER_CONTROLLER_NAME": "Biuro",
    "NEWSLETTER_CONTROLLER_ADDRESS": "ul. Przykładowa 1, 00-000 Wzorowice",
    "NEWSLETTER_CONTROLLER_EMAIL": "biuro@praktyki.example",
}


def manage(
    settings: str, variables: dict[str, str], *arguments: str
) -> subprocess.CompletedProcess:
    """Run a management command with these variables and none of ours."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": settings} | variables
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_production_refuses_to_start_and_names_every_missing_variable() -> None:
    result = manage("cms.settings.production", {}, "check")
    assert result.returncode != 0
    for name in PRODUCTION:
        assert name in result.stderr


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_production_names_a_single_missing_variable(name: str) -> None:
    result = manage("cms.settings.production", PRODUCTION | {name: ""}, "check")
    assert result.returncode != 0
    last_line = result.stderr.strip().splitlines()[-1]
    assert name in last_line
    assert not any(other in last_line.split(": ")[-1] for other in PRODUCTION if other not in name)


def test_production_with_an_esp_needs_no_mail_server() -> None:
    variables = PRODUCTION | {
        "EMAIL_URL": "",
        "ANYMAIL_ESP": "mailgun",
        "ANYMAIL_MAILGUN_API_KEY": "key",
        "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY": "signing",
        "ANYMAIL_WEBHOOK_SECRET": "user:secret",
    }
    result = manage("cms.settings.production", variables, "check", "--deploy")
    assert result.returncode == 0, result.stderr


def test_production_with_an_esp_needs_the_secret_of_its_events() -> None:
    variables = PRODUCTION | {"EMAIL_URL": "", "ANYMAIL_ESP": "mailgun"}
    result = manage("cms.settings.production", variables, "check")
    assert result.returncode != 0
    assert "ANYMAIL_WEBHOOK_SECRET" in result.stderr
    assert "ANYMAIL_MAILGUN_WEBHOOK_SIGNING_KEY" in result.stderr


def test_production_passes_the_deployment_check_clean() -> None:
    variables = PRODUCTION | {"CACHE_URL": "redis://127.0.0.1:1/0"}
    result = manage(
        "cms.settings.production", variables, "check", "--deploy", "--fail-level", "INFO"
    )
    assert result.returncode == 0, result.stderr
    assert "no issues" in result.stdout


def test_production_without_a_shared_cache_is_warned_that_throttles_count_apart() -> None:
    result = manage("cms.settings.production", PRODUCTION, "check", "--deploy")
    assert result.returncode == 0, result.stderr
    assert "cms.W001" in result.stderr
    assert "CACHE_URL" in result.stderr


def test_pages_take_no_room_from_counters_unless_they_are_sent_there() -> None:
    code = (
        "from django.conf import settings;"
        " print(*(store['BACKEND'].split('.')[-1] for store in settings.CACHES.values()))"
    )
    redis = "redis://127.0.0.1:1/0"
    for pages, stores in (
        ({}, "RedisCache LocMemCache"),
        ({"PAGE_CACHE_URL": redis}, "RedisCache RedisCache"),
    ):
        variables = PRODUCTION | {"CACHE_URL": redis} | pages
        result = manage("cms.settings.production", variables, "shell", "-v0", "-c", code)
        assert result.stdout.strip() == stores, result.stderr


def test_development_starts_without_any_variable(tmp_path: Path) -> None:
    result = manage("cms.settings.dev", {"VAR_DIR": str(tmp_path)}, "check")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("EMAIL_URL", "mail.example", "EMAIL_URL must look like"),
        ("CACHE_URL", "memcached://x", "CACHE_URL and PAGE_CACHE_URL must begin with"),
        ("TASKS_URL", "celery://x", "TASKS_URL must be one of"),
    ],
)
def test_a_malformed_address_of_a_service_is_named(name: str, value: str, says: str) -> None:
    result = manage("cms.settings.production", PRODUCTION | {name: value}, "check")
    assert result.returncode != 0
    assert says in result.stderr


def test_sqlite_is_opened_so_that_a_commit_survives_a_power_cut(tmp_path: Path) -> None:
    code = (
        "from django.db import connection; cursor = connection.cursor(); "
        "print([cursor.execute(f'PRAGMA {name}').fetchone()[0]"
        " for name in ('journal_mode', 'synchronous', 'foreign_keys', 'busy_timeout')],"
        " connection.transaction_mode)"
    )
    result = manage("cms.settings.dev", {"VAR_DIR": str(tmp_path)}, "shell", "-v0", "-c", code)
    assert result.stdout.strip() == "['wal', 2, 1, 20000] IMMEDIATE", result.stderr
