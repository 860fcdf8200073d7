"""Polish words for search: their lemmas, stems and spellings. Pure.

Morfeusz 2 tells the lemmas where it is installed; without it the Snowball stem takes their place.
`analyser` names what was used: an index made by another one has to be made anew.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import combinations, product
from threading import Lock, local
from typing import Any, NamedTuple

import snowballstemmer

try:
    import morfeusz2
except ImportError:  # No wheels for musl and for Linux on ARM.
    morfeusz2 = None

# Raise it when the rules below change what is stored.
RULES = 2
LONGEST_WORD = 48
# Taken apart a word may grow: a syllable of Hangul is three letters.
LONGEST_TERM = 2 * LONGEST_WORD
HYPHENS = ("-", "\u2010", "\u2011", "–")
WORD = re.compile(r"[^\W_]+")
INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
# Letters that Unicode does not take apart into a letter and a mark.
NOT_COMPOSED = str.maketrans("łŁđĐøØßæœ", "lLdDoOsao")
UNMARKED = {
    "a": "ą", "c": "ć", "e": "ę", "l": "ł", "n": "ń", "o": "ó", "s": "ś", "z": "żź",
}  # fmt: skip
FAMILY = 6
# So many letters of a word may lack their mark, and so many words are tried.
MOST_RESTORED = 3
MOST_ATTEMPTS = 400
# Parts that a word is cut into, and not words: "byłem" is "był" and "em".
PARTS = ("aglt", "interp", "ign")
FUNCTION_WORDS = """
    a aby ale albo ani aż b bardzo bez bo by być byli był była było były będą będzie c ci co czy
    czyli d dla do f g gdy gdzie h i ich im iż innych inne inny j ja jak jaka jaki jakie jako je
    jednak jego jej jemu jest jeszcze jeśli jeżeli już k każda każde każdy kiedy kto która które
    którego której który których którym którymi którą lecz lub ma mają mi mnie mu my na nad nam nami
    nas nasz nasze ni niej nich nie nim nimi niż no np o od on ona one oni ono oraz po pod podczas
    ponad przed przede przez przy r s się są t ta tak taka taki takich takie także tam te tego tej
    temu ten tę to tu ty tych tylko tym tymi u w we wobec więc wraz wszystkich wszystkie wśród z za
    zaś ze że żeby
"""
_morfeusz_is_used_by_one = Lock()


class _Snowball(local):
    """A stemmer keeps the word it is at, so each thread has one of its own."""

    def __init__(self) -> None:
        self.stemmer = snowballstemmer.stemmer("polish")


_snowball = _Snowball()


@dataclass(frozen=True)
class Analysis:
    """What a word may be. Lemmas are terms; that of an unknown word is the word itself."""

    lemmas: tuple[str, ...]
    is_known: bool

    @property
    def stems(self) -> tuple[str, ...]:
        return _each_once(map(stem, self.lemmas))


class Word(NamedTuple):
    """One word of a text and where it stands there."""

    text: str
    start: int
    end: int

    @property
    def analysis(self) -> Analysis:
        return analysis(self.text)


def words(text: str) -> Iterator[Word]:
    """The words that mean something. Hyphens, digits beside letters and signs only separate."""
    for found in WORD.finditer(text):
        word = _in_small_letters(found[0])
        if text[found.end() : found.end() + 1] in HYPHENS:
            word = _whole_adjective(word)
        if word not in STOP_WORDS and len(word) <= LONGEST_WORD:
            yield Word(word, found.start(), found.end())


@lru_cache(maxsize=50_000)
def _in_small_letters(word: str) -> str:
    return INVISIBLE.sub("", unicodedata.normalize("NFKC", word)).casefold()


def plain(text: str) -> str:
    """Text in which each letter is one character, so that words are found as wholes."""
    return INVISIBLE.sub("", unicodedata.normalize("NFC", text))


def fold(text: str) -> str:
    """Without marks on letters and without capitals: "Żłobek" and "zlobek" are one."""
    apart = unicodedata.normalize("NFKD", text.casefold().translate(NOT_COMPOSED))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def as_term(word: str) -> str:
    """How the index writes a word."""
    return fold(word)[:LONGEST_TERM]


@lru_cache(maxsize=50_000)
def stem(term: str) -> str:
    """Of the term alone, so that whichever page brings a term brings the same stem."""
    return str(_snowball.stemmer.stemWord(term))


def family(term: str) -> str:
    """How a long lemma begins: "protest" and "protestowac" may be of one family."""
    return term[:FAMILY] if len(term) > FAMILY else ""


def is_kin(one: str, other: str) -> bool:
    """Whether two lemmas differ in their ends alone."""
    shorter = min(len(one), len(other))
    beginning = max(FAMILY, shorter - 3)
    return shorter > FAMILY and one[:beginning] == other[:beginning]


# Also as they are typed without marks: "sie", "zeby".
STOP_WORDS = frozenset(FUNCTION_WORDS.split()) | frozenset(map(fold, FUNCTION_WORDS.split()))


@lru_cache(maxsize=50_000)
def analysis(word: str) -> Analysis:
    """Every lemma that the word may be a form of. `word` is in small letters."""
    lemmas = _lemmas(word)
    return Analysis(_each_once(map(as_term, lemmas or [word])), is_known=bool(lemmas))


@lru_cache(maxsize=5_000)
def restored(word: str) -> tuple[str, ...]:
    """Polish words that look like this one when their marks are left out: zlobki, żłobki.

    Nothing for a word that has marks of its own, or without a dictionary.
    """
    if morfeusz2 is None or fold(word) != word:
        return ()
    places = [at for at, letter in enumerate(word) if letter in UNMARKED]
    attempts = []
    for count in range(1, MOST_RESTORED + 1):
        for chosen in combinations(places, count):
            for marks in product(*(UNMARKED[word[at]] for at in chosen)):
                attempts.append(_with_marks(word, chosen, marks))
                if len(attempts) > MOST_ATTEMPTS:
                    return _known(attempts)
    return _known(attempts)


def terms_as_written(word: str) -> frozenset[str]:
    """What the index may call a word that is spelt so. Kept nowhere: for words that are tried."""
    return frozenset(map(as_term, [word, *_lemmas(word)]))


@lru_cache(maxsize=50_000)
def is_form_of_name(form: str, name: str) -> bool:
    """Whether the dictionary has `form` as a case form of a proper name; both in small letters."""
    return name in _lemmas(form.capitalize())


@lru_cache(maxsize=5_000)
def is_place(word: str) -> bool:
    """Whether the dictionary knows it as a name on the map."""
    readings = _readings(word.capitalize())
    return any("nazwa_geograficzna" in kinds for _lemma, _tag, kinds, *_style in readings)


def _with_marks(word: str, places: tuple[int, ...], marks: tuple[str, ...]) -> str:
    letters = list(word)
    for at, mark in zip(places, marks, strict=True):
        letters[at] = mark
    return "".join(letters)


def _known(attempts: list[str]) -> tuple[str, ...]:
    return tuple(word for word in attempts if _lemmas(word))


def _lemmas(word: str) -> tuple[str, ...]:
    """In small letters, as the dictionary writes them; empty for a word that it does not know."""
    return _each_once(
        # "gimbus:Sm1" tells two inflections of one word apart.
        lemma.split(":")[0].casefold()
        for lemma, tag, _kinds, *_style in _readings(word)
        if not tag.startswith(PARTS)
    )


def _readings(word: str) -> list[Any]:
    if morfeusz2 is None:
        return []
    with _morfeusz_is_used_by_one:
        return [reading[1:] for _start, _end, reading in _morfeusz().analyse(word)]


@lru_cache(maxsize=1_000)
def _whole_adjective(word: str) -> str:
    """Of "miejsko" in "miejsko-wiejski": the adjective that it stands for."""
    adjectives = (word[:-1] + ending for ending in ("iy" if word.endswith("o") else ""))
    return next((form for form in adjectives if form in _lemmas(form)), word)


def _each_once(values: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


@cache
def _morfeusz() -> Any:
    return morfeusz2.Morfeusz(generate=False)


def _name_of_analyser() -> str:
    dictionary = f"morfeusz {_morfeusz().dict_id()}" if morfeusz2 is not None else "snowball alone"
    return f"{dictionary}, rules {RULES}"


@cache
def analyser() -> str:
    """Name and version of what makes the terms, for the index to remember."""
    return _name_of_analyser()
