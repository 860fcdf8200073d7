"""Which unit does a printed text name? A wrong answer is worse than none.

`match_unit` answers for one text; whoever has many loads one `UnitIndex` and hands it in.
Everything that is printed must be understood, and exactly one unit be left, for a certain answer.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices_pages.models import VOIVODESHIPS, UnitKind
from practices_pages.postal_codes import VOIVODESHIPS_OF_PREFIX
from practices_pages.unit_index import How, IndexedUnit, Level, Reading, UnitIndex, words_of
from practices_pages.unit_reading import (
    COMMUNES,
    POWIAT,
    RURAL,
    URBAN,
    URBAN_RURAL,
    Kinds,
    Mention,
    Reader,
    read,
    voivodeships_in,
)

TERYT = re.compile(r"\A(\d{2}|\d{4}|\d{6})\d?\Z", re.ASCII)
# A commune of the first kind may have become one of the second since the text was written.
BECOMES: dict[str, str] = {RURAL: URBAN_RURAL, URBAN: URBAN_RURAL}


class Outcome(models.TextChoices):
    MATCHED = "matched", _("matched")
    AMBIGUOUS = "ambiguous", _("several units are possible")
    CONTRADICTION = "contradiction", _("the code and the text contradict each other")
    UNKNOWN = "unknown", _("no such unit")


class Reason(models.TextChoices):
    CODE = "code", _("by its TERYT code")
    EXACT = "exact", _("by its name")
    INFLECTED = "inflected", _("by its name in another grammatical case")
    FORMER_NAME = "former_name", _("by its former name")
    ADJECTIVE = "adjective", _("by the adjective of its name")
    SEAT = "seat", _("by the town that the powiat is called after")
    CONTEXT = "context", _("chosen among units of one name by what stands around")
    KIND_CHANGED = "kind_changed", _("its kind has changed since")
    NOT_UNDERSTOOD = "not_understood", _("a part of the text is not understood")


REASON_OF = {
    How.NAME: Reason.EXACT,
    How.INFLECTED: Reason.INFLECTED,
    How.FORMER: Reason.FORMER_NAME,
    How.ADJECTIVE: Reason.ADJECTIVE,
    How.SEAT: Reason.SEAT,
}


@dataclass(frozen=True)
class UnitMatch:
    """`units` is filled only when the answer is certain; otherwise look at `candidates`.

    A text may name several units ("powiaty krapkowicki i wołomiński"): then `units` has them all.
    """

    printed: str
    outcome: Outcome
    units: tuple[IndexedUnit, ...] = ()
    candidates: tuple[IndexedUnit, ...] = ()
    reasons: tuple[Reason, ...] = ()

    @property
    def is_certain(self) -> bool:
        return self.outcome == Outcome.MATCHED

    @property
    def why(self) -> str:
        """One sentence for a person, in the language that is active."""
        parts = [str(Reason(reason).label) for reason in self.reasons]
        return "; ".join(parts if self.is_certain else [str(self.outcome.label), *parts])


@dataclass(frozen=True)
class Hints:
    """What the source says besides the name. None: nothing; empty: something that is unknown."""

    kinds: Kinds
    voivodeships: frozenset[str] | None
    powiats: frozenset[str] | None
    on: date | None
    around: Reader
    is_understood: bool

    @property
    def is_about_powiats(self) -> bool:
        return self.around.speaks_of_powiats and all(
            kinds == {POWIAT} for kinds in self.around.heads
        )


@dataclass
class Answer:
    """For one mention: the units that are left, and how they were found."""

    units: list[IndexedUnit]
    reasons: list[Reason] = field(default_factory=list)


def match_unit(
    printed: str,
    *,
    context: str = "",
    kind: str = "",
    voivodeship: str = "",
    powiat: str = "",
    code: str = "",
    on: date | None = None,
    index: UnitIndex | None = None,
) -> UnitMatch:
    """Find the unit(s) that `printed` names.

    `kind`, `voivodeship` and `powiat` are what the source says of the unit, as printed there;
    `context` is the text around it; `code` has 2, 4, 6 or 7 digits and wins, but a name or a
    voivodeship that contradicts it is reported. `on` is the day the source speaks of.
    Give `index` when there is more than one text to match: it is loaded otherwise.
    """
    index = index or UnitIndex.load()
    text = read(printed, index)
    hints = Hints(
        kinds=_kinds_of(kind, index),
        voivodeships=frozenset(voivodeships_in(voivodeship)) if voivodeship.strip() else None,
        powiats=_powiats_in(powiat, index) if powiat.strip() else None,
        on=on,
        around=read(context, index),
        is_understood=not read(kind, index).unread or kind in UnitKind.values,
    )
    codes = [code.strip()] if code.strip() else text.codes
    if codes:
        return _by_code(printed, codes, text, hints, index)
    return _by_text(printed, text, hints)


def _kinds_of(kind: str, index: UnitIndex) -> Kinds:
    if kind in UnitKind.values:
        return frozenset({kind})
    found: Kinds = COMMUNES | {POWIAT, UnitKind.VOIVODESHIP}
    heads = read(kind, index).heads
    for kinds in heads:
        found = found & kinds or kinds
    return found if heads else frozenset()


def _powiats_in(text: str, index: UnitIndex) -> frozenset[str]:
    codes = set()
    for mention in read(text, index).mentions:
        for reading in mention.readings:
            if reading.unit.level == Level.POWIAT or reading.unit.kind == UnitKind.CITY_POWIAT:
                codes.add(reading.unit.powiat_code)
    return frozenset(codes)


def _by_code(
    printed: str, codes: Sequence[str], text: Reader, hints: Hints, index: UnitIndex
) -> UnitMatch:
    digits = TERYT.match(codes[0])
    unit = index.by_code.get(digits[1]) if digits and len(set(codes)) == 1 else None
    if unit is None:
        return UnitMatch(printed, Outcome.UNKNOWN, candidates=_all_units(text))
    named = {reading.unit.code for mention in text.mentions for reading in mention.readings}
    is_named = unit.code in named or not (text.mentions or text.unread)
    if not is_named or not _is_in(unit, hints) or not _is_of_level(unit, hints.kinds):
        candidates = tuple(dict.fromkeys([unit, *_all_units(text)]))
        return UnitMatch(printed, Outcome.CONTRADICTION, candidates=candidates)
    return UnitMatch(printed, Outcome.MATCHED, units=(unit,), reasons=(Reason.CODE,))


def _is_of_level(unit: IndexedUnit, kinds: Kinds) -> bool:
    """Kinds of communes change; a powiat is never a commune."""
    return (
        not kinds or unit.kind in kinds or (unit.level == Level.COMMUNE and bool(kinds & COMMUNES))
    )


def _all_units(text: Reader) -> tuple[IndexedUnit, ...]:
    found = [r.unit for m in text.mentions for r in m.readings if r.how != How.ADJECTIVE]
    return tuple(dict.fromkeys(found))


def _by_text(printed: str, text: Reader, hints: Hints) -> UnitMatch:
    # Names that stand in one list stand in one case.
    is_oblique = any(_is_only_inflected(mention) for mention in text.mentions)
    for mention in text.mentions:
        mention.is_after_oblique = mention.is_after_oblique or is_oblique
    answers = [_answer(mention, text, hints) for mention in text.mentions]
    found = tuple(dict.fromkeys(unit for answer in answers for unit in answer.units))
    reasons = tuple(dict.fromkeys(reason for answer in answers for reason in answer.reasons))
    if text.unread or not hints.is_understood:
        outcome = Outcome.AMBIGUOUS if found else Outcome.UNKNOWN
        return UnitMatch(printed, outcome, (), found, (Reason.NOT_UNDERSTOOD,))
    if answers and all(len(answer.units) == 1 for answer in answers):
        certain = not any(Reason.NOT_UNDERSTOOD in answer.reasons for answer in answers)
        if certain:
            return UnitMatch(printed, Outcome.MATCHED, units=found, reasons=reasons)
    candidates = found or _all_units(text)
    outcome = Outcome.AMBIGUOUS if candidates else Outcome.UNKNOWN
    return UnitMatch(printed, outcome, (), candidates)


def _is_only_inflected(mention: Mention) -> bool:
    ways = {reading.how for reading in mention.readings}
    return How.INFLECTED in ways and not ways & {How.NAME, How.FORMER, How.SEAT}


def _answer(mention: Mention, text: Reader, hints: Hints) -> Answer:
    kinds = mention.kinds & hints.kinds if mention.kinds and hints.kinds else frozenset()
    kinds = kinds or mention.kinds or hints.kinds
    readings = _possible(mention, kinds, hints)
    answer = Answer([])
    for some in _plainest_first(readings, mention, kinds):
        there = [r for r in some if _lies_there(r.unit, mention, text, hints)]
        answer = answer if answer.units else _of_kind(there, kinds, hints.on)
    if not answer.units:
        # What is said of it fits none: show what has the name, and be certain of nothing.
        return Answer([r.unit for r in readings], [Reason.NOT_UNDERSTOOD])
    if len(answer.units) > 1:
        answer = _by_what_stands_around(answer, hints.around)
    how = {r.how for r in readings if r.unit in answer.units}
    answer.reasons[:0] = [REASON_OF[way] for way in How if way in how]
    return answer


def _plainest_first(readings: list[Reading], mention: Mention, kinds: Kinds) -> list[list[Reading]]:
    """A name as it stands goes before another one's case form, unless such a form is due.

    A bare "Wieliczki" may be the commune Wieliczki, or be said of Wieliczka.
    """
    as_printed = [r for r in readings if r.how != How.INFLECTED]
    is_bare = not kinds and all(r.unit.level == Level.COMMUNE for r in readings)
    if is_bare or mention.is_after_oblique or not any(r.how == How.NAME for r in as_printed):
        return [readings]
    return [as_printed, readings]


def _possible(mention: Mention, kinds: Kinds, hints: Hints) -> list[Reading]:
    """Without the ways of naming that need a word which does not stand there."""
    about_powiats = kinds == {POWIAT} or (not kinds and hints.is_about_powiats)
    if about_powiats:
        ways = {How.NAME, How.INFLECTED, How.FORMER, How.SEAT}
        readings = [r for r in mention.readings if r.unit.level == Level.POWIAT]
    else:
        ways = {How.NAME, How.INFLECTED, How.FORMER}
        readings = mention.readings
    found = [r for r in readings if r.how in ways]
    if not found and mention.kinds and mention.kinds <= COMMUNES:
        found = _adjectival(mention.readings)
    return _each_unit_once(found)


def _adjectival(readings: Iterable[Reading]) -> list[Reading]:
    """ "żagańska gmina": said of the commune around a town, never of the town itself."""
    found = [r for r in readings if r.how == How.ADJECTIVE]
    around = {(r.unit.powiat_code, words_of(r.unit.name)) for r in found if r.unit.kind == RURAL}
    return [
        r
        for r in found
        if r.unit.kind != URBAN or (r.unit.powiat_code, words_of(r.unit.name)) not in around
    ]


def _each_unit_once(readings: Iterable[Reading]) -> list[Reading]:
    """By the plainest of its ways."""
    best: dict[str, Reading] = {}
    for reading in sorted(readings, key=lambda reading: list(How).index(reading.how)):
        best.setdefault(reading.unit.code, reading)
    return sorted(best.values(), key=lambda reading: reading.unit.code)


def _is_in(unit: IndexedUnit, hints: Hints) -> bool:
    if hints.voivodeships is not None and unit.code[:2] not in hints.voivodeships:
        return False
    is_below = unit.level == Level.COMMUNE and unit.kind != UnitKind.CITY_POWIAT
    return hints.powiats is None or not is_below or unit.powiat_code in hints.powiats


def _lies_there(unit: IndexedUnit, mention: Mention, text: Reader, hints: Hints) -> bool:
    if not _is_in(unit, hints) or not _fits_postal_codes(unit, text.postal_prefixes):
        return False
    if hints.on and unit.closed_on and unit.closed_on <= hints.on:
        return False
    for level in (Level.POWIAT, Level.VOIVODESHIP):
        places = [place.code for place in mention.place if place.level == level]
        if places and not unit.code.startswith(tuple(places)):
            return False
    return True


def _fits_postal_codes(unit: IndexedUnit, prefixes: Iterable[str]) -> bool:
    return all(
        unit.code[:2] in VOIVODESHIPS_OF_PREFIX.get(prefix, VOIVODESHIPS) for prefix in prefixes
    )


def _of_kind(readings: Sequence[Reading], kinds: Kinds, on: date | None) -> Answer:
    if not kinds:
        return Answer([r.unit for r in readings])
    fitting = [r.unit for r in readings if _kind(r.unit, on) in kinds]
    changed = [r.unit for r in readings if _may_have_been(r.unit, kinds, on)]
    if fitting:
        # A namesake elsewhere may have been of this kind when the text was written.
        return Answer([*fitting, *changed] if kinds == {RURAL} else fitting)
    return Answer(changed, [Reason.KIND_CHANGED] if len(changed) == 1 else [])


def _kind(unit: IndexedUnit, on: date | None) -> str:
    return (unit.kind_on(on) if on else "") or unit.kind


def _may_have_been(unit: IndexedUnit, kinds: Kinds, on: date | None) -> bool:
    if on and unit.kind_on(on):
        return False
    return _kind(unit, on) not in kinds and (
        bool(unit.past_kinds & kinds) or any(BECOMES.get(kind) == unit.kind for kind in kinds)
    )


def _by_what_stands_around(answer: Answer, around: Reader) -> Answer:
    """The context only chooses among units; it never makes a certain answer of its own."""
    kinds = frozenset().union(*around.heads)
    places = tuple(
        unit.code
        for mention in around.mentions
        for unit in [*mention.place, *_upper_units(mention)]
    )
    left = answer.units
    for fits in (
        lambda unit: not kinds or unit.kind in kinds,
        lambda unit: not places or unit.code.startswith(places),
        lambda unit: _fits_postal_codes(unit, around.postal_prefixes),
    ):
        left = [unit for unit in left if fits(unit)] or left
    if len(left) == 1:
        return Answer(left, [*answer.reasons, Reason.CONTEXT])
    return Answer(left, answer.reasons)


def _upper_units(mention: Mention) -> list[IndexedUnit]:
    """A powiat or a voivodeship that the context names with its noun."""
    return [
        r.unit
        for r in mention.readings
        if r.unit.level != Level.COMMUNE and r.unit.kind in mention.kinds and r.how != How.SEAT
    ]
