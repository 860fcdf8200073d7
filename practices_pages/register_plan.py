"""What importing one state of the register changes: pure, from what is known to what will be.

A register says what is so on one day. Between two imported registers the earlier one is believed,
so the order in which registers are imported does not matter; finer history that people entered
stays as long as it agrees with what a register says of its own day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from practices_pages.register import Register, RegisteredUnit


@dataclass(frozen=True)
class Span:
    """Something that was so from `start` on, before `end`."""

    value: str
    start: date
    end: date | None

    def covers(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class UnitState:
    """What is known of a unit. `former_names` are in order; date.min: since when is not known."""

    code: str
    name: str
    parent_code: str
    kinds: tuple[Span, ...]
    former_names: tuple[Span, ...]
    registered_on: date | None

    @property
    def open_kind(self) -> str:
        return self.kinds[-1].value if self.kinds and self.kinds[-1].end is None else ""

    @property
    def names(self) -> tuple[Span, ...]:
        if self.former_names:
            since = self.former_names[-1].end or date.min
        else:
            since = self.kinds[0].start if self.kinds else date.min
        return (*self.former_names, Span(self.name, since, None))


class Change(StrEnum):
    NEW = "new"
    RENAMED = "renamed"
    KIND_CHANGED = "kind_changed"
    CLOSED = "closed"
    REOPENED = "reopened"
    MOVED = "moved"
    # Nothing of today: only what was before.
    HISTORY = "history"


@dataclass(frozen=True)
class UnitChange:
    before: UnitState | None
    after: UnitState
    changes: tuple[Change, ...]


@dataclass(frozen=True)
class Plan:
    register: Register
    changes: tuple[UnitChange, ...]
    unchanged: int
    is_older: bool

    def of(self, change: Change) -> list[UnitChange]:
        return [unit for unit in self.changes if change in unit.changes]


def plan_import(register: Register, known: Iterable[UnitState], states: Iterable[date]) -> Plan:
    """`known` are the units that there are, `states` the days of the registers imported so far."""
    before = {state.code: state for state in known}
    later = sorted(day for day in states if day > register.state_on)
    until = later[0] if later else None
    changes = []
    for code in sorted({*before, *register.units}, key=lambda code: (len(code), code)):
        after = _after(before.get(code), register.units.get(code), register.state_on, until)
        if kinds_of_change := _changes(before.get(code), after):
            changes.append(UnitChange(before.get(code), after, kinds_of_change))
    unchanged = sum(code in before for code in register.units) - sum(
        change.before is not None and change.after.code in register.units for change in changes
    )
    return Plan(register, tuple(changes), unchanged, is_older=bool(later))


def _after(
    state: UnitState | None, entry: RegisteredUnit | None, day: date, until: date | None
) -> UnitState:
    if state is None:
        assert entry is not None  # noqa: S101 - the code is in one of the two
        kinds = (Span(entry.kind, day, until),)
        return UnitState(entry.code, entry.name, entry.parent_code, kinds, (), day)
    if entry is None:
        # A unit that never stood in a register was made by people: it is none of its business.
        if state.registered_on is None:
            return state
        return replace(state, kinds=observed(state.kinds, None, day, until))
    *former, current = observed(state.names, entry.name, day, until)
    return replace(
        state,
        name=current.value,
        former_names=tuple(former),
        parent_code=entry.parent_code,
        kinds=observed(state.kinds, entry.kind, day, until),
        registered_on=max(state.registered_on or day, day),
    )


def observed(
    spans: Sequence[Span], value: str | None, day: date, until: date | None
) -> tuple[Span, ...]:
    """The history after somebody saw on `day` that it was `value` (None: nothing).

    Believed up to `until`, or to where the next known span begins; unchanged when it was known.
    """
    covering = next((span for span in spans if span.covers(day)), None)
    if (covering.value if covering else None) == value:
        return tuple(spans)
    next_start = min((span.start for span in spans if span.start > day), default=None)
    ends = [end for end in (until, covering.end if covering else next_start) if end]
    end = min(ends, default=None)
    pieces = [piece for span in spans for piece in _without(span, day, end)]
    if value is not None:
        pieces.append(Span(value, day, end))
    return _joined(sorted(pieces, key=lambda span: span.start))


def _without(span: Span, start: date, end: date | None) -> list[Span]:
    """What is left of the span outside of [start, end)."""
    pieces = []
    if span.start < start:
        cut = span.end is None or span.end > start
        pieces.append(replace(span, end=start) if cut else span)
    if end is not None and (span.end is None or span.end > end):
        pieces.append(replace(span, start=max(span.start, end)))
    return pieces


def _joined(spans: Sequence[Span]) -> tuple[Span, ...]:
    joined: list[Span] = []
    for span in spans:
        if joined and joined[-1].value == span.value and joined[-1].end == span.start:
            joined[-1] = replace(joined[-1], end=span.end)
        else:
            joined.append(span)
    return tuple(joined)


def _changes(before: UnitState | None, after: UnitState) -> tuple[Change, ...]:
    if before is None:
        return (Change.NEW,)
    if replace(before, registered_on=None) == replace(after, registered_on=None):
        return ()
    found = []
    if before.name != after.name:
        found.append(Change.RENAMED)
    if before.open_kind != after.open_kind:
        found.append(_kind_change(before.open_kind, after.open_kind))
    if before.parent_code != after.parent_code:
        found.append(Change.MOVED)
    return tuple(found) or (Change.HISTORY,)


def _kind_change(before: str, after: str) -> Change:
    if not after:
        return Change.CLOSED
    return Change.KIND_CHANGED if before else Change.REOPENED
