"""Runs of words that a thought has taken from the story as they stand there (ours).

Quoting a cue is good; a story written out again is no inference, whatever the heading above it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from social_r1.items import SocialItem
from social_r1.trajectory.words import Word, places_of_words, words

RUN = 8
"""Words in a row from which on they count as copied."""
PASTED_RUN = 12
"""Words in a row that count towards a story written out again."""
PASTED_SHARE = 0.5
"""Share of the story that such runs must reach, and ..."""
PASTED_STORY = 40
"""... the least length of that story in words: a short one may be told again."""


class Copies(NamedTuple):
    """The words of a thought, and for each how long a run of the story it stands in."""

    places: tuple[Word, ...]
    runs: tuple[int, ...]
    story: int
    """Words of the story."""

    def share(self, start: int, end: int) -> float:
        """Share of the words between two characters that stand in copied runs."""
        inside = [
            r for word, r in zip(self.places, self.runs, strict=True) if start <= word[0] < end
        ]
        return sum(run >= RUN for run in inside) / len(inside) if inside else 0.0

    def pasted(self) -> tuple[int, int] | None:
        """From the first to the last character of a story written out again, if it is."""
        long = [w for w, run in zip(self.places, self.runs, strict=True) if run >= PASTED_RUN]
        if self.story < PASTED_STORY or len(long) < PASTED_SHARE * self.story:
            return None
        return long[0].start, long[-1].end


def copies(item: SocialItem, thought: str) -> Copies:
    """Find the runs of a thought that stand in the story word by word."""
    told, known = _story(item.story)
    places = tuple(places_of_words(thought))
    said = [word.text for word in places]
    runs = [0] * len(said)
    at = 0
    while at + RUN <= len(said):
        if tuple(said[at : at + RUN]) not in known:
            at += 1
            continue
        stop = at + RUN
        while stop < len(said) and tuple(said[stop - RUN + 1 : stop + 1]) in known:
            stop += 1
        runs[at:stop] = [stop - at] * (stop - at)
        at = stop
    return Copies(places, tuple(runs), told)


@lru_cache(maxsize=1024)
def _story(story: str) -> tuple[int, frozenset[tuple[str, ...]]]:
    """The number of words of a story and all its runs of ``RUN`` words."""
    told = words(story)
    return len(told), frozenset(tuple(told[i : i + RUN]) for i in range(len(told) - RUN + 1))
