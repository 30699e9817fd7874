"""What one may look at to spoil an item's gold trace, and the log's word on the result."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from social_r1.hardbench.assemble import World, world
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.oracle import Verdict, check_thought
from social_r1.hardbench.traces import Chain, Trace
from social_r1.items import SocialItem
from social_r1.preference.types import Code, compose
from social_r1.trajectory.sip import Stage

Held = tuple[tuple[int, str], ...]
"""What a perspective holds from each line on that speaks of the thing: (line, value)."""
Beliefs = tuple[tuple[Chain, Held], ...]


@dataclass(frozen=True)
class Subject:
    """An item with all that a maker of mistakes may look at."""

    item: SocialItem
    here: World
    replay: Replay

    @classmethod
    def of(cls, item: SocialItem) -> Subject:
        """The subject of one of our items."""
        here = world(item)
        return cls(item, here, Replay(here.log))

    @property
    def trace(self) -> Trace:
        """The gold trace."""
        return self.here.trace

    @property
    def texts(self) -> tuple[str, str, str, str]:
        """The gold stage texts."""
        return self.trace.stages(self.item.letter)

    @property
    def places(self) -> list[str]:
        """Every place that the story names, in order."""
        return list(dict.fromkeys(x.value for x in self.here.script.lines if x.value))

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
    claims = check_thought(item, compose(texts)).claims
    return any(c.stage is stage and c.verdict is not Verdict.TRUE for c in claims)


def conclude(s: Subject, beliefs: Mapping[Chain, Held]) -> str | None:
    """The answer that a list of beliefs leads to, or None."""
    question = s.here.question

    def last(chain: Chain) -> str | None:
        shown = beliefs.get(chain, ())
        return shown[-1][1] if shown else None

    if question.form == "memory":
        shown = beliefs.get((), ())
        return shown[0][1] if shown else None
    if question.form != "knowledge":
        return last(question.chain)
    truth = last(question.chain)
    knowers = [x for x in s.item.options if truth and last((*question.chain, x)) == truth]
    return knowers[0] if len(knowers) == 1 else None
