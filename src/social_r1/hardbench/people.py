"""Who is asked about, and who are the candidates: which parts of a story people take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from random import Random

from social_r1.hardbench.blocks import people_named
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import FORMS, HELD, JESTED, SPEAKERS, Question
from social_r1.hardbench.ledger import doubtful
from social_r1.hardbench.questions import fits_speaker, spoken
from social_r1.hardbench.scenes import ScriptError, stage
from social_r1.hardbench.script import BY_HAND, Script
from social_r1.hardbench.sense import walked
from social_r1.hardbench.solvers.case import Case
from social_r1.hardbench.solvers.first_leaver import first_leaver


def asked_of_people(
    rng: Random, script: Script, question: Question, values: Sequence[str]
) -> tuple[Script, Question, tuple[str, ...]] | None:
    """The story with its parts given out so that one of four candidates fits the question.

    Of remarks any mark may be said; which one leaves no doubt hangs on who was there when.

    Args:
        rng: source of the choices.
        script: the story.
        question: what is asked, as yet of anybody.
        values: what the thing may be.
    """
    for parts in _some_parts(rng, script, question):
        script = _with_parts(script, question, parts)
        for asked_for in _sayings(rng, question, values):
            asked = _draw_people(rng, script, asked_for)
            if asked is not None and people_named(script, asked[1]):
                return script, *asked
    return None


def _sayings(rng: Random, question: Question, values: Sequence[str]) -> list[Question]:
    """The question of each mark that may be said, where somebody says one."""
    if question.form not in SPEAKERS:
        return [question]
    marks = [v for v in values if v[0] != "~"]
    return [replace(question, value=v) for v in rng.sample(marks, len(marks))]


def _draw_people(
    rng: Random, script: Script, question: Question
) -> tuple[Question, tuple[str, ...]] | None:
    """The question, with what it is asked of, and four candidates of whom one fits.

    None where the story has no such four. Whoever changed the thing last is seldom the one.
    """
    try:
        replay = Replay(stage(script))
    except ScriptError:
        return None
    if question.form in SPEAKERS:
        return _draw_speakers(rng, script, question, replay)
    chain, thing = question.chain, question.thing
    truth = replay.value(chain, thing)
    named = {n for line in script.lines for n in line.names()}
    held = {
        n: replay.value((*chain, n), thing) for n in script.agents if n in named and n not in chain
    }
    known = {n: v for n, v in held.items() if not v.startswith("<")}
    if truth.startswith("<"):
        return None
    asked = _asked_of(rng, question, truth, known)
    if asked is None:
        return None
    question = asked
    wanted = question.value if question.form in HELD else truth
    fits = [n for n, v in held.items() if v == wanted]
    if question.form == "news":
        fits = [n for n, v in known.items() if v != truth]
    rest = [n for n in (known if question.form == "identity" else held) if n not in fits]
    movers = [x.actor for x in script.lines if x.act in BY_HAND]
    if question.form == "identity":
        fits = _figures(rng, script, fits, {n for n in fits if replay.value((n,), thing) == wanted})
    elif rng.random() < 0.8:
        fits = [n for n in fits if n not in movers[-1:]]
    if not fits or len(rest) < 3:
        return None
    options = [rng.choice(fits), *rng.sample(rest, 3)]
    rng.shuffle(options)
    return question, tuple(options)


_MISTAKEN = 0.9
"""How often whoever is taken for a figure is somebody else than it is in fact."""
_QUIET = 0.5
"""How often he is the one of whom the story says the least."""


def _figures(rng: Random, script: Script, fits: list[str], really: set[str]) -> list[str]:
    """Those whom somebody may be taken for, so that nothing else than that tells who it is."""
    if rng.random() < _MISTAKEN:
        fits = [n for n in fits if n not in really]
    if fits and rng.random() < _QUIET:
        fits = [min(fits, key=lambda n: sum(n in x.names() for x in script.lines))]
    return fits


def _asked_of(
    rng: Random, question: Question, truth: str, known: Mapping[str, str]
) -> Question | None:
    """The question with what it is asked of: the news, somebody's mistake, somebody's aim."""
    match question.form:
        case "news":
            return replace(question, value=truth)
        case "mistaken" | "after":
            same = question.form == "after"
            values = sorted({v for v in known.values() if same or v != truth})
            return replace(question, value=rng.choice(values)) if values else None
        case "identity":  # what many are taken to hold is asked for more often
            return replace(question, value=rng.choice(list(known.values()))) if known else None
        case _:
            return question


def _draw_speakers(
    rng: Random, script: Script, question: Question, replay: Replay
) -> tuple[Question, tuple[str, ...]] | None:
    """Four who say the same to the same hearer, of whom one means what is asked for."""
    named = {n for line in script.lines for n in line.names()} - set(question.chain)
    fits = {n: fits_speaker(question, replay, n) for n in script.agents if n in named}
    if question.form in JESTED:
        fits |= {n: None for n in fits if doubtful(script, replay, spoken(question, n))}
    good, bad = ([n for n, fit in fits.items() if fit is wanted] for wanted in (True, False))
    if not good or len(bad) < 3:
        return None
    options = [rng.choice(good), *rng.sample(bad, 3)]
    rng.shuffle(options)
    return question, tuple(options)


def asked_apart(rng: Random, script: Script, question: Question, design: str) -> Script | None:
    """Give the asked people the parts of those who no longer have the thing before their eyes.

    Those others can tell them something. In a relay the rest must hold all the beliefs that the
    options need; None where no choice of parts leaves them. The hearer of a remark that serves an
    interest goes before its speaker, who else could only guess what he has seen (`ledger`, A11).
    """
    eyes = walked(script, question.thing)[0]
    free = [n for n in script.agents if n not in eyes.on]
    served = question.form == "interest"
    asked = len(question.people if served else question.chain)
    if design != "relay" and len(question.chain) < 3:
        found = list(permutations(free, asked))
        if served:
            found = [p for p in found if eyes.sight.get(p[-1], -1) < eyes.sight.get(p[-2], -1)]
        return _with_parts(script, question, rng.choice(found)) if found else script
    try:
        replay = Replay(stage(script))
    except ScriptError:
        return None
    if design != "relay":
        return _with_parts(script, question, _unexplained(rng, script, question, replay))
    # Those who saw it last before all others did: whoever tells them may have newer news.
    first = sorted(free, key=lambda n: eyes.sight.get(n, -1))[:asked]
    held = {n: replay.value((n,), question.thing) for n in script.agents if n not in first}
    if len(first) < asked or not _differ(held, question):
        return None
    # One asks him whom one left there; the hearer of what serves an interest is asked by nobody.
    return _with_parts(script, question, first[::-1] if served else first)


def _unexplained(
    rng: Random, script: Script, question: Question, replay: Replay, looked_at: int = 24
) -> tuple[str, ...]:
    """Of some chains of people one whose nested belief the fewest shortcuts explain."""

    def explained(chain: tuple[str, ...]) -> int:
        value = replay.value(chain, question.thing)
        shorter = [replay.value(c, question.thing) for c in (chain[1:], chain[:-1], ())]
        asked = question.about((*chain, *question.others))
        case = Case(script, replay.log, asked, (), "", replay)
        return [*shorter, first_leaver(case)].count(value)

    found = list(permutations(script.agents, len(question.chain)))
    return min(rng.sample(found, min(len(found), looked_at)), key=explained)


def _some_parts(rng: Random, script: Script, question: Question) -> list[tuple[str, ...]]:
    """Some ways to give out the asked people's parts; one, and nobody's, if there are none."""
    found = list(permutations(script.agents, len(question.chain)))
    return rng.sample(found, min(len(found), 6))


def _with_parts(script: Script, question: Question, parts: Sequence[str]) -> Script:
    """The asked people in these parts, the others in the rest."""
    rest = [n for n in script.agents if n not in parts]
    asked = question.people[: len(parts)]
    others = [n for n in script.agents if n not in asked]
    return script.rename(dict(zip([*parts, *rest], [*asked, *others], strict=True)))


def _differ(held: Mapping[str, str], question: Question) -> bool:
    """Whether those behind the asked people hold all the beliefs that the options need."""
    values = [v for v in held.values() if v[0] != "<"]
    match FORMS[question.form].options:
        case "feeling" | "interest":  # whoever has the stake, another brings good or bad news
            least = min(2, len(held) // 2)
            return all(sum(v[0] == sign for v in values) >= least for sign in "+-")
        case _:
            return len(set(values)) >= 4
