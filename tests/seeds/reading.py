"""The five source documents, read at test time, and the places in them where something is said."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "seeds"
MARK = re.compile(r"^(?:[•|]|\d+\.|[IVX]+\.)\s*")
MONTHS = ("sty", "lut", "mar", "kwi", "maj", "cze", "lip", "sie", "wrz", "paź", "lis", "gru")
SCALES = {"mln": 10**6, "tys": 10**3}

Span = tuple[int, int]
Reading = Callable[[str], list[Span]]


def read(number: str) -> str:
    """One document, a paragraph a line, without bullets, numbers and what only a layout needs."""
    found = sorted(FOLDER.glob(f"{number}_*.txt"))
    if not found:
        pytest.skip("NO ../shared/seeds here: the sources were not built as pages")
    lines: list[str] = []
    for raw in found[0].read_text(encoding="utf-8").splitlines():
        text = plain(raw)
        if raw[:1].islower() and lines and not raw.startswith("fot."):
            lines[-1] += f" {text}"  # A sentence that the source breaks in the middle.
        elif text and text not in lines[-1:]:
            lines.append(text)
    return "\n".join(lines)


def plain(text: str) -> str:
    return MARK.sub("", " ".join(text.replace("\u00a0", " ").split()))


def found(pattern: str) -> Reading:
    """Each group of each match."""

    def spans(text: str) -> list[Span]:
        matches = re.finditer(pattern, text, re.MULTILINE)
        return [match.span(group + 1) for match in matches for group in range(match.re.groups)]

    return spans


def paragraphs(*beginnings: str) -> Reading:
    return found(rf"^((?:{'|'.join(re.escape(words) for words in beginnings)}).*)$")


def between(first: str, last: str) -> Reading:
    """The paragraphs after the one that begins with `first`, up to one that begins with `last`."""

    def spans(text: str) -> list[Span]:
        starts = re.search(rf"^{re.escape(first)}.*\n", text, re.MULTILINE)
        assert starts, first
        ends = re.compile(rf"^{re.escape(last)}", re.MULTILINE).search(text, starts.end())
        assert ends, last
        lines = re.compile(r".+").finditer(text, starts.end(), ends.start())
        return [line.span() for line in lines]

    return spans


def split(reading: Reading, pattern: str) -> Reading:
    """The parts of what `reading` found that match `pattern`."""

    def spans(text: str) -> list[Span]:
        parts = re.compile(pattern, re.MULTILINE)
        return [
            part.span() for start, end in reading(text) for part in parts.finditer(text, start, end)
        ]

    return spans


def month(words: str) -> str:
    """“kwiecień 2016” and “listopadzie 2018” as 2016-04 and 2018-11."""
    name, year = words.split()
    return f"{year}-{MONTHS.index(name[:3].lower()) + 1:02d}"


def day(*words: str) -> date:
    number, rest = " ".join(words).split(maxsplit=1)
    return date.fromisoformat(f"{month(rest)}-{int(number):02d}")


def first_of_month(words: str) -> date:
    return day("1", words)


def whole(words: str) -> int:
    return int(words.replace(" ", ""))


def amount(words: str) -> Decimal:
    """“2,8 mln” as 2800000."""
    number, scale = words.split()
    return Decimal(number.replace(",", ".")) * SCALES[scale]


def html(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


def nth(reading: Reading, number: int) -> Reading:
    return lambda text: [reading(text)[number]]
