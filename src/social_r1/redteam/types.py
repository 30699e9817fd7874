"""Records of the red team: what a cheat may look at, what it hands in, what it earned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal, NamedTuple

from social_r1.items import LETTERS, SocialItem
from social_r1.redteam.wording import Speak, Texts
from social_r1.stats import Interval


@dataclass(frozen=True)
class Scene:
    """An item with all that honest people and cheats may draw on."""

    item: SocialItem
    register: str
    """``plain``, ``rich`` or ``file``: where the item comes from."""
    argued: Mapping[str, Texts] = field(default_factory=dict[str, Texts])
    """Per letter the best case for it: the gold trace for the right one, for a wrong one a trace
    with one mistake that leads there. Empty for items without an event log."""
    wrong: tuple[str, Texts] | None = None
    """An honest wrong answer: a trace with one mistake, and the letter that follows from it."""
    twin: Texts | None = None
    """The gold trace of a twin, whose answer is another one."""
    other: Texts | None = None
    """The gold trace of an unrelated item."""
    people: tuple[str, ...] = ()
    """Names in the story, most frequent first."""
    places: tuple[str, ...] = ()
    """Values that the story gives; the options where it has no log."""

    @property
    def gold(self) -> Texts | None:
        """The gold trace."""
        return self.argued.get(self.item.letter)

    def option(self, letter: str) -> str:
        """The text behind a letter."""
        return self.item.options[LETTERS.index(letter)]

    @property
    def wrong_letters(self) -> str:
        """The letters of the wrong options."""
        return "".join(x for x in self.item.letters if x != self.item.letter)


class Attempt(NamedTuple):
    """One completion."""

    completion: str
    claims: str | None = None
    """What the thought claims, in the words that the oracle reads; None: the thought itself."""


Make = Callable[[Scene, str, Speak, Random], Attempt | None]
"""Makes the completion for a scene and the letter to be answered; None where it cannot."""


@dataclass(frozen=True, slots=True)
class Cheat:
    """One way to look right without being it."""

    name: str
    tries: str
    """What it tries, in one line."""
    make: Make
    bound: float | None = None
    """Most that it may earn with a random letter, where the config's default is not apt."""
    beyond: float | None = None
    """Most that its reasoning may earn under a right letter, likewise."""
    why: str = ""
    """The reason of an own bound."""


Verdict = Literal["held", "known", "closed", "broken", "not bound"]
"""Bound held; a known hole within its ceiling; a known hole that is none any more; broken."""


class Earned(NamedTuple):
    """Shares of the mean reward of the honest right answer, the worst of the moments of a run."""

    guess: Interval
    """With a letter drawn at random: the mean over all letters. The headline."""
    right: float
    """With the right letter: a lucky guess."""
    wrong: float
    """With a wrong letter."""
    beyond: float
    """Of `right`, what came on top of the outcome: the process terms."""


class Example(NamedTuple):
    """A completion and the item that it answers."""

    item: SocialItem
    completion: str


class Row(NamedTuple):
    """One line of the table."""

    name: str
    tries: str
    n: int
    """Items on which it could be tried."""
    earned: Earned
    guess_at: tuple[float, ...]
    """The headline at each moment."""
    parts: Mapping[str, float | None]
    """Means over items and letters at the last moment: format, structure, content, length."""
    bound: float | None
    beyond_bound: float | None
    verdict: Verdict
    example: Example
    """One completion, with the right letter."""


class Report(NamedTuple):
    """What the battery found under one reward."""

    profile: str
    content: str
    wording: str
    seed: int
    items: Mapping[str, int]
    moments: tuple[float, ...]
    honest: tuple[float, ...]
    """Mean reward of the honest right answer at each moment, the unit of all shares."""
    references: tuple[Row, ...]
    rows: tuple[Row, ...]
    skipped: tuple[str, ...]
    """Cheats that none of the items allowed."""

    @property
    def broken(self) -> tuple[Row, ...]:
        """The rows that earn more than they may."""
        return tuple(row for row in self.rows if row.verdict == "broken")
