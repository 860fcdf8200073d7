"""What enters the newsletter from outside: a story's facts, brought into their final shape once.

Plain text only, so no foreign HTML, no line break and no hidden character gets any further.
"""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from newsletter import topics

LEAD_LENGTH = 600


@dataclass(frozen=True)
class StoryFacts:
    """A story as its publisher tells it. Raises ValueError where it can not be told at all."""

    key: str
    kind: str
    title: str
    lead: str
    url: str
    published_at: datetime
    facets: frozenset[str] = field(default_factory=frozenset)
    # A line above the title: who it comes from.
    origin: str = ""
    image_url: str = ""
    image_alt: str = ""

    def __post_init__(self) -> None:
        if not is_web_address(self.url):
            raise ValueError("A story needs an http(s) address.")
        self._set("key", plain(self.key, 100))
        self._set("kind", plain(self.kind, 30))
        self._set("title", plain(self.title, 255))
        self._set("lead", plain(self.lead, LEAD_LENGTH))
        self._set("origin", plain(self.origin, 255))
        self._set("image_alt", plain(self.image_alt, 255))
        self._set("image_url", self.image_url if is_web_address(self.image_url) else "")
        self._set("facets", frozenset(self.facets) | {topics.ALL})
        if not (self.key and self.title):
            raise ValueError("A story needs a key and a title.")

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)


def plain(text: str, length: int) -> str:
    """One line without control, bidirectional or other invisible characters, cut at a word."""
    visible = "".join(
        " " if unicodedata.category(char) in {"Cc", "Zl", "Zp", "Zs"} else char
        for char in text
        if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"}
    )
    line = " ".join(visible.split())
    if len(line) <= length:
        return line
    start = line[: length - 1]
    return (start.rpartition(" ")[0].rstrip(" ,;:–-") or start) + "…"


def is_web_address(url: str) -> bool:
    """An absolute http(s) address that cannot be mistaken: no user part, no space, no control."""
    if not url or len(url) > 500 or url != plain(url, 500) or set(url) & set(" \"'<>\\`"):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
