"""What one may look at to spoil an item's gold trace, and the log's word on the result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from social_r1.hardbench.assemble import World, world
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.oracle import Verdict, check_thought
from social_r1.hardbench.prose import Texts, told
from social_r1.hardbench.readings import Chain, Facts, Held, Reading, read, say, word
from social_r1.hardbench.traces import Trace
from social_r1.items import SocialItem
from social_r1.preference.types import Code
from social_r1.trajectory.prompt import render_thought
from social_r1.trajectory.sip import Stage

Beliefs = tuple[tuple[Chain, Held], ...]


@dataclass(frozen=True)
class Subject:
    """An item with all that a maker of mistakes may look at."""

    item: SocialItem
    here: World
    replay: Replay
    notation: bool = False
    """Whether traces are told in the notation of `traces`, whatever the register of the story."""

    @classmethod
    def of(cls, item: SocialItem, *, notation: bool = False) -> Subject:
        """The subject of one of our items."""
        here = world(item)
        return cls(item, here, Replay(here.log), notation)

    @property
    def trace(self) -> Trace:
        """The gold trace."""
        return self.here.trace

    @property
    def texts(self) -> Texts:
        """The gold stage texts."""
        return self.say(self.trace, self.item.letter)

    def say(self, trace: Trace, letter: str) -> Texts:
        """The stage texts of the gold trace or a corruption; block mates use the same words."""
        if self.notation:
            return trace.stages(letter)
        return told(self.here, letter, self.item.group, trace)

    @property
    def places(self) -> list[str]:
        """Every place that the story names, in order; in the rich register of the thing alone."""
        script, thing = self.here.script, self.here.question.thing
        lines = [x for x in script.lines if x.thing == thing or script.frame == "plain"]
        return list(dict.fromkeys(word(x.value) for x in lines if x.value))

    @property
    def tracked(self) -> list[str]:
        """The people whose eyes matter."""
        return list(dict.fromkeys(p for chain, _ in self.trace.beliefs for p in chain))


class Corruption(NamedTuple):
    """A mistake at one stage."""

    code: Code
    stage: Stage
    text: str
    """The corrupted stage, heading included; empty where the stage is skipped."""
    carried: str | None
    """The later stages as they follow from the mistake; None where the gold ones stay."""


def is_mistake(item: SocialItem, stage: Stage, texts: Sequence[str]) -> bool:
    """Whether the log contradicts the stage's text: a false or missing claim, or a wrong letter."""
    if stage is Stage.RESPONSE_GENERATION:
        return re.findall(r"\(([A-O])\)", texts[stage]) != [item.letter]
    claims = check_thought(item, render_thought(texts)).claims
    return any(c.stage is stage and c.verdict is not Verdict.TRUE for c in claims)


def facts(s: Subject, beliefs: Mapping[Chain, Held]) -> Facts:
    """What a reading of these beliefs is made from."""
    return Facts(s.here.question, s.here.script, s.here.log, beliefs, s.here.keys)


def printed(s: Subject, key: str | None) -> str | None:
    """The option that stands for a key, or None where none does."""
    return s.item.options[s.here.keys.index(key)] if key in s.here.keys else None


def conclude(s: Subject, beliefs: Mapping[Chain, Held]) -> str | None:
    """The answer that a list of beliefs leads to, as it is printed, or None."""
    question = s.here.question
    reading = read(facts(s, beliefs))
    if reading is not None:
        return printed(s, reading.key)
    shown = beliefs.get(() if question.form == "memory" else question.chain, ())
    return shown[0 if question.form == "memory" else -1][1] if shown else None


def reread(s: Subject, reading: Reading | None) -> str:
    """A reading in words, with the right answer at its end where it leads to none.

    Empty where the gold trace has none either.
    """
    if reading is None or not s.trace.reading:
        return s.trace.reading
    return say(s.here.question, reading, s.here.keys[s.item.answer])
