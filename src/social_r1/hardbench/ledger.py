"""The ledger of assumptions: what an answer rests on besides what is told (HARDBENCH 5.2).

Each convention can be toggled. Where toggling one changes the answer of an item, the text must say
it (`needs`), or the item is dropped (`contested`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from social_r1.hardbench.core.events import Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.core.view import aware
from social_r1.hardbench.forms import Question
from social_r1.hardbench.questions import answer
from social_r1.hardbench.script import Act, Script
from social_r1.hardbench.traces import perspectives

_ROUTINE = Act.ROUTINE

ASSUMPTIONS = {
    "A1": "what nobody is seen to change stays as it was",
    "A2": "whoever is in the room and attends perceives what happens there",
    "A3": "what is private stays private",
    "A4": "people take each other's word (said in the text where it matters)",
    "A5": "people mean what they say (said in the text where it matters)",
    "A6": "who leaves knows that things go on without him",
    "A7": "one looks first where one takes the thing to be",
    "A8": "closed containers hide what they hold",
    "A9": "who was told of a routine beforehand has no picture of who else was there to see it",
    "A10": "who looks finds what is there (said in the text)",
}
"""What may be taken for granted. A4 and A5 are toggled, on A9 nothing may depend."""


def _nobody_trusts(log: Log) -> Log:
    pairs = frozenset((a, b) for a in log.agents for b in log.agents if a != b)
    return replace(log, distrust=pairs)


def _words_prove_nothing(log: Log) -> Log:
    return replace(log, sincere=False)


TOGGLES: Mapping[str, Callable[[Log], Log]] = {
    "A4": _nobody_trusts,
    "A5": _words_prove_nothing,
}
"""The log without the convention."""


def needs(log: Log, question: Question, options: Sequence[str]) -> tuple[str, ...]:
    """The conventions without which the answer would be another; the text must state them."""
    gold = answer(question, log, Replay(log), options)
    found: list[str] = []
    for name, toggle in TOGGLES.items():
        other = toggle(log)
        if answer(question, other, Replay(other), options) != gold:
            found.append(name)
    return tuple(found)


def contested(script: Script, log: Log, question: Question, options: Sequence[str]) -> bool:
    """Whether the answer rests on what one takes others to have heard or seen of a routine (A9).

    Who was told beforehand knows that it happened; whom he takes to have been there is anybody's
    guess, and so is for those there who else had been told.
    """
    routines = [
        (event, frozenset(line.people))
        for event, line in zip(log.events, script.lines, strict=True)
        if line.act is _ROUTINE and line.thing == question.thing
    ]
    if not routines:
        return False
    chains = perspectives(script, question, options) or ()
    return any(
        (outer in event.covert and inner not in told)
        or (outer not in told and inner in event.covert and aware(event, outer))
        for event, told in routines
        for chain in chains
        for outer, inner in pairwise(chain)
    )
