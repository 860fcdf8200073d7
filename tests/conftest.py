"""Fixtures that every test may use. Factories are in tests/factories.py and tests/newsletter/."""

import gc
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from django.utils import translation

from newsletter.journal.recording import pen
from tests import demo
from tests.fakes import Outside, outside
from tests.journeys.mail_server import Mailbox, mail_server


@pytest.fixture(autouse=True)
def _empty_cache() -> Iterator[None]:
    """Throttle counters live in the cache, which a rolled back transaction does not empty."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _default_language() -> Iterator[None]:
    """A request in English leaves its thread English; the next test starts in Polish."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def journal_dir() -> Iterator[Path]:
    """Each test is an installation of its own: its rows are rolled back, its files would stay."""
    directory = Path(tempfile.mkdtemp(prefix="journal-"))
    settings.NEWSLETTER_JOURNAL_DIR = str(directory)
    pen.segment, pen.unwritten = None, []
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def _no_pdfs_left() -> Iterator[None]:
    yield
    shutil.rmtree(settings.PRACTICES_PDF_DIR, ignore_errors=True)


@pytest.fixture(autouse=True)
def _empty_outside() -> None:
    outside.empty()


@pytest.fixture
def esp() -> Outside:
    """What has left the house, and how the outside behaves."""
    return outside


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A real SMTP server that the site mails through, notices as letters like in production."""
    with (
        mail_server() as box,
        override_settings(
            NEWSLETTER_EMAIL_BACKEND="newsletter.esp.SMTPBackend",
            EMAIL_HOST="127.0.0.1",
            EMAIL_PORT=box.port,
            EMAIL_BACKEND="cms.mail.LetterBackend",
        ),
    ):
        yield box


@pytest.fixture
def demo_site(live_server: object) -> Iterator[str]:
    """The address of a running site with the demo content."""
    base_url = str(live_server)
    with override_settings(
        BASE_URL=base_url,
        NEWSLETTER_BASE_URL=base_url,
        WAGTAILADMIN_BASE_URL=base_url,
        NEWSLETTER_SIGN_UP_MIN_SECONDS=0,  # Tests fill in a form faster than a person can.
    ):
        demo.load(base_url)
        yield base_url


@pytest.fixture
def demo_content(transactional_db: None) -> None:
    """The demo for the test client, without a server."""
    demo.load(settings.BASE_URL)


@pytest.fixture(scope="session", autouse=True)
def _no_copy_of_the_demo_left() -> Iterator[None]:
    yield
    demo.forget()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests that really commit are emptied afterwards; what the migrations brought comes back.

    What asks no database, or is marked as long and the same on each, runs with SQLite alone.
    """
    if "postgres" in settings.DATABASES["default"]["ENGINE"]:
        config.hook.pytest_deselected(items=[item for item in items if not _runs_again(item)])
        items[:] = [item for item in items if _runs_again(item)]
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = getattr(item, "fixturenames", ())
        commits = not {"live_server", "transactional_db"}.isdisjoint(fixtures)
        if commits or (marker and marker.kwargs.get("transaction")):
            item.add_marker(
                pytest.mark.django_db(transaction=True, serialized_rollback=True), append=False
            )


def pytest_collection_finish(session: pytest.Session) -> None:
    # Half a million objects of libraries that live as long as the process: not looked at again.
    gc.collect()
    gc.freeze()


def _runs_again(item: pytest.Item) -> bool:
    # Asked for by name, a test runs wherever somebody wants it.
    is_named = any("::" in argument for argument in item.config.args)
    return is_named or (_asks_a_database(item) and item.get_closest_marker("once") is None)


def _asks_a_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    asking = {"db", "transactional_db", "live_server", "django_db_serialized_rollback"}
    return bool(fixtures & asking) or item.get_closest_marker("django_db") is not None
