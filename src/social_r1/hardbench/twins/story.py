"""The item that a twin is made of, and the other stories drafted from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import NamedTuple

from social_r1.hardbench.forms import FORMS, Question
from social_r1.hardbench.script import CHANGES, Act, Line, Script, presence
from social_r1.hardbench.surface.rich import ASIDE

_TAIL = (Act.DEED, Act.FAILED, Act.QUEST, Act.REMARK, Act.REMARKS)
"""What the question is about, at the end of the story: nothing can come after it."""


class Draft(NamedTuple):
    """A story that may become a twin.

    Attributes:
        script: what happens in it.
        question: what is asked of it.
        options: keys of the options.
        gold: what the item's own answer is called here; a twin with this answer is inert.
    """

    script: Script
    question: Question
    options: tuple[str, ...]
    gold: str


@dataclass(frozen=True)
class Story:
    """An item as its twins see it.

    Attributes:
        script: what happens.
        question: what is asked.
        options: keys of the options.
        gold: the answer.
        pivotal: numbers of the lines without which the answer would be another.
    """

    script: Script
    question: Question
    options: tuple[str, ...]
    gold: str
    pivotal: tuple[int, ...] = ()

    @property
    def thing(self) -> str:
        """The fluent asked about."""
        return self.question.thing

    @property
    def lines(self) -> tuple[Line, ...]:
        """What happens, line by line."""
        return self.script.lines

    @cached_property
    def asked(self) -> tuple[str, ...]:
        """Everybody whose picture may decide the answer, the innermost mind first."""
        chain, others = self.question.chain, self.question.others
        candidates = self.options if self.question.asks_person else ()
        return tuple(dict.fromkeys((*reversed(chain), *others, *candidates)))

    @cached_property
    def bystanders(self) -> tuple[str, ...]:
        """Everybody else."""
        return tuple(n for n in self.script.agents if n not in self.asked)

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The options where they are values, or else all that the story says the fluent is."""
        if FORMS[self.question.form].options == "value":
            return self.options
        said = dict.fromkeys(x.value for x in self.lines if x.thing == self.thing)
        return tuple(v for v in said if v)

    @cached_property
    def opening(self) -> int:
        """How many lines come before anything happens."""
        happens = (i for i, x in enumerate(self.lines) if x.act not in ASIDE)
        return next(happens, len(self.lines))

    @cached_property
    def end(self) -> int:
        """Number of the first line that the question is about, or how many lines there are."""
        return next((i for i, x in enumerate(self.lines) if x.act in _TAIL), len(self.lines))

    @cached_property
    def changes(self) -> tuple[int, ...]:
        """Numbers of the lines that change the asked fluent, the last first."""
        found = [
            i
            for i, x in enumerate(self.lines)
            if x.act in CHANGES and x.act is not Act.PLACE and x.thing == self.thing
        ]
        return tuple(reversed(found))

    @cached_property
    def _rooms(self) -> list[tuple[frozenset[str], frozenset[str]]]:
        nobody = (frozenset[str](), frozenset[str]())
        return [nobody, *((inside, lost) for _, inside, lost in presence(self.lines))]

    def inside(self, at: int) -> frozenset[str]:
        """Who is in the room before a line."""
        return self._rooms[at][0]

    def lost(self, at: int) -> frozenset[str]:
        """Who sleeps or is far away in mind before a line."""
        return self._rooms[at][1]

    def awake(self, at: int) -> list[str]:
        """Who is in the room and attends before a line."""
        return sorted(self.inside(at) - self.lost(at))

    def outside(self, at: int) -> list[str]:
        """Who is elsewhere before a line, and attends."""
        return sorted(set(self.script.agents) - self.inside(at) - self.lost(at))

    def promising(self, rng: Random, lines: Sequence[int]) -> list[int]:
        """These lines in any order, those on which the answer hangs first."""
        return sorted(rng.sample(lines, len(lines)), key=lambda at: at not in self.pivotal)

    def spot(self, rng: Random) -> int:
        """Somewhere after the opening and before what the question is about."""
        return rng.randint(min(self.opening, self.end), self.end)

    def other_thing(self) -> tuple[str, str] | None:
        """Another fluent, with a value that the story gives it."""
        return next(
            (
                (x.thing, x.value)
                for x in self.lines
                if x.thing and x.value and x.thing != self.thing
            ),
            None,
        )

    def with_lines(self, *lines: Line) -> Draft:
        """The same question about other lines."""
        return Draft(self.script.with_lines(tuple(lines)), self.question, self.options, self.gold)

    def insert(self, at: int, *lines: Line) -> Draft:
        """The story with more lines before one of its own."""
        return self.with_lines(*self.lines[:at], *lines, *self.lines[at:])

    def swap(self, at: int, *lines: Line) -> Draft:
        """The story with other lines in the place of one."""
        return self.with_lines(*self.lines[:at], *lines, *self.lines[at + 1 :])


Maker = Callable[[Random, Story], Iterator[Draft]]
"""The drafts of one operator, the most promising first."""


def wraps(story: Story, at: int, first: Act, second: Act, who: str) -> Draft:
    """Somebody is away, asleep or far off in mind while a line happens."""
    return story.with_lines(
        *story.lines[:at],
        Line(first, who),
        story.lines[at],
        Line(second, who),
        *story.lines[at + 1 :],
    )


def shuffled(rng: Random, people: Sequence[str]) -> list[str]:
    """The people in any order."""
    return rng.sample(people, len(people))
