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
    # Width times height times frames, before an image is decoded.
    MAX_IMAGE_PIXELS: int = 50_000_000
    # What one person may upload within 24 hours: files, and their bytes together.
    UPLOADS_PER_DAY: int = 300
    UPLOAD_BYTES_PER_DAY: int = 1024 * 1024 * 1024

    def __getattribute__(self, name: str) -> Any:
        default = super().__getattribute__(name)
        return getattr(settings, f"PRACTICES_{name}", default)


DEFAULTS: dict[str, Any] = {name: value for name, value in vars(Conf).items() if name.isupper()}
conf = Conf()
