"""Cells of tables: no cell starts a formula, and several rows fit into one cell.

`safe_cell` and `plain_cell` undo each other, and so do `join_rows` and `split_rows`.
"""

import re
from collections.abc import Iterable

# What a spreadsheet may take for the beginning of a formula (OWASP), also in full width.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
# Some programs drop these before they look for a formula.
SKIPPED = " \ufeff\u200b\u00a0"
ESCAPED = re.compile(r"\\([\\|n])")
BETWEEN = re.compile(r"(?:[^\\|]|\\.|\\$)*")


def safe_cell(text: str) -> str:
    """`text` as no spreadsheet takes it for a formula: an apostrophe in front where it might."""
    return f"'{text}" if _is_dangerous(text) else text


def plain_cell(text: str) -> str:
    """What `safe_cell` was given."""
    return text[1:] if text.startswith("'") and _is_dangerous(text[1:]) else text


def _is_dangerous(text: str) -> bool:
    # Apostrophes count too: else the one we put there could not be told from the author's own.
    bare = text.lstrip("'")
    return bare.startswith(DANGEROUS) or bare.lstrip(SKIPPED).startswith(DANGEROUS)


def join_rows(rows: Iterable[Iterable[str]]) -> str:
    """One line for each row, its parts between bars; empty parts at the end are left out."""
    return "\n".join(_line([_escape(part) for part in row]) for row in rows)


def split_rows(cell: str) -> list[list[str]]:
    return [
        [_unescape(part).strip() for part in _parts(line)]
        for line in re.split(r"\r\n|\r|\n", cell)
        if line.strip()
    ]


def _line(parts: list[str]) -> str:
    while parts and not parts[-1]:
        parts.pop()
    # A row of nothing but empty parts is a row all the same.
    return " | ".join(parts) or "|"


def _escape(part: str) -> str:
    return part.replace("\\", "\\\\").replace("|", "\\|").replace("\n", "\\n")


def _unescape(part: str) -> str:
    return ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], part)


def _parts(line: str) -> list[str]:
    parts, at = [], 0
    while True:
        match = BETWEEN.match(line, at)
        end = match.end() if match else at
        parts.append(line[at:end])
        if end >= len(line):
            return parts
        at = end + 1
