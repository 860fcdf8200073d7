"""Whether a description of a picture is one: names of files describe nothing to anybody.

Many sites print “Thumb 1 3 IMG 0445” where a sentence should stand.
"""

import re
from pathlib import PurePath
from typing import Any

ENDING = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|svg|tiff?|bmp|heic)\s*$", re.IGNORECASE)
# What cameras, scanners and content systems begin their names with, and a number behind it.
MADE_BY_MACHINE = re.compile(
    r"(?:thumb(?:nail)?|img|image|dscn?|dscf|pict?|scan|screenshot|foto|zdj[eę]cie|obraz|photo"
    r"|bez[ _-]tytu[lł]u|untitled)[ _-]*\d",
    re.IGNORECASE,
)
ONLY_NUMBERS = re.compile(r"[\W\d_]+")
JOINED = re.compile(r"[^\s_]+(?:_+[^\s_]+)+")
NO_LETTERS = re.compile(r"[\W_]+")


def is_file_name(text: str, image: Any = None) -> bool:
    """Whether `text` is the name of a file, or of the file of `image`."""
    text = text.strip()
    if not text:
        return False
    looks_so = (
        ENDING.search(text)
        or MADE_BY_MACHINE.match(text)
        or ONLY_NUMBERS.fullmatch(text)
        or JOINED.fullmatch(text)
    )
    return bool(looks_so) or (image is not None and _bare(text) in _names(image))


def _names(image: Any) -> set[str]:
    return {_bare(PurePath(str(image.file.name)).stem)} - {""}


def _bare(text: str) -> str:
    return NO_LETTERS.sub("", text.casefold())
