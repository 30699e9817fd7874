"""What a story says before it begins: why people meddle with the thing, and whom they believe.

A block's variants are drawn and weighed without these lines, since neither changes what anybody
sees or takes to be so. They are told so that a reader need not ask why a thing is moved again and
again, or looked after by stealth (HARDBENCH 9), nor whether what is said there is believed (ledger
A4, A5).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from social_r1.hardbench.forms import JESTED, REMARKED, SOUGHT, Question
from social_r1.hardbench.script import Act, Line, Script


def with_ground(script: Script, rests: Sequence[str], question: Question) -> Script:
    """The script with its premise, and with its common ground about honesty where that matters.

    Args:
        script: the story as it was drawn, or one of its twins.
        rests: the conventions of the ledger that the answer rests on.
        question: what is asked.
    """
    free = question.form in SOUGHT
    return said_openly(with_premise(script, question.thing, free=free), rests, question)


def said_openly(script: Script, rests: Sequence[str], question: Question) -> Script:
    """The script with its common ground about honesty told next to its people, if that matters.

    Where it is asked who jokes, it is told anyhow, and excepts open jokes: among people who take
    all that they hear for meant there can be none.
    """
    if not {"A4", "A5"} & set(rests) and question.form not in JESTED:
        return script
    at = int(script.lines[0].act is Act.ROLL)  # "they" are those who have been named
    return _told(script, at, Line(Act.BANTER if question.form in REMARKED else Act.CUSTOM))


def with_premise(script: Script, thing: str, *, free: bool = False) -> Script:
    """The script with what brings its people to meddle with the thing, ahead of how it was.

    Args:
        script: the story.
        thing: what it is about.
        free: whether one of its people is to come for the thing, which must be his for the asking.
    """
    at = next(i for i, line in enumerate(script.lines) if line.act is Act.PLACE)
    return _told(script, at, Line(Act.FREE if free else Act.PREMISE, thing=thing))


def _told(script: Script, at: int, line: Line) -> Script:
    """The script with one more line; what is told later than it happened stays so."""
    told = script.with_lines((*script.lines[:at], line, *script.lines[at:]))
    if not script.flashback:
        return told
    return replace(told, flashback=tuple(n + (n >= at) for n in script.flashback))
