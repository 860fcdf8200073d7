"""Writes what a state of the register changes, with a fixed small number of statements a step.

The only writer of units besides their form in the admin. Call inside a transaction.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import TypeVar

from django.db.models import Q
from wagtail.search.backends import get_search_backends

from practices_pages import public_changes, search_upkeep
from practices_pages.catalogue import indexing
from practices_pages.models import (
    FormerUnitName,
    LocalGovernmentUnit,
    UnitKindPeriod,
    UnitRegister,
)
from practices_pages.register import Register
from practices_pages.register_plan import (
    Change,
    Plan,
    Span,
    UnitChange,
    UnitState,
    plan_import,
)

# A register lists the whole country. One that lacks more units than this is cut off, or of a part.
MOST_CLOSED = 25
AT_ONCE = 500

T = TypeVar("T")
Progress = Callable[[str, int, int], None]


class TooManyClosedError(Exception):
    """The file lacks so many units that it is more likely cut off than true."""

    def __init__(self, closed: Sequence[UnitChange]) -> None:
        super().__init__(f"{len(closed)} units would be closed")
        self.closed = closed


def plan_register(register: Register, *, may_close_many: bool = False) -> Plan:
    """What importing it would change now; raise TooManyClosedError unless that is allowed."""
    states = UnitRegister.objects.values_list("state_on", flat=True)
    plan = plan_import(register, known_units(), states)
    closed = plan.of(Change.CLOSED)
    if len(closed) > MOST_CLOSED and not may_close_many:
        raise TooManyClosedError(closed)
    return plan


def known_units() -> list[UnitState]:
    kinds: defaultdict[int, list[Span]] = defaultdict(list)
    for period in UnitKindPeriod.objects.order_by("valid_from"):
        kinds[period.unit_id].append(Span(period.kind, period.valid_from, period.valid_to))
    names: defaultdict[int, list[Span]] = defaultdict(list)
    for former in FormerUnitName.objects.order_by("valid_to"):
        span = Span(former.name, former.valid_from or date.min, former.valid_to)
        names[former.unit_id].append(span)
    # Locked, so that nobody's edit in the admin falls between the plan and its writing.
    units = LocalGovernmentUnit.objects.select_for_update(of=("self",)).select_related("parent")
    return [
        UnitState(
            unit.code,
            unit.name,
            unit.parent.code if unit.parent else "",
            tuple(kinds[unit.pk]),
            tuple(names[unit.pk]),
            unit.registered_on,
        )
        for unit in units
    ]


def apply(plan: Plan, *, progress: Progress = lambda step, done, total: None) -> None:
    """Write the plan. A plan without changes writes nothing but that the register was seen."""
    state_on = plan.register.state_on
    pk_of = dict(LocalGovernmentUnit.objects.values_list("code", "pk"))
    new = [change.after for change in plan.of(Change.NEW)]
    _create(new, pk_of, progress)
    changed = [change for change in plan.changes if change.before is not None]
    _update(changed, pk_of)
    touched = [(pk_of[change.after.code], change) for change in plan.changes]
    _write_kinds(touched, progress)
    _write_former_names(touched)
    # New ones have it already.
    for codes in _batches(plan.register.units):
        LocalGovernmentUnit.objects.filter(
            Q(registered_on__lt=state_on) | Q(registered_on=None), code__in=codes
        ).update(registered_on=state_on)
    UnitRegister.objects.get_or_create(state_on=state_on)
    if plan.changes:
        public_changes.tell()
    if changed:
        indexing.touch_everything()
    for some in _batches(pk_of[change.after.code] for change in changed):
        search_upkeep.on_bulk_change(LocalGovernmentUnit, some)
    _index([pk for pk, change in touched if _is_called_otherwise(change)], progress)


def _is_called_otherwise(change: UnitChange) -> bool:
    """Filling the search index, which holds names, takes longer than all the rest."""
    return change.before is None or (
        (change.before.name, change.before.former_names)
        != (change.after.name, change.after.former_names)
    )


def _create(states: Iterable[UnitState], pk_of: dict[str, int], progress: Progress) -> None:
    """Upper levels first: the lower ones point to them."""
    by_length: defaultdict[int, list[UnitState]] = defaultdict(list)
    for state in states:
        by_length[len(state.code)].append(state)
    for length in sorted(by_length):
        units = [
            LocalGovernmentUnit(
                code=state.code,
                name=state.name,
                parent_id=pk_of.get(state.parent_code),
                registered_on=state.registered_on,
            )
            for state in by_length[length]
        ]
        for unit in LocalGovernmentUnit.objects.bulk_create(units, batch_size=AT_ONCE):
            pk_of[unit.code] = unit.pk
        progress("units", len(units), len(units))


def _update(changes: Iterable[UnitChange], pk_of: dict[str, int]) -> None:
    """Only what the register knows: an e-mail that people entered is never touched."""
    units = [
        LocalGovernmentUnit(
            pk=pk_of[change.after.code],
            name=change.after.name,
            parent_id=pk_of.get(change.after.parent_code),
        )
        for change in changes
        if {Change.RENAMED, Change.MOVED} & set(change.changes)
    ]
    LocalGovernmentUnit.objects.bulk_update(units, ["name", "parent"], batch_size=AT_ONCE)


def _write_kinds(touched: Iterable[tuple[int, UnitChange]], progress: Progress) -> None:
    changed = [
        (pk, change.after.kinds)
        for pk, change in touched
        if change.before is None or change.before.kinds != change.after.kinds
    ]
    for some in _batches(changed):
        UnitKindPeriod.objects.filter(unit__in=[pk for pk, _spans in some]).delete()
    periods = [
        UnitKindPeriod(unit_id=pk, kind=span.value, valid_from=span.start, valid_to=span.end)
        for pk, spans in changed
        for span in spans
    ]
    UnitKindPeriod.objects.bulk_create(periods, batch_size=AT_ONCE)
    progress("kinds", len(periods), len(periods))


def _write_former_names(touched: Iterable[tuple[int, UnitChange]]) -> None:
    changed = [
        (pk, change.after.former_names)
        for pk, change in touched
        if (change.before.former_names if change.before else ()) != change.after.former_names
    ]
    for some in _batches(changed):
        FormerUnitName.objects.filter(unit__in=[pk for pk, _spans in some]).delete()
    names = [
        FormerUnitName(
            unit_id=pk,
            name=span.value,
            valid_from=None if span.start == date.min else span.start,
            valid_to=span.end,
        )
        for pk, spans in changed
        for span in spans
        if span.end is not None
    ]
    FormerUnitName.objects.bulk_create(names, batch_size=AT_ONCE)


def _batches(things: Iterable[T]) -> Iterator[list[T]]:
    """Databases limit how many values one statement may hold."""
    rest = iter(things)
    while batch := list(islice(rest, AT_ONCE)):
        yield batch


def _index(pks: Sequence[int], progress: Progress) -> None:
    """Bulk writes send no signals, and the chooser of units asks the search index."""
    done = 0
    for some in _batches(pks):
        units = list(LocalGovernmentUnit.get_indexed_objects().filter(pk__in=some))
        for backend in get_search_backends(with_auto_update=True):
            backend.add_bulk(LocalGovernmentUnit, units)
        done += len(some)
        progress("search index", done, len(pks))
