"""What a shortcut may look at, and what several of them do with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property

from social_r1.hardbench.core.events import Event, Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.questions import answer
from social_r1.hardbench.script import CHANGES, Act, Line, Script, presence


@dataclass(frozen=True)
class Case:
    """What a solver may look at.

    Attributes:
        script: what people do.
        log: what could be perceived.
        question: what is asked.
        options: keys of the options: values, people, feelings or acts.
        story: the text.
        replay: the right oracle; shortcuts ask it about the wrong minds.
    """

    script: Script
    log: Log
    question: Question
    options: tuple[str, ...]
    story: str
    replay: Replay = field(repr=False)

    @cached_property
    def changes(self) -> list[str]:
        """The values that the asked fluent took, in order."""
        return [
            line.value
            for line in self.script.lines
            if line.act in CHANGES and line.thing == self.question.thing and line.value
        ]

    @cached_property
    def inside(self) -> frozenset[str]:
        """Who is in the room at the end."""
        return self.presence[-1][1] if self.presence else frozenset()

    @cached_property
    def presence(self) -> list[tuple[Line, frozenset[str], frozenset[str]]]:
        """The lines with who is in the room after each, and who misses what happens."""
        return list(presence(self.script.lines))

    def last_line(self, *acts: Act) -> Line | None:
        """The last line of one of these acts about the asked fluent."""
        thing = self.question.thing
        return next(
            (x for x in reversed(self.script.lines) if x.act in acts and x.thing == thing), None
        )

    @cached_property
    def texts(self) -> dict[str, str]:
        """The text by which the story would name each option; purposes stand in no story."""
        return {o: o.lstrip("+-~") for o in self.options}

    @cached_property
    def mentioned(self) -> list[str]:
        """The options that the story names."""
        return [o for o in self.options if self.texts[o] in self.story]

    @property
    def mind(self) -> tuple[str, ...]:
        """The chain along which the asked fluent is read."""
        return self.question.chain

    def value(self, chain: tuple[str, ...]) -> str:
        """The asked fluent along a chain."""
        return self.replay.value(chain, self.question.thing)

    def told_otherwise(self, change: Callable[[Event], Event]) -> str | None:
        """The answer to the question if every event had been otherwise."""
        return self.answer_in(replace(self.log, events=tuple(map(change, self.log.events))))

    def answer_in(self, log: Log) -> str | None:
        """The answer to the question in another log."""
        return answer(self.question, log, Replay(log), self.options)


Solver = Callable[[Case], str | None]
"""Names an option's key, or None where it has nothing to say."""


def by_count(case: Case, *, most: bool) -> str | None:
    """The one option that the story names most or least often."""
    counts = {o: case.story.count(t) for o, t in case.texts.items()}
    wanted = max(counts.values()) if most else min(counts.values())
    best = [o for o, c in counts.items() if c == wanted]
    return best[0] if len(best) == 1 else None


def by_first_mention(case: Case, rank: int) -> str | None:
    """Of the options that the story names that one which is named so late, the first at rank 0."""
    found = sorted(case.mentioned, key=lambda o: case.story.find(case.texts[o]))
    return found[rank] if len(found) == len(case.options) else None


def by_last_mention(case: Case, rank: int) -> str | None:
    """Of the options that the story names that one which comes so late, the first having rank 0."""
    found = sorted(case.mentioned, key=lambda o: case.story.rfind(case.texts[o]))
    return found[rank] if len(found) == len(case.options) else None
