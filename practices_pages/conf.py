"""Every setting of the practices, once, with its default and why.

`conf.FILE_CACHE_SECONDS` is `settings.PRACTICES_FILE_CACHE_SECONDS` where the site sets it, else
the default below.
"""

from typing import Any

from django.conf import settings


class Conf:
    # How long browsers and proxies keep a public file without asking again: so long at most it can
    # still be seen there after its page was unpublished.
    FILE_CACHE_SECONDS: int = 300
    # Where nginx (`internal`) finds the stored files, such as "/protected-media/". Empty: the
    # application sends them itself.
    FILE_ACCEL_PREFIX: str = ""
    # How long browsers and proxies keep suggestions: so long at most the title of a page can still
    # be suggested after it was unpublished.
    SUGGESTION_CACHE_SECONDS: int = 300
    # Width times height times frames, before an image is decoded.
    MAX_IMAGE_PIXELS: int = 50_000_000
    # The largest film, and the largest document of any other kind.
    MAX_FILM_BYTES: int = 500 * 1024 * 1024
    MAX_DOCUMENT_BYTES: int = 20 * 1024 * 1024
    # Where PDFs of pages are kept once they are made. Empty: each is made anew.
    PDF_DIR: str = ""
    PDF_KEPT_DAYS: int = 7
    # Making one may take so long and so much memory; more ends it.
    PDF_SECONDS: int = 30
    # A long practice needs 300 MB of addresses, and 80 to 150 of them in memory.
    PDF_MEGABYTES: int = 512
    # The documents of a page in one file, before packing.
    ZIP_MEGABYTES: int = 200
    # What one person may upload within 24 hours: files, and their bytes together.
    UPLOADS_PER_DAY: int = 300
    UPLOAD_BYTES_PER_DAY: int = 1024 * 1024 * 1024

    def __getattribute__(self, name: str) -> Any:
        default = super().__getattribute__(name)
        return getattr(settings, f"PRACTICES_{name}", default)


DEFAULTS: dict[str, Any] = {name: value for name, value in vars(Conf).items() if name.isupper()}
conf = Conf()
