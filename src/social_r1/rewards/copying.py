"""Runs of words that a thought has taken from the story as they stand there (ours).

Quoting a cue is good; a story written out again is no inference, whatever the heading above it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.trajectory.reading import Reading
from social_r1.trajectory.words import Word, places_of_words, words

RUN = 8
"""Words in a row from which on they count as copied."""
SHORT = 4
"""Words in a row that are looked for first: most thoughts copy nothing."""
STEP = RUN - SHORT + 1
"""A run holds a short one at every STEPth word of the thought, wherever it begins."""
PASTED_RUN = 12
"""Words in a row that count towards a story written out again."""
PASTED_SHARE = 0.5
"""Share of the story that such runs must reach, and ..."""
PASTED_STORY = 40
"""... the least length of that story in words: a short one may be told again."""


class Copies(NamedTuple):
    """The words of a thought, and for each how long a run of the story it stands in."""

    places: tuple[Word, ...]
    """Empty where nothing is copied."""
    runs: tuple[int, ...]
    story: int
    """Words of the story."""

    def share(self, start: int, end: int) -> float:
        """Share of the words between two characters that stand in copied runs."""
        first = bisect_left(self.places, start, key=_start)
        inside = self.runs[first : bisect_left(self.places, end, lo=first, key=_start)]
        return sum(run >= RUN for run in inside) / len(inside) if inside else 0.0

    def pasted(self) -> tuple[int, int] | None:
        """From the first to the last character of a story written out again, if it is."""
        pairs = zip(self.places, self.runs, strict=False)  # places may be empty
        long = [word for word, run in pairs if run >= PASTED_RUN]
        if self.story < PASTED_STORY or len(long) < PASTED_SHARE * self.story:
            return None
        return long[0].start, long[-1].end


def copies(item: SocialItem, reading: Reading) -> Copies:
    """Find the runs of a thought that stand in the story word by word."""
    story, said = _story(item.story), reading.words
    runs = [0] * len(said)
    if story.short.isdisjoint(_in_a_row(said, SHORT, STEP)):
        return Copies((), tuple(runs), story.length)
    copied = {n for n, run in enumerate(_in_a_row(said, RUN)) if run in story.runs}
    at = 0
    for first in sorted(copied):
        if first < at:
            continue
        last = first
        while last + 1 in copied:
            last += 1
        at = last + RUN
        runs[first:at] = [at - first] * (at - first)
    places = tuple(places_of_words(reading.text)) if copied else ()
    return Copies(places, tuple(runs), story.length)


def _start(word: Word) -> int:
    return word.start


def _in_a_row(words: Sequence[str], count: int, step: int = 1) -> Iterator[tuple[str, ...]]:
    """The words in a row that begin at every ``step``-th word."""
    return zip(*(words[n::step] for n in range(count)), strict=False)


class _Story(NamedTuple):
    length: int
    runs: frozenset[tuple[str, ...]]
    """All its runs of ``RUN`` words ..."""
    short: frozenset[tuple[str, ...]]
    """... and of ``SHORT`` words."""


@lru_cache(maxsize=512)
def _story(story: str) -> _Story:
    told = words(story)
    return _Story(len(told), frozenset(_in_a_row(told, RUN)), frozenset(_in_a_row(told, SHORT)))
