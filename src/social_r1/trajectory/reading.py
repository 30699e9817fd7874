"""A thought read once, for all rules that look at it: sentences, words, stems (ours).

What a rule looks for holds, in most cases, one of a few words. Such a rule need only look at the
sentences that have one of them (`Reading.having`), and for those of its phrases that can be there
(`phrases`): that saves nine tenths of the searching and finds the same.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from itertools import chain
from typing import NamedTuple

from social_r1.trajectory.letters import lower_in_place
from social_r1.trajectory.words import sentences, stems_of, words_in

_TOKEN = re.compile(r"\w+")


class Sentence(NamedTuple):
    """A sentence and its place in the thought."""

    start: int
    end: int
    lowered: str
    """In lower case."""
    words: tuple[str, ...]
    """As `words` gives them: ``ann's`` is one."""
    stems: frozenset[str]
    tokens: tuple[str, ...]
    """Letters, digits and ``_`` between other characters: what ``\\b`` tells apart. ``ann's`` is
    two."""

    @property
    def text(self) -> str:
        """In lower case, with single spaces."""
        return " ".join(self.lowered.split())


class Reading:
    """A text in plain letters with what has been read of it so far; nothing is read twice.

    >>> [s.text for s in Reading("Ann left.  Bo's box.").sentences]
    ['ann left.', "bo's box."]
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.lowered = lower_in_place(text)
        self._has_sigma = "Σ" in text  # its lower case depends on the letters around it
        self._known: dict[tuple[int, int], Sentence] = {}

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The sentences of the whole text."""
        return self.cut(0, len(self.text))

    @cached_property
    def words(self) -> list[str]:
        """The words of the whole text; no sentence ends inside one."""
        return list(chain.from_iterable([sentence.words for sentence in self.sentences]))

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The tokens of all sentences."""
        return frozenset(self._index)

    def having(self, words: Iterable[str]) -> set[int]:
        """Numbers of the sentences that have one of the words among their tokens."""
        index = self._index
        return {number for word in words if word in index for number in index[word]}

    def number_at(self, place: int) -> int:
        """Number of the sentence that holds a character, or else of the one before it."""
        after = bisect_right(self.sentences, place, key=_start)
        return max(0, after - 1)

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        """Numbers of the sentences that have a token."""
        index: dict[str, list[int]] = defaultdict(list)
        for number, sentence in enumerate(self.sentences):
            for token in sentence.tokens:
                index[token].append(number)
        return index

    def cut(self, start: int, end: int) -> list[Sentence]:
        """The sentences between two characters."""
        return [
            self._known.get(place) or self._read(place)
            for place in sentences(self.text, start, end)
        ]

    def _read(self, place: tuple[int, int]) -> Sentence:
        start, end = place
        lowered = self.lowered[start:end]
        if self._has_sigma:
            lowered = lower_in_place(self.text[start:end])
        own = tuple(words_in(lowered))
        same = lowered.isascii() and "'" not in lowered  # then words and tokens are the same
        tokens = own if same else tuple(_TOKEN.findall(lowered))
        sentence = Sentence(start, end, lowered, own, stems_of(own), tokens)
        self._known[place] = sentence
        return sentence


def _start(sentence: Sentence) -> int:
    return sentence.start


def tokens_of(text: str) -> list[str]:
    """The tokens of any text in lower case.

    >>> tokens_of("ann's box")
    ['ann', 's', 'box']
    """
    return _TOKEN.findall(text)
