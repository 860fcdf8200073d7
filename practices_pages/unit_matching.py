"""Which unit does a printed text name? A wrong answer is worse than none.

`match_unit` answers for one text; whoever has many loads one `UnitIndex` and hands it in.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from practices_pages.models import UnitKind
from practices_pages.unit_index import IndexedUnit, Level, UnitIndex, words_of

TERYT = re.compile(r"\A(\d{2}|\d{4}|\d{6})(\d?)\Z", re.ASCII)


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
    CONTEXT = "context", _("chosen among units of one name by what stands around")
    KIND_CHANGED = "kind_changed", _("its kind has changed since")


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
    units = index or UnitIndex.load()
    if code.strip():
        return _by_code(printed, code.strip(), voivodeship, units)
    found: Sequence[IndexedUnit] = units.by_words.get(words_of(printed), ())
    found = _lying_in(found, voivodeship)
    found = _of_kind(found, kind)
    return _decided(printed, found)


def _by_code(printed: str, code: str, voivodeship: str, index: UnitIndex) -> UnitMatch:
    digits = TERYT.match(code)
    unit = index.by_code.get(digits[1]) if digits else None
    if unit is None:
        return UnitMatch(printed, Outcome.UNKNOWN)
    named = unit.name in printed or words_of(unit.name) == words_of(printed)
    if printed.strip() and not named:
        return UnitMatch(printed, Outcome.CONTRADICTION, candidates=(unit,))
    if not _lying_in([unit], voivodeship):
        return UnitMatch(printed, Outcome.CONTRADICTION, candidates=(unit,))
    return UnitMatch(printed, Outcome.MATCHED, units=(unit,), reasons=(Reason.CODE,))


def _lying_in(found: Sequence[IndexedUnit], voivodeship: str) -> Sequence[IndexedUnit]:
    name = words_of(voivodeship)
    return [unit for unit in found if not name or words_of(unit.voivodeship) == name]


def _of_kind(found: Sequence[IndexedUnit], kind: str) -> Sequence[IndexedUnit]:
    if kind in UnitKind.values:
        return [unit for unit in found if unit.kind == kind]
    if "powiat" in words_of(kind):
        return [unit for unit in found if unit.level == Level.POWIAT]
    return found


def _decided(printed: str, found: Sequence[IndexedUnit]) -> UnitMatch:
    if len(found) == 1:
        return UnitMatch(printed, Outcome.MATCHED, units=tuple(found), reasons=(Reason.EXACT,))
    if found:
        return UnitMatch(printed, Outcome.AMBIGUOUS, candidates=tuple(found))
    return UnitMatch(printed, Outcome.UNKNOWN)
