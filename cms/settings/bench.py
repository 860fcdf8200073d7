"""What `make bench` measures: production. Only that nobody collects static files beforehand: their
addresses have no hash here."""

from cms.settings.production import *  # noqa: F403
from cms.settings.production import STATIC_ROOT, STORAGES

STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
