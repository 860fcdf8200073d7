"""Reads a printed text: which words are names of units, and what else is said of these units.

Pure but for the index that it asks. Decides nothing: unit_matching.py does.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from practices_pages.models import VOIVODESHIPS, UnitKind
from practices_pages.unit_index import How, IndexedUnit, Level, Reading, UnitIndex, plain, words_of

RURAL, URBAN, URBAN_RURAL = UnitKind.RURAL, UnitKind.URBAN, UnitKind.URBAN_RURAL
CITY, POWIAT, VOIVODESHIP = UnitKind.CITY_POWIAT, UnitKind.POWIAT, UnitKind.VOIVODESHIP
COMMUNES = frozenset({RURAL, URBAN, URBAN_RURAL, CITY})
Kinds = frozenset[str]

# What a phrase says of the kind. Longer phrases are listed first.
PHRASES: tuple[tuple[re.Pattern[str], Kinds], ...] = tuple(
    (re.compile(rf"(?:{pattern})\Z"), frozenset(kinds))
    for pattern, kinds in (
        (r"(na )?prawach powiatu|powiat\w* grodzk\w+", {CITY}),
        (r"powiat\w* ziemsk\w+", {POWIAT}),
        (r"miast\w* i gmin\w*|gmin\w* i miast\w*|miasto gmin\w*|umig|mig", {URBAN_RURAL}),
        (r"gmin\w* miejsk[oa]\w* wiejsk\w+|miejsk[oa] wiejsk\w+", {URBAN_RURAL}),
        (r"gmin\w* wiejsk\w+|wiejsk\w+ gmin\w*|gw", {RURAL}),
        (r"gmin\w* miejsk\w+|miejsk\w+ gmin\w*", {URBAN, CITY}),
        (r"gmin\w* (miast[oaue]\w*|mieście)", {URBAN, CITY}),
        (r"gmin\w*|gm|ug", COMMUNES),
        (r"(urz\w+ )?miejsk\w+", {URBAN, CITY, URBAN_RURAL}),
        (r"wiejsk\w+", {RURAL}),
        (r"miast\w*|mieście|m|um", {URBAN, CITY, URBAN_RURAL}),
        (r"powiat\w*|powiecie|pow|starost\w*", {POWIAT}),
        (r"województw\w*|woj|marszał\w*|sejmik\w*", {VOIVODESHIP}),
        (r"wójt\w*", {RURAL}),
        (r"burmistrz\w*", {URBAN, URBAN_RURAL}),
        (r"prezydent\w*", {URBAN, CITY}),
    )
)
LONGEST_PHRASE = 3
SILENT = re.compile(
    r"(urz[ąęd]\w*|w|we|z|ze|dla|samorząd\w*|jst|rad[ayęz]\w*|zarząd\w*|stołeczn\w+|st|siedzib\w+)\Z"
)
PLURAL_POWIATS = re.compile(r"powiat(y|ów|om|ami|ach)\Z")
OFFICE_OF_POWIAT = re.compile(r"starost\w*\Z")
AND = {"i", "oraz", "a"}
SEPARATOR = re.compile(r"\s[-‐‑‒–—−]\s|[–—](?=\s)|[,;:()\[\]/|.!?\n„”\"«»]+")
POSTAL_CODE = re.compile(r"\b(\d{2})-\d{3}\b")
TERYT = re.compile(r"(?<!\d)\d{6,7}(?!\d)", re.ASCII)
YEAR = re.compile(r"(19|20)\d\d( ?r)?\Z")


@dataclass
class Mention:
    """Some words that name a unit, and what the text says of it."""

    readings: list[Reading]
    kinds: Kinds = frozenset()
    place: list[IndexedUnit] = field(default_factory=list)
    is_after_oblique: bool = False
    joined: bool = False
    segment: int = 0


@dataclass
class Reader:
    """What a text says. `unread` are the words that nobody understood."""

    mentions: list[Mention] = field(default_factory=list)
    heads: list[Kinds] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    postal_prefixes: set[str] = field(default_factory=set)
    codes: list[str] = field(default_factory=list)
    speaks_of_powiats: bool = False
    # A head with nothing to speak of yet: "powiaty: krapkowicki, wołomiński".
    carried: Kinds = frozenset()


def read(text: str, index: UnitIndex) -> Reader:
    reader = Reader()
    text = plain(text)
    reader.postal_prefixes = set(POSTAL_CODE.findall(text))
    reader.codes = TERYT.findall(text)
    text = TERYT.sub(" ", POSTAL_CODE.sub(" ", text))
    for name in index.bracketed_names:
        text = text.replace(name, " ".join(words_of(name)))
    # An abbreviation's full stop separates nothing.
    text = re.sub(r"\b(gm|pow|woj|m|st)\.", r"\1 ", text)
    for number, segment in enumerate(SEPARATOR.split(text)):
        if words := words_of(segment):
            _read_segment(words, number, index, reader)
    _place(reader)
    return reader


def _read_segment(words: Sequence[str], number: int, index: UnitIndex, reader: Reader) -> None:
    head: Kinds | None = None
    in_segment: list[Mention] = []
    joined, oblique, at = False, False, 0
    while at < len(words):
        kinds, length = _phrase(words[at:], index)
        readings, name_length = index.readings(words[at:]) if length < 2 else ([], 0)
        nominal = [reading for reading in readings if reading.how != How.ADJECTIVE or not length]
        if nominal and name_length >= length:
            mention = Mention(nominal, head or reader.carried, [], oblique, joined, number)
            if head is None and joined and in_segment:
                mention.kinds = in_segment[-1].kinds
            in_segment.append(mention)
            head, joined, at = None, False, at + name_length
        elif kinds:
            oblique = oblique or not words[at].endswith(
                ("gmina", "miasto", "powiat", "województwo")
            )
            _note_head(words[at : at + length], kinds, reader)
            head = kinds if head is None else (head & kinds or kinds)
            reader.carried = frozenset()
            at += length
        elif words[at] in AND:
            joined, at = True, at + 1
        else:
            if not SILENT.match(words[at]) and not YEAR.match(words[at]):
                reader.unread.append(words[at])
            oblique, at = True, at + 1
    _attach(head, in_segment, reader, joined=joined)
    reader.mentions += in_segment


def _phrase(words: Sequence[str], index: UnitIndex) -> tuple[Kinds, int]:
    for length in range(min(LONGEST_PHRASE, len(words)), 0, -1):
        text = " ".join(words[:length])
        for pattern, kinds in PHRASES:
            if pattern.match(text) and not _begins_a_name(words, length, index):
                return kinds, length
    return frozenset(), 0


def _begins_a_name(words: Sequence[str], length: int, index: UnitIndex) -> bool:
    """ "gmina Miejska Górka" is no urban commune: a name goes beyond the phrase."""
    for start in range(1, length):
        readings, name_length = index.readings(words[start:])
        if start + name_length > length and any(r.how != How.ADJECTIVE for r in readings):
            return True
    return False


def _note_head(words: Sequence[str], kinds: Kinds, reader: Reader) -> None:
    reader.heads.append(kinds)
    if PLURAL_POWIATS.match(words[0]) or OFFICE_OF_POWIAT.match(words[0]):
        reader.speaks_of_powiats = True


def _attach(head: Kinds | None, in_segment: list[Mention], reader: Reader, *, joined: bool) -> None:
    """A head with no name behind it speaks of the name before it: "Lubicz – gmina wiejska"."""
    if head is None or joined:
        return
    before = in_segment or reader.mentions[-1:]
    if not before:
        reader.carried = head
    else:
        last = before[-1]
        last.kinds = (last.kinds & head or head) if last.kinds else head


def _place(reader: Reader) -> None:
    """A powiat or a voivodeship behind a smaller unit says where that one lies."""
    kept: list[Mention] = []
    for mention in reader.mentions:
        upper = [r.unit for r in mention.readings if _is_upper(r, mention)]
        below = kept[-1] if kept and not mention.joined else None
        if upper and below is not None and _may_lie_in(below, upper[0].level):
            below.place += upper
        else:
            kept.append(mention)
    reader.mentions = kept


def _is_upper(reading: Reading, mention: Mention) -> bool:
    if reading.how in {How.SEAT, How.ADJECTIVE} or reading.unit.level == Level.COMMUNE:
        return False
    level = POWIAT if reading.unit.level == Level.POWIAT else VOIVODESHIP
    return not mention.kinds or level in mention.kinds


def _may_lie_in(mention: Mention, level: Level) -> bool:
    return any(reading.unit.level.value > level.value for reading in mention.readings) and not (
        level == Level.POWIAT and mention.kinds == {POWIAT}
    )


def voivodeships_in(text: str) -> Iterator[str]:
    """The codes of the voivodeships whose adjective stands in the text, in any case form."""
    words = words_of(text)
    joined = " ".join(words)
    for code, name in VOIVODESHIPS.items():
        stem = " ".join(words_of(name))[:-1]
        if re.search(rf"\b{stem}(e|ego|emu|m|ch)\b", joined):
            yield code
