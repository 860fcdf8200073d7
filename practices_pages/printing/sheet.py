"""What stands on the PDF of a page: its HTML, and every file that the HTML may name."""

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import get_language

from practices_pages import files

STYLE = Path(__file__).with_name("sheet.css")
FONTS = Path(__file__).parent.parent / "static" / "practices_pages" / "fonts"
PICTURE = "own:picture"
PICTURE_FILTER = "max-1600x1200|format-jpeg|jpegquality-80"
# Far above any description; what is longer would only keep a processor busy.
MOST_CHARACTERS = 2_000_000


class SheetTooLongError(Exception):
    """Nobody prints this."""


@dataclass(frozen=True)
class Sheet:
    name: str
    html: str
    css: str
    # Addresses in the text are relative to the site; nothing is fetched from there.
    base_url: str
    # Seconds since 1970 of the last publication.
    made_at: int
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Of all that is on it: equal digests, equal PDFs."""
        parts = [self.html, self.css, self.base_url, str(self.made_at)]
        digest = hashlib.sha256("\0".join(parts).encode())
        for name, content in sorted(self.files.items()):
            digest.update(name.encode() + hashlib.sha256(content).digest())
        return digest.hexdigest()


def sheet_of(page: Any, *, name: str, template: str, request: HttpRequest) -> Sheet:
    """The page as the public sees it at this moment, in the language of the interface."""
    picture = _picture(page)
    address = page.full_url or ""
    html = render_to_string(
        template,
        {
            "page": page,
            "name": name,
            "address": address,
            "picture": PICTURE if picture else "",
            "lang": page.locale.language_code,
            "LANGUAGE_CODE": get_language(),
        },
        request=request,
    )
    if len(html) > MOST_CHARACTERS:
        raise SheetTooLongError(name)
    return Sheet(
        name=name,
        html=html,
        css=STYLE.read_text(encoding="utf-8"),
        base_url=address,
        made_at=int(page.last_published_at.timestamp()) if page.last_published_at else 0,
        files=_fonts() | ({PICTURE: picture} if picture else {}),
    )


def _picture(page: Any) -> bytes:
    """The main image, if everybody may see it: a private collection stays private here."""
    image = page.main_image
    if image is None or files.is_restricted(image):
        return b""
    try:
        rendition = image.get_rendition(PICTURE_FILTER)
        with rendition.file.open("rb") as file:
            return bytes(file.read())
    except (OSError, ValueError):
        return b""  # A picture whose file is lost must not cost the text.


def _fonts() -> dict[str, bytes]:
    return {f"own:{path.name}": path.read_bytes() for path in sorted(FONTS.glob("*.woff2"))}
