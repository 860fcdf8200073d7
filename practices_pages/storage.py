"""Storages whose files are asked for at our view, wherever their bytes lie."""

from urllib.parse import urljoin

from django.conf import settings
from django.core.files.storage import Storage
from django.utils.encoding import filepath_to_uri


class ServedByView(Storage):
    """To be mixed into a remote storage, whose own addresses would lead past the view.

    For example `class Files(ServedByView, S3Storage): pass`, named in STORAGES["default"], with a
    bucket that only the site may read.
    """

    def url(self, name: str | None) -> str:
        return urljoin(settings.MEDIA_URL, filepath_to_uri(name or "").lstrip("/"))
