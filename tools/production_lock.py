"""Writes requirements-production.lock: of requirements.lock, what the running site needs.

Not resolved anew: the same versions and hashes, without what only development asked for. Read
from the "# via" notes that uv leaves in the lock.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHOLE = ROOT / "requirements.lock"
PRODUCTION = ROOT / "requirements-production.lock"
HEADER = "# Made by `make lock` from requirements.lock; do not edit.\n"
US = re.compile(r"dobre-praktyki \(pyproject\.toml(?P<group>:\w+)?\)")


def entries(text: str) -> dict[str, str]:
    """Every package's lines, by its name. Some have two versions, for older and newer Pythons."""
    found: dict[str, str] = {}
    for part in re.split(r"(?m)^(?=[a-z0-9])", text):
        if "==" in part:
            name = re.split(r"[=\[ ]", part, maxsplit=1)[0]
            found[name] = found.get(name, "") + part
    return found


def askers(entry: str) -> set[str]:
    """Who wants this package, as uv notes it."""
    notes = re.findall(r"(?m)^    #(?: via)? +(.+)$", entry.replace("# via\n", "#\n"))
    return {note.strip() for note in notes}


def production(text: str) -> str:
    packages = entries(text)
    wanted_by = {name: askers(entry) for name, entry in packages.items()}
    needed = {name for name, by in wanted_by.items() if any(is_site(asker) for asker in by)}
    while more := {name for name, by in wanted_by.items() if by & needed} - needed:
        needed |= more
    return HEADER + "".join(packages[name] for name in sorted(needed))


def is_site(asker: str) -> bool:
    match = US.fullmatch(asker)
    return match is not None and match["group"] != ":dev"


def main() -> None:
    made = production(WHOLE.read_text(encoding="utf-8"))
    PRODUCTION.write_text(made, encoding="utf-8")
    print(f"{PRODUCTION.name}: {len(entries(made))} of {len(entries(WHOLE.read_text()))} packages")


if __name__ == "__main__":
    sys.exit(main())
