"""The units as matching needs them: read once with three queries, then asked thousands of times.

Holds facts and lookups. What a printed text means is read in unit_reading.py, and which unit it
names is decided in unit_matching.py.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Self

from practices_pages.models import (
    VOIVODESHIPS,
    FormerUnitName,
    LocalGovernmentUnit,
    UnitKind,
    UnitKindPeriod,
)

NOT_LETTERS = re.compile(r"[^\w]+")


class Level(Enum):
    VOIVODESHIP = 2
    POWIAT = 4
    COMMUNE = 6


@dataclass(frozen=True)
class KindSpan:
    kind: str
    valid_from: date
    valid_to: date | None


@dataclass(frozen=True)
class IndexedUnit:
    """One unit; `name` is bare: "krapkowicki", not "powiat krapkowicki"."""

    pk: int
    code: str
    name: str
    former_names: tuple[str, ...] = ()
    kinds: tuple[KindSpan, ...] = ()

    @property
    def level(self) -> Level:
        return Level(len(self.code))

    @property
    def voivodeship(self) -> str:
        return VOIVODESHIPS.get(self.code[:2], "")

    @property
    def powiat_code(self) -> str:
        """Four digits; those of a city with powiat rights name the city itself."""
        return self.code[:4]

    @property
    def kind(self) -> str:
        """The last kind that is known."""
        return self.kinds[-1].kind if self.kinds else ""

    @property
    def is_open(self) -> bool:
        return not self.kinds or self.kinds[-1].valid_to is None

    def kind_on(self, day: date) -> str:
        for span in self.kinds:
            if span.valid_from <= day and (span.valid_to is None or day < span.valid_to):
                return span.kind
        return ""


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words; dashes, brackets and kinds of blanks only separate."""
    plain = unicodedata.normalize("NFC", text).replace("\u00ad", "").replace("\u200b", "")
    return tuple(word for word in NOT_LETTERS.split(plain.casefold()) if word)


@dataclass(frozen=True)
class UnitIndex:
    units: tuple[IndexedUnit, ...]
    by_code: dict[str, IndexedUnit] = field(repr=False)
    by_words: dict[tuple[str, ...], tuple[IndexedUnit, ...]] = field(repr=False)
    by_former_words: dict[tuple[str, ...], tuple[IndexedUnit, ...]] = field(repr=False)

    @classmethod
    def load(cls) -> Self:
        spans: defaultdict[int, list[KindSpan]] = defaultdict(list)
        for period in UnitKindPeriod.objects.order_by("valid_from"):
            spans[period.unit_id].append(KindSpan(period.kind, period.valid_from, period.valid_to))
        former: defaultdict[int, list[str]] = defaultdict(list)
        for unit_id, name in FormerUnitName.objects.values_list("unit_id", "name"):
            former[unit_id].append(bare_name(name))
        return cls.of(
            IndexedUnit(pk, code, bare_name(name), tuple(former[pk]), tuple(spans[pk]))
            for pk, code, name in LocalGovernmentUnit.objects.order_by("code").values_list(
                "pk", "code", "name"
            )
        )

    @classmethod
    def of(cls, units: Iterable[IndexedUnit]) -> Self:
        all_units = tuple(units)
        by_code = {unit.code: unit for unit in all_units}
        # The register has a powiat's row for these cities, too; they are one unit.
        for unit in all_units:
            if unit.kind == UnitKind.CITY_POWIAT:
                by_code.setdefault(unit.powiat_code, unit)
        by_words, by_former_words = defaultdict(list), defaultdict(list)
        for unit in all_units:
            by_words[words_of(unit.name)].append(unit)
            for name in unit.former_names:
                by_former_words[words_of(name)].append(unit)
        return cls(
            all_units,
            by_code,
            {words: tuple(found) for words, found in by_words.items()},
            {words: tuple(found) for words, found in by_former_words.items()},
        )


def bare_name(name: str) -> str:
    """Without the noun that powiats and voivodeships carry in front of their adjective."""
    for noun in ("powiat ", "województwo "):
        if name.startswith(noun):
            return name.removeprefix(noun)
    return name
