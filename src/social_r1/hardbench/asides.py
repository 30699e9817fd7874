"""What goes on besides the plot: lines of the occasion that change nothing (HARDBENCH 10).

People have come together for something, and go on with it between the events. What is told of it is
told in its order and does not stand between an act and its answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from random import Random

from social_r1.hardbench.script import BY_HAND, Act, Line, Script, presence
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.words import occasion as shown


def coloured(rng: Random, script: Script, cast: Cast, *, fixed: bool) -> Script:
    """Lines that change nothing: what somebody there does besides, what happens around.

    Where lines are not fixed in their places whoever does something has just done another thing.
    """
    lines: list[Line] = []
    spots = Counter(rng.choices(range(2, len(script.lines) + 1), k=rng.randint(5, 7)))
    for at, (line, inside, lost) in enumerate(presence(script.lines), 1):
        lines.append(line)
        busy = line.actor if line.act in (Act.MOVE, Act.LOOK, Act.SAY) else None
        there = sorted(inside - lost - {line.actor or ""}) if fixed else []
        for _ in range(spots[at]):
            who = rng.choice(there) if there and rng.random() < DOINGS else busy
            lines.append(Line(Act.DOING, who) if who else Line(Act.AMBIENCE))
    return script.with_lines(in_turn(rng, unbroken(lines), cast.occasion))


DOINGS = 0.8
"""How often of what goes on besides somebody there does it, where lines keep their places."""


def unbroken(lines: list[Line]) -> tuple[Line, ...]:
    """The lines with those that change nothing told before an act and its answer, not between."""
    told: list[Line] = []
    waiting: list[Line] = []
    for line in lines:
        if line.act in _ASIDES:
            waiting.append(line)
            continue
        calls = bool(told) and told[-1].act in _CALLS and line.act in _ANSWERS
        told[len(told) - calls : len(told) - calls] = waiting
        told.append(line)
        waiting = []
    return (*told, *waiting)


_ASIDES = frozenset({Act.DOING, Act.AMBIENCE})
_CALLS = frozenset({Act.LEAVE, Act.ENTER, Act.NAP, *BY_HAND})
_ANSWERS = frozenset({Act.LEAVE, Act.SAY, Act.LOOK, *BY_HAND})
"""Acts that may answer one of those just before; `surface.ties` says when they do."""


def in_turn(rng: Random, lines: Iterable[Line], occasion: str) -> tuple[Line, ...]:
    """The lines with as much of what goes on besides as the occasion has to tell, in its order.

    What is told of it early in the story is from its beginning, and what is told late from its end;
    for what would be told too early there is no room.
    """
    found = list(lines)
    scene = shown(occasion)
    for act, beats in ((Act.DOING, scene.doings), (Act.AMBIENCE, scene.sights)):
        told: list[Line] = []
        beat = -1
        for place, line in enumerate(found):
            due = len(beats) * place // len(found)
            if line.act is not act:
                told.append(line)
            elif beat < due:
                beat = rng.randint(beat + 1, due)
                told.append(replace(line, noise=f"{occasion}/{beat}"))
        found = told
    return tuple(found)
