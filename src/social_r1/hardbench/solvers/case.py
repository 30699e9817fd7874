"""What a shortcut may look at, and what several of them do with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
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
    def about(self) -> list[Line]:
        """The lines about the asked fluent."""
        thing = self.question.thing
        return [line for line in self.script.lines if line.thing == thing]

    @cached_property
    def changes(self) -> list[str]:
        """The values that the asked fluent took, in order."""
        return [line.value for line in self.about if line.act in CHANGES and line.value]

    @cached_property
    def inside(self) -> frozenset[str]:
        """Who is in the room at the end."""
        return self.presence[-1][1] if self.presence else frozenset()

    @cached_property
    def presence(self) -> list[tuple[Line, frozenset[str], frozenset[str]]]:
        """The lines with who is in the room after each, and who misses what happens."""
        return list(presence(self.script.lines))

    def last_line(self, acts: frozenset[Act]) -> Line | None:
        """The last line of one of these acts about the asked fluent."""
        return next((x for x in reversed(self.about) if x.act in acts), None)

    @cached_property
    def texts(self) -> dict[str, str]:
        """The text by which the story would name each option; purposes stand in no story."""
        return {o: o.lstrip("+-~") for o in self.options}

    @cached_property
    def first_at(self) -> dict[str, int]:
        """Where the story first names each of the options that it names."""
        found = {o: self.story.find(text) for o, text in self.texts.items()}
        return {o: at for o, at in found.items() if at >= 0}

    @cached_property
    def last_at(self) -> dict[str, int]:
        """Where it last names them."""
        return {o: self.story.rfind(self.texts[o]) for o in self.first_at}

    @cached_property
    def mentions(self) -> dict[str, int]:
        """How often it names each option."""
        return {o: self.story.count(text) for o, text in self.texts.items()}

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
    counts = case.mentions
    wanted = max(counts.values()) if most else min(counts.values())
    best = [o for o, c in counts.items() if c == wanted]
    return best[0] if len(best) == 1 else None


def by_first_mention(case: Case, rank: int) -> str | None:
    """Of the options that the story names that one which is named so late, the first at rank 0."""
    return _ranked(case, case.first_at, rank)


def by_last_mention(case: Case, rank: int) -> str | None:
    """Of the options that the story names that one which comes so late, the first having rank 0."""
    return _ranked(case, case.last_at, rank)


def by_distance(case: Case, anchor: str) -> str | None:
    """The option that the story names nearest, in characters, to where it names something else.

    None where it names one of the two nowhere, or two options as near.
    """
    at = _places(case.story, anchor.lstrip("+-~"))
    gaps = {
        option: min(abs(x - y) for x in at for y in places)
        for option, text in case.texts.items()
        if at and (places := _places(case.story, text))
    }
    nearest = [o for o, gap in gaps.items() if gap == min(gaps.values())]
    return nearest[0] if len(nearest) == 1 else None


def _places(story: str, text: str) -> list[int]:
    return [found.start() for found in re.finditer(rf"\b{re.escape(text)}\b", story)]


def _ranked(case: Case, places: Mapping[str, int], rank: int) -> str | None:
    """The option with so many places before its own, if the story names them all."""
    if len(places) < len(case.options):
        return None
    return sorted(places, key=places.__getitem__)[rank]
