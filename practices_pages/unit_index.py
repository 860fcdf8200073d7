"""The units as matching needs them: read once with three queries, then asked thousands of times.

Holds facts and lookups. What a printed text means is read in unit_reading.py, and which unit it
names is decided in unit_matching.py.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Self

from practices_pages.declension import (
    ALL_CASES,
    NOM,
    PREPOSITIONS,
    Forms,
    adjective_forms,
    adjective_stems,
    case_forms,
)
from practices_pages.models.units import (
    VOIVODESHIPS,
    FormerUnitName,
    LocalGovernmentUnit,
    UnitKind,
    UnitKindPeriod,
)

NOT_LETTERS = re.compile(r"[^\w]+")
INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\ufeff\u2060"))
BRACKETED = re.compile(r"\s*\([^)]*\)")
ADJECTIVE_ENDINGS = ("iego", "iemu", "iej", "imi", "im", "ich", "ie", "ią", "i", "a", "ą")


class Level(Enum):
    VOIVODESHIP = 2
    POWIAT = 4
    COMMUNE = 6


class How(Enum):
    """In what way words name a unit."""

    NAME = "name"
    INFLECTED = "inflected"
    FORMER = "former"
    # "żagańska gmina": only together with the noun.
    ADJECTIVE = "adjective"
    # A powiat by its town: only where powiats are spoken of.
    SEAT = "seat"


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
    def closed_on(self) -> date | None:
        """The first day on which the register had it no more."""
        return self.kinds[-1].valid_to if self.kinds else None

    @property
    def past_kinds(self) -> frozenset[str]:
        return frozenset(span.kind for span in self.kinds)

    def kind_on(self, day: date) -> str:
        for span in self.kinds:
            if span.valid_from <= day and (span.valid_to is None or day < span.valid_to):
                return span.kind
        return ""


@dataclass(frozen=True)
class Reading:
    """One unit that some words may name."""

    unit: IndexedUnit
    how: How


def plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(INVISIBLE).casefold()


def words_of(text: str) -> tuple[str, ...]:
    """Lower-case words; dashes, brackets and kinds of blanks only separate."""
    return tuple(word for word in NOT_LETTERS.split(plain(text)) if word)


@dataclass(frozen=True)
class _Name:
    """A name with the forms of each of its words."""

    unit: IndexedUnit
    forms: tuple[Forms, ...]
    is_former: bool

    def reading_of(self, words: Sequence[str]) -> Reading | None:
        cases = ALL_CASES
        for word, forms in zip(words, self.forms, strict=True):
            cases &= forms.get(word, frozenset())
        if not cases:
            return None
        if self.is_former:
            return Reading(self.unit, How.FORMER)
        return Reading(self.unit, How.NAME if NOM in cases else How.INFLECTED)


@dataclass(frozen=True)
class UnitIndex:
    units: tuple[IndexedUnit, ...]
    by_code: dict[str, IndexedUnit] = field(repr=False)
    _by_first_form: dict[str, list[_Name]] = field(repr=False)
    # The adjective's stem -> communes, and powiats called after such a town nearby.
    _by_adjective: dict[str, list[IndexedUnit]] = field(repr=False)
    _by_seat: dict[str, list[_Name]] = field(repr=False)
    # Names with a bracket of their own, which otherwise separates.
    bracketed_names: tuple[str, ...] = ()

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
        by_adjective: defaultdict[str, list[IndexedUnit]] = defaultdict(list)
        for unit in all_units:
            if unit.level == Level.COMMUNE and (words := words_of(unit.name)):
                for stem in adjective_stems(words):
                    by_adjective[stem].append(unit)
        seats = [
            _name(powiat, town.name)
            for powiat in all_units
            if powiat.level == Level.POWIAT
            for town in by_adjective.get("".join(words_of(powiat.name)[:1])[:-1], ())
            if _may_be_seat(town, powiat)
        ]
        names = [_name(unit, name) for unit in all_units for name in _spellings(unit.name)]
        names += [
            _name(unit, name, is_former=True) for unit in all_units for name in unit.former_names
        ]
        return cls(
            all_units,
            by_code,
            _by_first_form(name for name in names if name.forms),
            dict(by_adjective),
            _by_first_form(seats),
            tuple(plain(unit.name) for unit in all_units if "(" in unit.name),
        )

    def readings(self, words: Sequence[str]) -> tuple[list[Reading], int]:
        """What the longest name at the beginning of `words` may be, and how many words it has."""
        found: list[tuple[int, Reading]] = []
        for name in self._by_first_form.get(words[0], ()):
            length = len(name.forms)
            if length <= len(words) and (reading := name.reading_of(words[:length])):
                found.append((length, reading))
        for name in self._by_seat.get(words[0], ()):
            length = len(name.forms)
            if length <= len(words) and name.reading_of(words[:length]):
                found.append((length, Reading(name.unit, How.SEAT)))
        found += [(1, Reading(unit, How.ADJECTIVE)) for unit in self._adjectival(words[0])]
        longest = max((length for length, _reading in found), default=0)
        return [reading for length, reading in found if length == longest], longest

    def _adjectival(self, word: str) -> list[IndexedUnit]:
        units: list[IndexedUnit] = []
        for ending in ADJECTIVE_ENDINGS:
            if word.endswith(ending):
                units += self._by_adjective.get(word.removesuffix(ending), ())
        return units


def bare_name(name: str) -> str:
    """Without the noun that powiats and voivodeships carry in front of their adjective."""
    for noun in ("powiat ", "województwo "):
        if name.startswith(noun):
            return name.removeprefix(noun)
    return name


def _spellings(name: str) -> set[str]:
    """Dobra (Szczecińska) is mostly printed as Dobra."""
    return {name, BRACKETED.sub("", name)}


def _may_be_seat(town: IndexedUnit, powiat: IndexedUnit) -> bool:
    """Inside of the powiat, or the city with powiat rights around which it lies."""
    if town.kind == UnitKind.CITY_POWIAT:
        return town.code[:2] == powiat.code[:2]
    return town.powiat_code == powiat.code and town.kind != UnitKind.RURAL


def _name(unit: IndexedUnit, name: str, *, is_former: bool = False) -> _Name:
    words = words_of(name)
    is_adjective = unit.level != Level.COMMUNE and name == unit.name
    decline = adjective_forms if is_adjective else case_forms
    first_half_is_fixed = "-" in name and len(words) > 1 and words[0].endswith("o")
    forms: list[Forms] = []
    is_fixed = False
    for place, word in enumerate(words):
        is_fixed = is_fixed or word in PREPOSITIONS or (place > 0 and word.endswith("ej"))
        word_forms = {word: ALL_CASES} if is_fixed else decline(word)
        if place == 0 and first_half_is_fixed:
            word_forms = word_forms | {word: ALL_CASES}
        forms.append(word_forms)
    return _Name(unit, tuple(forms), is_former)


def _by_first_form(names: Iterable[_Name]) -> dict[str, list[_Name]]:
    found: defaultdict[str, list[_Name]] = defaultdict(list)
    for name in names:
        for form in name.forms[0]:
            found[form].append(name)
    return dict(found)
