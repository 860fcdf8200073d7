"""Invented practices: Polish texts of full length from building blocks. Pure and repeatable.

A block is a sentence with choices `[so|or so]`, words `{kind of word}`, years `{rok:2015-2020}` and
counts `{n:5-90}`. The same seed, number and unit give the same practice.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

CHOICE = re.compile(r"\[([^\[\]]*)\]")
SLOT = re.compile(r"\{([^{}:]+)(?::(\d+)-(\d+))?\}")
SHORTEST_SECTION, LONGEST_SECTION = 105, 240
PARAGRAPH = 4
YEARS = (2014, 2025)


@dataclass(frozen=True)
class Place:
    """How texts call the unit: nominative and locative."""

    name: str
    where: str

    @classmethod
    def of(cls, bare_name: str, kind: str) -> "Place":
        if kind == "powiat":
            return cls(f"powiat {bare_name}", f"powiecie {bare_name}m")
        if kind in ("urban", "city_powiat"):
            return cls(f"miasto {bare_name}", f"mieście {bare_name}")
        return cls(f"gmina {bare_name}", f"gminie {bare_name}")


@dataclass(frozen=True)
class Invented:
    title: str
    lead: str
    sections: dict[str, str]
    areas: list[str]
    competences: list[str]
    school_types: list[str]
    year: int
    steps: list[dict[str, str]]
    effects: list[dict[str, str]]
    pitfalls: list[dict[str, str]]
    costs: list[dict[str, Any]]


@cache
def blocks(name: str) -> Any:
    return json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))


def write(number: int, *, seed: int, place: Place) -> Invented:
    """The practice of that number. Complete: it would pass the gate."""
    chance = Random(f"{seed}/{number}")  # noqa: S311  (nobody has to guess it)
    theme = blocks("themes")[number % len(blocks("themes"))]
    year = chance.randint(*YEARS)
    write = _Writer(chance, place)
    return Invented(
        title=write(chance.choice(theme["titles"]))[:250],
        lead=write(theme["lead"])[:600],
        sections={name: write.section(name, theme.get(name, [])) for name in blocks("sections")},
        areas=_some(chance, theme["areas"], _all("areas")),
        competences=_some(chance, theme["competences"], _all("competences")),
        school_types=_some(chance, theme["school_types"], _all("school_types")),
        year=year,
        steps=list(write.steps(year)),
        effects=list(write.effects()),
        pitfalls=[
            {"pitfall": write(watch), "advice": write(advice)}
            for watch, advice in zip(
                chance.sample(blocks("sections")["problem"], 2),
                chance.sample(blocks("sections")["replication"], 2),
                strict=True,
            )
        ],
        costs=list(write.costs(year)),
    )


@cache
def _all(name: str) -> tuple[str, ...]:
    return tuple(sorted({slug for theme in blocks("themes") for slug in theme[name]}))


def _some(chance: Random, usual: list[str], every: tuple[str, ...]) -> list[str]:
    chosen = usual[: chance.randint(1, len(usual))] if usual else []
    if chance.random() < 0.3:
        chosen = [*chosen, chance.choice(every)]
    return sorted(set(chosen))


@cache
def _counts(low: int, high: int) -> Sequence[int]:
    """Numbers after which Polish nouns stand in the genitive: 5 or 12, but not 3 or 22."""
    numbers = range(low, high + 1)
    return [n for n in numbers if n % 10 not in (2, 3, 4) or n % 100 in (12, 13, 14)] or numbers


class _Writer:
    def __init__(self, chance: Random, place: Place) -> None:
        self.chance, self.place = chance, place

    def __call__(self, block: str) -> str:
        """One sentence. No word of a kind comes twice in it."""
        while CHOICE.search(block):
            block = CHOICE.sub(lambda found: self.chance.choice(found[1].split("|")), block)
        used: set[str] = set()
        while SLOT.search(block):
            block = SLOT.sub(lambda found: self._filled(found, used), block)
        return block

    def _filled(self, slot: re.Match[str], used: set[str]) -> str:
        kind, low, high = slot.groups()
        if low:
            counts = (
                range(int(low), int(high) + 1) if kind == "rok" else _counts(int(low), int(high))
            )
            return str(self.chance.choice(counts))
        if kind in ("jst", "JST"):
            name = self.place.name
            return name[0].upper() + name[1:] if kind == "JST" else name
        if kind == "jst_loc":
            return self.place.where
        words = [word for word in blocks("words")[kind] if word not in used]
        word: str = self.chance.choice(words or blocks("words")[kind])
        used.add(word)
        return word

    def section(self, name: str, special: list[str]) -> str:
        goal = self.chance.randint(SHORTEST_SECTION, LONGEST_SECTION)
        general = blocks("sections")[name]
        sentences = [self(block) for block in special]
        for block in self.chance.sample(general, len(general)):
            if sum(sentence.count(" ") + 1 for sentence in sentences) >= goal:
                break
            sentences.append(self(block))
        return "".join(f"<p>{' '.join(part)}</p>" for part in _portions(sentences))

    def steps(self, year: int) -> Iterator[dict[str, str]]:
        blocks_of_course = self.chance.sample(blocks("sections")["who_when_what"], 3)
        for later, block in enumerate(blocks_of_course):
            yield {"who": self("{rola}"), "when": str(year - 2 + later), "what": self(block)}

    def effects(self) -> Iterator[dict[str, str]]:
        for words in self.chance.sample(blocks("words")["wskaźnik"], self.chance.randint(1, 3)):
            indicator, unit_of_measure = words.split("|")
            before = self.chance.randint(5, 60)
            after = before + self.chance.randint(3, 40)
            yield {
                "indicator": indicator,
                "before": str(before),
                "after": str(after),
                "unit_of_measure": unit_of_measure,
            }

    def costs(self, year: int) -> Iterator[dict[str, Any]]:
        """From nothing at all to millions, and sometimes not stated."""
        if self.chance.random() < 0.15:
            return
        highest = self.chance.choice((0, 40_000, 200_000, 800_000, 4_000_000))
        yield {
            "amount": self.chance.randint(highest // 4, highest) // 100 * 100,
            "year": year,
            "funding_source": self("{źródło}"),
        }


def _portions(sentences: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(sentences), PARAGRAPH):
        yield sentences[start : start + PARAGRAPH]
