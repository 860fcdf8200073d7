"""What somebody looks for: the words of a query, each with everything that may stand for it. Pure.

Groups of synonyms come in as texts; which terms the index knows is asked in search_ranking.py.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from practices_pages import polish
from practices_pages.declension import adjective_stems

# A query beyond these says nothing more.
LONGEST_QUERY = 300
MOST_WORDS = 10
# How much a hit counts that is not the word itself.
RESTORED, RESTORED_BESIDE_A_WORD, KIN, SYNONYM, RELATED, DISTANT = 0.95, 0.8, 0.8, 0.55, 0.5, 0.4
SHORTEST_STEM = 3
# Synonyms that begin alike are one word in two parts of speech: komputer, komputerowy.
ALIKE = 5

Terms = frozenset[str]
# The terms that each word of a phrase may be.
Phrase = tuple[Terms, ...]
Group = tuple[Phrase, ...]


@dataclass
class Sought:
    """One word of a query. Any of its terms, with its share, or one whole phrase stands for it."""

    text: str
    terms: dict[str, float]
    stems: Terms
    phrases: set[Phrase] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.own: Terms = frozenset(term for term, share in self.terms.items() if share > RELATED)

    def accept(self, phrase: Phrase) -> None:
        """Let a synonym stand for the word as well."""
        if len(phrase) > 1:
            self.phrases.add(phrase)
            return
        for term in phrase[0]:
            is_kin = any(term[:ALIKE] == own[:ALIKE] for own in self.own)
            self.terms.setdefault(term, KIN if is_kin else SYNONYM)


def parse(text: str, groups: Iterable[str]) -> list[Sought]:
    """The words of a query, whatever was typed. `groups` are lines of synonyms."""
    found: list[Sought] = []
    has_marks = polish.fold(text[:LONGEST_QUERY]) != text[:LONGEST_QUERY].casefold()
    for word in polish.words(polish.plain(text[:LONGEST_QUERY])):
        sought = _sought(word, may_lack_marks=not has_marks)
        if all(sought.own != other.own for other in found):
            found.append(sought)
        if len(found) == MOST_WORDS:
            break
    for group in _groups(tuple(groups)):
        _add_synonyms(found, group)
    return found


def _sought(word: polish.Word, *, may_lack_marks: bool) -> Sought:
    analysis = word.analysis
    terms = dict.fromkeys(analysis.lemmas, 1.0)
    stems = set(analysis.stems)
    if may_lack_marks:
        share = RESTORED_BESIDE_A_WORD if analysis.is_known else RESTORED
        for marked in polish.restored(word.text):
            other = polish.analysis(marked)
            stems |= set(other.stems)
            for term in other.lemmas:
                terms.setdefault(term, share)
    if polish.is_place(word.text):
        # Wołomin: the powiat around it has the adjective alone.
        for stem in adjective_stems((word.text,)):
            for term in polish.analysis(f"{stem}i").lemmas:
                terms.setdefault(term, RELATED)
    stems = {stem for stem in stems if len(stem) >= SHORTEST_STEM}
    return Sought(word.text, terms, frozenset(stems))


def _add_synonyms(found: Sequence[Sought], group: Group) -> None:
    own = [sought.own for sought in found]
    for phrase in group:
        for start in range(len(own) - len(phrase) + 1):
            stretch = own[start : start + len(phrase)]
            if all(terms & there for terms, there in zip(phrase, stretch, strict=True)):
                for sought in found[start : start + len(phrase)]:
                    for other in group:
                        if other != phrase:
                            sought.accept(other)


@lru_cache(maxsize=8)
def _groups(texts: tuple[str, ...]) -> tuple[Group, ...]:
    return tuple(tuple(filter(None, map(_phrase, text.splitlines()))) for text in texts)


def _phrase(entry: str) -> Phrase:
    words = polish.words(polish.plain(entry))
    return tuple(frozenset(word.analysis.lemmas) for word in words)
