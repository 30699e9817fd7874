"""An item as its words, and what several of the rules look at in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from social_r1.audit.text import STOP, bare, words
from social_r1.items import SocialItem

NEGATIONS = frozenset(words("no not never nothing nobody none neither nor without cannot"))


class Reading(NamedTuple):
    """An item as its words."""

    item: SocialItem
    story: tuple[str, ...]
    question: tuple[str, ...]
    options: tuple[tuple[str, ...], ...]
    mentions: tuple[tuple[int, ...], ...]
    """For each option the places in the story, in characters, at which it is named whole."""

    @property
    def named(self) -> int:
        """How many options the story names."""
        return sum(bool(found) for found in self.mentions)


Heuristic = Callable[[Reading], Sequence[float]]
"""One number per option; the highest is the answer."""


def read(item: SocialItem) -> Reading:
    """Take an item apart."""
    story = words(item.story)
    joined = f" {' '.join(story)} "
    return Reading(
        item,
        story,
        words(item.question),
        tuple(words(option) for option in item.options),
        tuple(_places(joined, bare(option)) for option in item.options),
    )


def share_in(option: Sequence[str], text: Sequence[str]) -> float:
    """Share of the option's different words that the text has too."""
    kinds = set(option)
    return len(kinds & set(text)) / max(1, len(kinds))


def content(option: Sequence[str]) -> list[str]:
    """The words that carry content of their own."""
    return [word for word in option if word not in STOP]


def negations(text: Sequence[str]) -> int:
    """How many words of the text negate."""
    return sum(w in NEGATIONS or w.endswith(("n't", "n’t")) for w in text)


def _places(story: str, phrase: str) -> tuple[int, ...]:
    found: list[int] = []
    start = story.find(f" {phrase} ") if phrase else -1
    while start >= 0:
        found.append(start)
        start = story.find(f" {phrase} ", start + 1)
    return tuple(found)
