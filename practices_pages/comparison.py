"""Up to four practices side by side. Which ones stands in the address, and nowhere else."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlencode

from wagtail.models import Page

from practices_pages import languages, visibility
from practices_pages.models import PracticePage

MOST = 4
# Of what somebody puts into the address, so much is looked at and repeated.
MOST_READ = 40
MOST_REPEATED = 5
# As PracticeIdentity writes it: more digits than four only where the number has them.
PID = re.compile(r"DP-(\d{4}|[1-9]\d{4,8})", re.ASCII)
SHOWN = (
    "practice_units__unit",
    "areas",
    "competences",
    "school_types",
    "steps",
    "measured_effects",
    "cost_items",
    "pitfalls",
    "documents__document",
    "contact__unit",
)


@dataclass(frozen=True)
class Row:
    """One of the eight sections as each of the practices has it."""

    key: str
    number: int
    heading: str
    texts: tuple[tuple[PracticePage, str], ...]


@dataclass(frozen=True)
class Comparison:
    practices: tuple[PracticePage, ...] = ()
    # What was asked for, and is no practice that the public may see.
    unknown: tuple[str, ...] = ()
    # Practices that had no place any more.
    too_many: tuple[PracticePage, ...] = field(default=())

    @property
    def is_full(self) -> bool:
        return len(self.practices) >= MOST

    @property
    def pids(self) -> list[str]:
        return [practice.pid for practice in self.practices]

    @property
    def rows(self) -> list[Row]:
        columns = [(practice, practice.sections) for practice in self.practices]
        first = columns[0][1] if columns else []
        return [
            Row(
                section.key,
                section.number,
                section.heading,
                tuple((practice, sections[place].html) for practice, sections in columns),
            )
            for place, section in enumerate(first)
        ]

    def query(self, *, without: str = "") -> str:
        """The part of the address that names these practices, perhaps without one."""
        return urlencode([("id", pid) for pid in self.pids if pid != without])


def compare(wanted: Iterable[str], index: Page) -> Comparison:
    """The practices with these permanent ids, in the order asked for; what cannot be shown is
    named. In the language of the list where there is such a version, each once. A fixed number of
    queries."""
    asked = list(dict.fromkeys(text.strip().upper() for text in list(wanted)[:MOST_READ]))
    numbers = {pid: int(found[1]) for pid in asked if (found := PID.fullmatch(pid))}
    practices = _public(set(numbers.values()), index)
    known = [practices[numbers[pid]] for pid in asked if numbers.get(pid) in practices]
    known = list(dict.fromkeys(known))
    unknown = [pid[:20] for pid in asked if pid and numbers.get(pid) not in practices]
    return Comparison(tuple(known[:MOST]), tuple(unknown[:MOST_REPEATED]), tuple(known[MOST:]))


def _public(numbers: set[int], index: Page) -> dict[int, PracticePage]:
    if not numbers:
        return {}
    practices = visibility.public(PracticePage.objects.originals())
    found = (
        languages.once(practices, index.locale.language_code)
        .filter(identity__number__in=numbers)
        .select_related("identity", "locale")
        .prefetch_related(*SHOWN)
    )
    return {practice.identity.number: practice for practice in found if practice.identity}
