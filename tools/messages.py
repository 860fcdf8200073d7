"""Keep the message catalogues: `python -m tools.messages update|check`.

`update` extracts every translatable string of the three apps (Python and templates), merges them
into locale/<language>/LC_MESSAGES/django.po and compiles django.mo. `check` changes nothing and
exits 1, naming every string that is missing, left over, too familiar with its reader, or has other
placeholders than its source, and every .mo that is older than its .po. Needs neither gettext nor a
database.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import polib
from babel.messages.extract import extract
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "pl"
# An app's folder and the places its strings come from.
SOURCES = {
    "newsletter": ["newsletter"],
    "practices_pages": ["practices_pages"],
    "cms": ["cms", "templates"],
}
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "_now": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# As Django's own Polish catalogue, or merged plurals would pick the wrong form.
PLURAL_FORMS = (
    "nplurals=4; plural=(n==1 ? 0 : (n%10>=2 && n%10<=4) && (n%100<12 || n%100>14) ? 1 : "
    "n!=1 && (n%10>=0 && n%10<=1) || (n%10>=5 && n%10<=9) || (n%100>=12 && n%100<=14) ? 2 : 3);"
)
# Readers are "Państwo": a sentence asks them, and only the label of a button commands.
FAMILIAR = re.compile(r"\b(tw[oó][ij]\w*|ciebie|tobie|cię)\b", re.IGNORECASE)
COMMANDING = re.compile(
    r"\b(\w+[aeiy]sz|podaj|wybierz|zaznacz|sprawdź|spróbuj|dodaj|usuń|wydrukuj)\b.*[.?]$",
    re.IGNORECASE,
)
PLACEHOLDER = re.compile(r"%\([a-z_]+\)[sd]|%[sd]|\{[a-z_]*\}")
Key = tuple[str | None, str]


def main(arguments: list[str]) -> int:
    if not settings.configured:
        settings.configure(USE_I18N=True)
    if arguments == ["update"]:
        for app in SOURCES:
            update(app)
        return 0
    if arguments == ["check"]:
        problems = [problem for app in SOURCES for problem in check(app)]
        print("\n".join(problems) or f"Messages: complete in {LANGUAGE}.")
        return 1 if problems else 0
    print(__doc__)
    return 2


def update(app: str) -> None:
    path = catalogue_path(app)
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    known = {(entry.msgctxt, entry.msgid): entry for entry in old}
    catalogue = polib.POFile(wrapwidth=100)
    catalogue.metadata = {
        "Project-Id-Version": "dobre-praktyki",
        "Language": LANGUAGE,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURAL_FORMS,
    }
    for (context, msgid), plural in sorted(strings(app).items(), key=lambda item: item[0][1]):
        entry = polib.POEntry(msgctxt=context, msgid=msgid, msgid_plural=plural or "")
        if plural:
            entry.msgstr_plural = dict.fromkeys(range(4), "")
        if before := known.get((context, msgid)):
            entry.msgstr = before.msgstr
            entry.msgstr_plural = before.msgstr_plural or entry.msgstr_plural
        catalogue.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(path))
    catalogue.save_as_mofile(str(path.with_suffix(".mo")))


def check(app: str) -> Iterator[str]:
    path = catalogue_path(app)
    catalogue = polib.pofile(str(path))
    entries = {(entry.msgctxt, entry.msgid): entry for entry in catalogue}
    wanted = strings(app)
    for key in sorted(wanted.keys() - entries.keys(), key=lambda key: key[1]):
        yield f"{app}: not in the catalogue: {key[1]!r}"
    for key in sorted(entries.keys() - wanted.keys(), key=lambda key: key[1]):
        yield f"{app}: no longer used: {key[1]!r}"
    for entry in catalogue:
        yield from (f"{app}: {problem}" for problem in entry_problems(entry))
    compiled = {(e.msgctxt, e.msgid): e for e in polib.mofile(str(path.with_suffix(".mo")))}
    for key, entry in entries.items():
        other = compiled.get(key)
        if not other or (other.msgstr, other.msgstr_plural) != (entry.msgstr, entry.msgstr_plural):
            yield f"{app}: django.mo is older than django.po: {key[1]!r}"


def entry_problems(entry: polib.POEntry) -> Iterator[str]:
    translations = list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]
    if not all(translations) or entry.fuzzy:
        yield f"not translated: {entry.msgid!r}"
        return
    for translation in translations:
        if FAMILIAR.search(translation) or COMMANDING.search(translation):
            yield f"no words to a reader whom we call Państwo: {translation!r}"
    source = set(PLACEHOLDER.findall(entry.msgid + entry.msgid_plural))
    for translation in translations:
        found = set(PLACEHOLDER.findall(translation))
        # A plural form may leave the number out ("one" says it in words); none may invent one.
        if found - source or (not entry.msgid_plural and source - found):
            yield f"other placeholders: {entry.msgid!r} -> {translation!r}"


def strings(app: str) -> dict[Key, str | None]:
    """Every (context, msgid) of an app with its plural, if any."""
    found: dict[Key, str | None] = {}
    for folder in SOURCES[app]:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
                continue
            if path.suffix != ".py" and "templates" not in path.parts:
                continue
            for key, plural in strings_of_file(path):
                found[key] = plural or found.get(key)
    return found


def strings_of_file(path: Path) -> Iterator[tuple[Key, str | None]]:
    source = path.read_text(encoding="utf-8")
    if path.suffix != ".py":
        source = templatize(source, origin=str(path))
    options = {"encoding": "utf-8"}
    for _line, message, _comments, context in extract(
        "python", BytesIO(source.encode()), keywords=KEYWORDS, options=options
    ):
        parts = message if isinstance(message, tuple) else (message,)
        if parts and parts[0]:
            yield (context, parts[0]), parts[1] if len(parts) > 1 else None


def catalogue_path(app: str) -> Path:
    return ROOT / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
