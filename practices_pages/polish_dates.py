"""Dates in Polish texts: finds them, and says which cannot be those of a meeting.

Pure: reads text, knows no page. A mention without a year is read in the year of the meeting.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape

from practices_pages.meeting_dates import last_of_month

LONGEST_TEXT = 100_000
# Every form in which a month stands beside a day or a year, without Polish letters.
MONTHS = (
    "stycznia|styczen|styczniu|styczniem", "lutego|luty|lutym", "marca|marzec|marcu|marcem",
    "kwietnia|kwiecien|kwietniu|kwietniem", "maja|maju|majem|maj",
    "czerwca|czerwiec|czerwcu|czerwcem", "lipca|lipiec|lipcu|lipcem",
    "sierpnia|sierpien|sierpniu|sierpniem", "wrzesnia|wrzesien|wrzesniu|wrzesniem",
    "pazdziernika|pazdziernik|pazdzierniku|pazdziernikiem",
    "listopada|listopad|listopadzie|listopadem", "grudnia|grudzien|grudniu|grudniem",
)  # fmt: skip
# Words of their own as well: "3 listy" are letters, so a dot or a year has to follow.
ABBREVIATED = (
    "stycz|sty", "lut", "mar", "kwiec|kwi", "", "czerw|cze", "lip", "sierp|sie", "wrzes|wrz",
    "pazdz|paz", "list|lis", "grudz|gru",
)  # fmt: skip
NUMBER_OF_MONTH = {
    form: i
    for months in (MONTHS, ABBREVIATED)
    for i, forms in enumerate(months, 1)
    for form in forms.split("|")
    if form
}
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
NUMBER_OF_MONTH |= {roman: i for i, roman in enumerate(ROMAN, 1)}
# Character for character, so that places in the folded text are places in the text.
FOLDED = str.maketrans("ąćęłńóśźż", "acelnoszz") | {
    **dict.fromkeys(map(ord, "\u00a0\u2007\u2009\u202f\t\r\n"), " "),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
}
GAP = " {0,3}"
DAY = r"(?:0?[1-9]|[12]\d|3[01])(?!\d)"
FIRST_DAY = rf"(?<![\d.,/-]){DAY}"
YEAR = r"(?:19|20)\d\d(?!\d)"
WORD = (
    rf"(?:(?:{'|'.join(MONTHS)})\b\.?"
    rf"|(?:{'|'.join(filter(None, ABBREVIATED))})(?:\.|\b(?={GAP}{YEAR})))"
)
LATIN = rf"(?:{'|'.join(sorted(ROMAN, key=len, reverse=True))})\b"
NUMBER = rf"(?:(?:0?[1-9]|1[0-2])(?!\d)|{LATIN})"
OF_YEAR = rf"(?P<year>{YEAR})(?:{GAP}r\b\.?)?"
TO = rf"{GAP}(?:-|do|i|oraz){GAP}(?:dnia )?"
DAYS = rf"(?P<days>{FIRST_DAY}(?:{GAP}(?:-|,|do|i|oraz){GAP}{DAY}){{0,6}})"
DOT = rf"{GAP}[./]{GAP}"
# In this order: what one has found is not looked at by the next.
FORMS = tuple(
    re.compile(form)
    for form in (
        # 2018-10-23
        rf"(?<![\d-])(?P<year>{YEAR})-(?P<month>0[1-9]|1[0-2])-(?P<days>{DAY})(?!-)",
        # 30.09–1.10.2018
        rf"(?P<days>{FIRST_DAY}){DOT}(?P<month>{NUMBER})(?:{DOT}{OF_YEAR}|\.)?"
        rf"{TO}(?P<day2>{DAY}){DOT}(?P<month2>{NUMBER}){DOT}(?P<year2>{YEAR})",
        # 23.10.2018, 23-24.X.2018, 23/10/2018
        rf"{DAYS}{DOT}(?P<month>{NUMBER}){DOT}{OF_YEAR}",
        # 23 października; 23–24 października 2018 r.; 30 września – 1 października 2018 r.
        rf"{DAYS}{GAP}(?P<month>{WORD})(?:{GAP}{OF_YEAR})?"
        rf"(?:{TO}(?P<day2>{DAY}){GAP}(?P<month2>{WORD})(?:{GAP}(?P<year2>{YEAR}))?)?",
        # 23–24 X 2018
        rf"{DAYS} {GAP}(?P<month>{LATIN}) {GAP}{OF_YEAR}",
        # w styczniu 2019
        rf"\b(?P<month>{WORD}){GAP}{OF_YEAR}",
    )
)
# Folded it would be August.
ITSELF = re.compile(r"\bsię\b")
TAG = re.compile(r"<[^<>]*>")
DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Point:
    """A day, or a month when `day` is None. `year` is None where the text names none."""

    year: int | None
    month: int
    day: int | None

    def on(self, year: int) -> date | None:
        """The day, or the first of the month, in `year` if the text names none."""
        try:
            return date(self.year or year, self.month, self.day or 1)
        except ValueError:
            return None


@dataclass(frozen=True)
class Mention:
    """One date, or one span of days, as a text writes it."""

    text: str
    first: Point
    last: Point

    @property
    def is_month(self) -> bool:
        return self.first.day is None

    def span(self, year: int) -> tuple[date, date] | None:
        """First and last day, in `year` where the text names none; None: there is no such day."""
        first, last = self.first.on(year), self.last.on(year)
        if first is None or last is None:
            return None
        if self.is_month:
            return first, last_of_month(last)
        if first > last and self.last.year is None:
            last = self.last.on(first.year + 1)
        return (first, last) if last is not None and first <= last else None


def mentions(text: str) -> list[Mention]:
    """Every date that `text` mentions, in the order of the text."""
    text = text[:LONGEST_TEXT]
    folded = ITSELF.sub("###", text.lower()).translate(FOLDED)
    if len(folded) != len(text):  # A letter that is two in lower case: places would be wrong.
        text = folded
    found: list[tuple[int, Mention]] = []
    for form in FORMS:
        for match in form.finditer(folded):
            if not _is_a_name(match, text):
                found.append((match.start(), _mention(match, text)))
        folded = form.sub(lambda match: "#" * len(match[0]), folded)
    return [mention for _place, mention in sorted(found, key=lambda pair: pair[0])]


def plain(html: str) -> str:
    """The text of rich text: what stands in different blocks does not run together."""
    return unescape(TAG.sub(" ", html))


def contradictions(
    text: str, first: date, last: date, *, others: Iterable[tuple[date, date]] = ()
) -> list[Mention]:
    """The dates in a short text, such as a caption, that are none of the days `first` to `last`.

    `others` are spans that the text may mention as well.
    """
    spans = [(first, last), *others]
    return [mention for mention in mentions(text) if not _agrees(mention, first.year, spans)]


def slips(
    text: str, first: date, last: date, *, others: Iterable[tuple[date, date]] = ()
) -> list[Mention]:
    """The dates in a longer text that look like `first` to `last` gone wrong.

    A report mentions other days as well; what has the same days in another month or year, or is
    as long and in the same month, is more likely meant to be this date.
    """
    wrong = contradictions(text, first, last, others=others)
    return [mention for mention in wrong if _resembles(mention, first, last)]


def _agrees(mention: Mention, year: int, spans: Iterable[tuple[date, date]]) -> bool:
    found = mention.span(year)
    if found is None:
        return False
    begins, ends = found
    if mention.is_month:
        return any(begins <= last and first <= ends for first, last in spans)
    return any(first <= begins and ends <= last for first, last in spans)


def _resembles(mention: Mention, first: date, last: date) -> bool:
    if mention.is_month:
        return False
    if (mention.first.day, mention.last.day) == (first.day, last.day):
        return True
    found = mention.span(first.year)
    if found is None or first == last:
        return False
    begins, ends = found
    same_month = (begins.year, begins.month) == (first.year, first.month)
    return same_month and ends - begins == last - first != timedelta(0)


def _mention(match: re.Match[str], text: str) -> Mention:
    found = match.groupdict()
    written = " ".join(text[match.start() : match.end()].split())
    month, year = _month(found["month"]), _year(found.get("year"))
    if found.get("days") is None:
        return Mention(written, Point(year, month, None), Point(year, month, None))
    days = [int(day) for day in DIGITS.findall(found["days"])]
    first, last = Point(year, month, days[0]), Point(year, month, days[-1])
    if found.get("day2") is None:
        return Mention(written, first, last)
    last = Point(_year(found["year2"]) or year, _month(found["month2"]), int(found["day2"]))
    if year is None and last.year is not None:
        turns = (first.month, first.day) > (last.month, last.day)
        first = Point(last.year - turns, first.month, first.day)
    return Mention(written, first, last)


def _is_a_name(match: re.Match[str], text: str) -> bool:
    """Streets are called 3 Maja and 11 Listopada."""
    has_year = match.groupdict().get("year") or match.groupdict().get("year2")
    return not has_year and text[match.start("month")].isupper()


def _month(name: str) -> int:
    name = name.strip(". ")
    return int(name) if name.isdigit() else NUMBER_OF_MONTH[name]


def _year(digits: str | None) -> int | None:
    return int(digits) if digits else None
