"""Shows why a page was found: the words in their forms, marked, in the best part of its text."""

import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from practices_pages import polish
from practices_pages.search_query import Sought
from practices_pages.search_texts import Passage

EXCERPT = 240
SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+|\n+")


class Marker:
    """Tells which words of a text a query found, whatever their form. For one query."""

    def __init__(self, sought: Sequence[Sought]) -> None:
        self._terms = [(frozenset(word.terms), word.stems) for word in sought]
        self._phrases = {phrase for word in sought for phrase in word.phrases}
        self._known: dict[str, frozenset[int]] = {}

    def meant_by(self, word: str) -> frozenset[int]:
        """Which words of the query, by number, this word of a text stands for."""
        if word not in self._known:
            analysis = polish.analysis(word)
            lemmas, stems = frozenset(analysis.lemmas), frozenset(analysis.stems)
            self._known[word] = frozenset(
                number
                for number, (wanted, wanted_stems) in enumerate(self._terms)
                if wanted & lemmas or wanted_stems & stems
            )
        return self._known[word]

    def found(self, text: str) -> list[tuple[int, int, frozenset[int]]]:
        """From where to where the text was found, and by which words."""
        words = list(polish.words(text))
        hits = [(word.start, word.end, self.meant_by(word.text)) for word in words]
        in_phrases = self._in_phrases(words)
        return [hit for hit in hits if hit[2] or hit[:2] in in_phrases]

    def _in_phrases(self, words: Sequence[polish.Word]) -> set[tuple[int, int]]:
        found: set[tuple[int, int]] = set()
        for phrase in self._phrases:
            for start in range(len(words) - len(phrase) + 1):
                stretch = words[start : start + len(phrase)]
                pairs = zip(phrase, stretch, strict=True)
                if all(terms & set(word.analysis.lemmas) for terms, word in pairs):
                    found |= {(word.start, word.end) for word in stretch}
        return found

    def marked(self, text: str) -> SafeString:
        text = polish.plain(text)
        parts: list[str] = []
        at = 0
        for start, end, _words in self.found(text):
            parts += [escape(text[at:start]), f"<mark>{escape(text[start:end])}</mark>"]
            at = end
        # Every part is escaped right above.
        return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308

    def excerpt(self, passages: Iterable[Passage], *, length: int = EXCERPT) -> SafeString:
        """The part of the prose in which most of the query stands; empty where none does."""
        best, best_value = "", 0
        for passage in passages:
            for text in _stretches(polish.plain(passage.text), length) if passage.is_prose else ():
                value = self._value(text)
                if value > best_value:
                    best, best_value = text, value
        return self.marked(best)

    def _value(self, text: str) -> int:
        """Different words of the query count most, then how often they stand there."""
        hits = self.found(text)
        return 100 * len({number for hit in hits for number in hit[2]}) + min(len(hits), 99)


def _stretches(text: str, length: int) -> Iterator[str]:
    """Whole sentences together, as many as fit; each beginning at another sentence."""
    sentences = [part for part in SENTENCE_ENDS.split(text) for part in _pieces(part, length)]
    for first, sentence in enumerate(sentences):
        stretch = sentence
        for following in sentences[first + 1 :]:
            if len(stretch) + len(following) >= length:
                break
            stretch = f"{stretch} {following}"
        yield stretch


def _pieces(sentence: str, length: int) -> list[str]:
    """A sentence, or what a very long one is cut into."""
    if len(sentence) <= 2 * length:
        return [sentence] if sentence else []
    return [f"{part}…" for part in wrap(sentence, length)]
