"""File names that cannot pretend: no hidden characters, one extension, no path."""

import unicodedata

from django.utils.translation import gettext

LONGEST_STEM = 80
# Cc and Cf hold controls and the marks that reverse the direction of writing; the others are no
# text at all. Spaces of every kind become one plain space before.
HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
SEPARATORS = str.maketrans(dict.fromkeys('/\\:*?"<>|%;', "-"))
# Windows opens a device instead of a file of that name, whatever its extension.
DEVICES = frozenset({"con", "prn", "aux", "nul"}) | {
    f"{device}{number}" for device in ("com", "lpt") for number in range(10)
}


def clean_name(name: str) -> str:
    """The name without path, hidden characters and inner dots; never empty, safe to repeat."""
    shown = clean_text(name.replace("\\", "/").rsplit("/", 1)[-1])
    stem, dot, extension = shown.rstrip(" .").rpartition(".")
    if not dot:
        stem, extension = extension, ""
    # "umowa.exe.pdf" becomes "umowa-exe.pdf": a name has one extension, the last.
    stem = stem.translate(SEPARATORS).replace(".", "-").strip(" -")[:LONGEST_STEM].strip(" -")
    if not stem or stem.lower() in DEVICES:
        stem = f"{gettext('file')}-{stem}".strip("-")
    return stem + dot + extension.lower().replace(" ", "").translate(SEPARATORS)


def clean_text(text: str) -> str:
    """One line without characters that nobody sees."""
    composed = unicodedata.normalize("NFC", text)
    spaced = "".join(" " if letter.isspace() else letter for letter in composed)
    seen = "".join(letter for letter in spaced if unicodedata.category(letter) not in HIDDEN)
    return " ".join(seen.split())
