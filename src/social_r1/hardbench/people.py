"""Candidates for questions whose options are people: who knows, to whom is it news, who errs."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.questions import Question
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import Act, Script


def draw_people(
    rng: Random, script: Script, question: Question
) -> tuple[Question, tuple[str, ...]] | None:
    """The question, with what it is asked of, and four candidates of whom one fits.

    None where the story has no such four. Whoever changed the thing last is seldom the one.
    """
    try:
        replay = Replay(stage(script))
    except ScriptError:
        return None
    chain, thing = question.chain, question.thing
    truth = replay.value(chain, thing)
    named = {n for line in script.lines for n in line.names()}
    held = {
        n: replay.value((*chain, n), thing) for n in script.agents if n in named and n not in chain
    }
    known = {n: v for n, v in held.items() if not v.startswith("<")}
    if truth.startswith("<"):
        return None
    match question.form:
        case "news":
            fits = [n for n, v in known.items() if v != truth]
            question = replace(question, value=truth)
        case "mistaken":
            values = sorted({v for v in known.values() if v != truth})
            if not values:
                return None
            question = replace(question, value=rng.choice(values))
            fits = [n for n, v in known.items() if v == question.value]
        case _:
            fits = [n for n, v in held.items() if v == truth]
    rest = [n for n in held if n not in fits]
    movers = [x.actor for x in script.lines if x.act in (Act.MOVE, Act.PEEK_MOVE)]
    if rng.random() < 0.8:
        fits = [n for n in fits if n not in movers[-1:]]
    if not fits or len(rest) < 3:
        return None
    options = [rng.choice(fits), *rng.sample(rest, 3)]
    rng.shuffle(options)
    return question, tuple(options)
