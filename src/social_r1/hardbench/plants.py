"""Inert twins: an operator's words planted where they do not change the answer (HARDBENCH 8)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import Question
from social_r1.hardbench.operators import Twin
from social_r1.hardbench.questions import answer, second_oracle
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Line, Script, presence
from social_r1.hardbench.sense import senseless
from social_r1.hardbench.surface.rich import ASIDE

Plant = Callable[[Random, Script, Question], Script | None]
"""A story with something planted in it, or None where there is no room for it."""


def inert(
    rng: Random,
    script: Script,
    question: Question,
    options: tuple[str, ...],
    gold: str,
    count: int = 2,
) -> list[Twin]:
    """Stories in which an operator was planted where it does not change the answer.

    Each is proved by both oracles; plants that turn out to matter are left out.
    """
    found: list[Twin] = []
    for name in rng.sample(sorted(PLANTS), len(PLANTS)):
        if len(found) == count:
            break
        other = PLANTS[name](rng, script, question)
        if other is None or senseless(other, question.thing):
            continue
        try:
            log = stage(other)
        except ScriptError:
            continue
        oracles = (Replay(log), second_oracle(log, question, options))
        if {answer(question, log, oracle, options) for oracle in oracles} == {gold}:
            found.append(Twin(name, other, gold))
    return found


def _while_nothing_happens(first: Act, second: Act) -> Plant:
    """Somebody is away for a moment in which nothing happens: a nap, a lapse, a way out and in."""

    def plant(rng: Random, script: Script, question: Question) -> Script | None:
        at, there, _ = _spot(rng, script)
        if len(there) < 2:
            return None
        who = rng.choice(there)
        return _insert(script, at, Line(first, who), Line(second, who))

    return plant


def _about_something_else(act: Act) -> Plant:
    """The same act, but about a fluent that is not asked."""

    def plant(rng: Random, script: Script, question: Question) -> Script | None:
        about = _other_thing(script, question)
        at, there, out = _spot(rng, script)
        first, second = _ROLES[act](there, out)
        if about is None or (first is not None and not first):
            return None
        actor = rng.choice(first) if first else None
        others = [n for n in second or () if n != actor]
        if second is not None and not others:
            return None
        line = Line(act, actor, None, about[0], about[1])
        if act is Act.ROUTINE:
            return _insert(script, at, replace(line, people=(rng.choice(others),)))
        return _insert(script, at, replace(line, other=rng.choice(others) if others else None))

    return plant


_Pool = list[str] | None
_ROLES: Mapping[Act, Callable[[list[str], list[str]], tuple[_Pool, _Pool]]] = {
    Act.TEXT: lambda there, out: ([*there, *out], [*there, *out]),
    Act.PEEK_MOVE: lambda there, out: (there, out),
    Act.OVERHEAR: lambda there, out: (there, out),
    Act.ENTRY: lambda there, out: ([*there, *out], None),
    Act.ROUTINE: lambda there, out: (None, [*there, *out]),
    Act.SHIFTED: lambda there, out: (None, None),
}
"""Who can act and who is the other in it, from those there and those out; None for nobody."""


def _without_effect(act: Act) -> Plant:
    """The right spot, but nothing to be seen: the back turned, the note illegible."""

    def plant(rng: Random, script: Script, question: Question) -> Script | None:
        at, _, out = _spot(rng, script)
        if not out:
            return None
        return _insert(script, at, Line(act, rng.choice(out), thing=question.thing))

    return plant


def _letter(rng: Random, script: Script, question: Question) -> Script | None:
    """A letter that is never read."""
    at, there, _ = _spot(rng, script)
    values = [x.value for x in script.lines if x.thing == question.thing and x.value]
    if not there or len(script.agents) < 2:
        return None
    writer = rng.choice(there)
    reader = rng.choice([n for n in script.agents if n != writer])
    return _insert(script, at, Line(Act.LETTER, writer, reader, question.thing, rng.choice(values)))


def _doubt(rng: Random, script: Script, question: Question) -> Script | None:
    """Doubt of somebody whose word does not matter."""
    if len(script.agents) < 2:
        return None
    hearer, speaker = rng.sample(script.agents, 2)
    return _insert(script, _opening(script), Line(Act.DOUBT, hearer, speaker))


def _flashback(rng: Random, script: Script, question: Question) -> Script | None:
    """The same events, one of them told later than it happened."""
    start, end = _opening(script), len(script.lines)
    if end - start < 4:
        return None
    line = rng.randrange(start, end - 2)
    after = rng.randint(line + 1, min(line + 4, end - 2))
    return replace(script, flashback=(line, after))


def _other_thing(script: Script, question: Question) -> tuple[str, str] | None:
    """A fluent besides the asked one, with a value that the story gives it."""
    return next(
        (
            (x.thing, x.value)
            for x in script.lines
            if x.thing and x.value and x.thing != question.thing and x.act is not Act.POLITE
        ),
        None,
    )


def _opening(script: Script) -> int:
    """How many lines come before anything happens."""
    happens = (i for i, x in enumerate(script.lines) if x.act not in ASIDE)
    return next(happens, len(script.lines))


def _insert(script: Script, at: int, *lines: Line) -> Script:
    return script.with_lines((*script.lines[:at], *lines, *script.lines[at:]))


def _spot(rng: Random, script: Script) -> tuple[int, list[str], list[str]]:
    """A place in the story, who is there and awake, and who is out."""
    at = rng.randint(_opening(script), len(script.lines))
    *_, (_, inside, lost) = presence(script.lines[:at])
    return at, sorted(inside - lost), sorted(set(script.agents) - inside)


PLANTS: Mapping[str, Plant] = {
    "testimony": _about_something_else(Act.TEXT),
    "peek": _about_something_else(Act.PEEK_MOVE),
    "overhear": _about_something_else(Act.OVERHEAR),
    "entry": _about_something_else(Act.ENTRY),
    "routine": _about_something_else(Act.ROUTINE),
    "shift": _about_something_else(Act.SHIFTED),
    "transparent": _without_effect(Act.FACED_AWAY),
    "illegible": _without_effect(Act.BLANK),
    "nap": _while_nothing_happens(Act.NAP, Act.WAKE),
    "lapse": _while_nothing_happens(Act.DRIFT, Act.STIR),
    "return": _while_nothing_happens(Act.LEAVE, Act.ENTER),
    "letter": _letter,
    "distrust": _doubt,
    "flashback": _flashback,
}
"""Ways to use an operator's words to no effect."""
