"""Tests: fast hashing, a fake ESP, no network, no other process."""

import os
import tempfile

from cms.settings import env
from cms.settings.base import *  # noqa: F403
from cms.settings.base import DATABASES, VAR_DIR

SECRET_KEY = "tests-only"  # noqa: S105
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
BASE_URL = NEWSLETTER_BASE_URL = WAGTAILADMIN_BASE_URL = "http://testserver"

SQLITE = f"{tempfile.gettempdir()}/dobre-praktyki-{os.getpid()}.sqlite3"
DATABASES = DATABASES | {
    "default": env.database(env.text("TEST_DATABASE_URL") or f"sqlite:///{SQLITE}"),
}
if "sqlite3" in DATABASES["default"]["ENGINE"]:
    # A file, so that a live server has a connection of its own, as in life. Nobody cuts the power
    # of this database: tests that kill processes bring their own.
    DATABASES["default"]["TEST"] = {"NAME": SQLITE}
    DATABASES["default"]["OPTIONS"]["init_command"] = (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=OFF;PRAGMA foreign_keys=ON;"
    )
CACHES = {
    name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name}
    for name in ("default", "pages")
}
# Tests look at pages that were made for them; those of the cache turn it on.
PAGE_CACHE = False
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
PRACTICES_PDF_DIR = f"{tempfile.gettempdir()}/dobre-praktyki-pdf-{os.getpid()}"
PRACTICES_PDF_SECONDS = 300  # However much else the machine does.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = VAR_DIR / "static-test"
# whitenoise warns when the folder is missing, and a warning fails a test.
STATIC_ROOT.mkdir(parents=True, exist_ok=True)

NEWSLETTER_EMAIL_BACKEND = "tests.fakes.FakeESP"
NEWSLETTER_SUPPRESSION_KEY = "tests-only-suppression"
NEWSLETTER_CONTROLLER_NAME = "Biuro Testowe"
NEWSLETTER_CONTROLLER_ADDRESS = "ul. Testowa 1, 00-000 Testowo"
NEWSLETTER_CONTROLLER_EMAIL = "biuro@testowo.example"
NEWSLETTER_DPO_EMAIL = "iod@testowo.example"
NEWSLETTER_LIST_DOMAIN = "testowo.example"
DEFAULT_FROM_EMAIL = "Dobre Praktyki <newsletter@testowo.example>"
AVIF_SPEED = 10
