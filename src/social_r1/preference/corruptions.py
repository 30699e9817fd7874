"""Gold traces with one typed mistake, and what would follow from it (HARDBENCH 11).

Each maker takes a `Subject` and a random source and gives the corrupted stage and, where it can be
computed, the later stages as somebody would go on from the mistake. A mistake that turns out to be
none (the log agrees with it) is thrown away by `corrupt`, so every corruption is certain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import NamedTuple

from social_r1.hardbench.core.events import Log
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.readings import read, shallow
from social_r1.hardbench.traces import (
    NO_ONE,
    NOTHING,
    Chain,
    Trace,
    held,
    last,
    perspective,
)
from social_r1.items import LETTERS
from social_r1.preference.forms import FORMS
from social_r1.preference.subject import (
    Beliefs,
    Corruption,
    Held,
    Subject,
    conclude,
    facts,
    is_mistake,
    printed,
    reread,
)
from social_r1.preference.types import Code
from social_r1.trajectory.prompt import render_thought
from social_r1.trajectory.sip import Stage


class _Mistake(NamedTuple):
    """What a maker returns: the stage, and the trace (with letter) from there on."""

    stage: Stage
    trace: Trace
    letter: str


def corrupt(subject: Subject, code: Code, rng: Random) -> Corruption | None:
    """One corruption of the given kind, or None where the item offers none.

    The mistake is certain: the log contradicts it (`is_mistake`).
    """
    if code in FORMS:
        return FORMS[code](subject, rng)
    for _ in range(4):
        mistake = _MAKERS[code](subject, rng)
        if mistake is None:
            return None
        stage = mistake.stage
        texts = subject.say(mistake.trace, mistake.letter)
        if not is_mistake(subject.item, stage, texts):
            continue
        after = [s for s in Stage if s > stage]
        same = texts[stage + 1 :] == subject.texts[stage + 1 :]
        carried = None if same or not after else render_thought(texts[stage + 1 :], after)
        return Corruption(code, stage, render_thought(texts[stage : stage + 1], [stage]), carried)
    return None


# --- stage 1: cues ---------------------------------------------------------------------------


MOVED = 0.6
"""How often a missed or hallucinated cue changes places with an idle line, so that neither the
length of a thought nor the number of its cues gives it away."""


def _missed_cue(s: Subject, rng: Random) -> _Mistake | None:
    """C1: a line that matters is passed over; mostly another one gets its cue."""
    cited = {
        i for chain, _ in s.trace.beliefs for i, _ in held(s.replay, chain, s.here.question.thing)
    }
    line = _pick(rng, cited or _telling(s))
    if line is None:
        return None
    other = _pick(rng, _idle(s)) if rng.random() < MOVED else None
    return _with_cues(s, {line: NOTHING, **({other: s.trace.cues[line - 1]} if other else {})})


def _hallucinated_cue(s: Subject, rng: Random) -> _Mistake | None:
    """C2: a line that says nothing of the matter is made to say something."""
    line = _pick(rng, _idle(s))
    model = _pick(rng, (i for i in _telling(s) if "; seen by " in s.trace.cues[i - 1]))
    if line is None or model is None:
        return None
    place = rng.choice(s.places)
    cue = re.sub(r"^(.*?) (?:in|to) .*?;", rf"\1 to {place};", s.trace.cues[model - 1])
    return _with_cues(s, {line: cue, **({model: NOTHING} if rng.random() < MOVED else {})})


def _misquote(s: Subject, rng: Random) -> _Mistake | None:
    """C3: place, act or witnesses of a cue are wrong."""
    line = _pick(rng, _telling(s))
    if line is None:
        return None
    cue = s.trace.cues[line - 1]
    edits = [_other_place, _other_witnesses, _other_act]
    rng.shuffle(edits)
    for edit in edits:
        changed = edit(s, cue, rng)
        if changed is not None and changed != cue:
            return _with_cues(s, {line: changed})
    return None


def _other_place(s: Subject, cue: str, rng: Random) -> str | None:
    found = next((p for p in s.places if f" {p};" in cue), None)
    if found is None:
        return None
    return cue.replace(f" {found};", f" {rng.choice([p for p in s.places if p != found])};")


def _other_witnesses(s: Subject, cue: str, rng: Random) -> str | None:
    head, mark, people = _witnesses(cue)
    if not mark:
        return None
    absent = [p for p in s.tracked if p not in people]
    if absent and (not people or rng.random() < 0.5):
        order = {name: n for n, name in enumerate(s.tracked)}  # who overhears need not be in it
        people = sorted([*people, rng.choice(absent)], key=lambda p: order.get(p, len(order)))
    elif people:
        gone = rng.choice(people)
        people = [p for p in people if p != gone]
    else:
        return None
    return f"{head}{mark}{', '.join(people) or NO_ONE}"


_OPPOSITE = {"out": "in", "in": "out", "asleep": "awake", "awake": "asleep"}


def _other_act(s: Subject, cue: str, rng: Random) -> str | None:
    found = re.match(r"(\S+) (out|in|asleep|awake);", cue)
    if not found:
        return None
    return f"{found[1]} {_OPPOSITE[found[2]]};{cue[found.end() :]}"


def _witnesses(cue: str) -> tuple[str, str, list[str]]:
    """Head, the mark ``seen by`` (or ``heard by``, ``in:``) and the people behind it."""
    found = re.match(r"(.*?)((?:seen by|heard by|in:) )([^;]*)$", cue)
    if not found:
        return cue, "", []
    people = [] if found[3] == NO_ONE else found[3].split(", ")
    return found[1], found[2], people


def _with_cues(s: Subject, changes: Mapping[int, str]) -> _Mistake:
    """The trace with some cues changed, and the beliefs that would follow."""
    cues = list(s.trace.cues)
    lines = set(s.trace.spoken)
    news = {
        chain: dict(held(s.replay, chain, s.here.question.thing)) for chain, _ in s.trace.beliefs
    }
    for line, cue in changes.items():
        cues[line - 1] = cue
        said = re.match(r"\S.*? (?:in|to|tells) (.*?); (?:seen|heard) by", cue)
        witnesses = set(_witnesses(cue)[2])
        if cue == NOTHING:
            lines.discard(line)
        elif said:
            lines.add(line)
        for chain, shown in news.items():
            old = shown.pop(line, None)
            value = said[1] if said else old
            if value is not None and cue != NOTHING and witnesses.issuperset(chain):
                shown[line] = value
    beliefs = tuple((c, tuple(sorted(news[c].items()))) for c, _ in s.trace.beliefs)
    trace = replace(s.trace, cues=tuple(cues), spoken=tuple(sorted(lines)))
    return _follow(s, Stage.CUE_ENCODING, trace, beliefs)


# --- stage 2: interpretation -----------------------------------------------------------------


def _attribution(s: Subject, rng: Random) -> _Mistake | None:
    """I1: what one person (or pair of minds) was shown is given to another."""
    chain = _asked(s, rng)
    if not chain:
        return None
    others = [(p,) for p in s.here.script.agents if (p,) != chain]
    others += [c for c, _ in s.trace.beliefs if c and c != chain]
    return _with_updates(s, chain, [_shown(s.replay, s, c) for c in others], rng)


def _reality_leak(s: Subject, rng: Random) -> _Mistake | None:
    """I2: the chain is shown all that really happened."""
    chain = _asked(s, rng)
    return _with_updates(s, chain, [_shown(s.replay, s, ())], rng) if chain else None


def _order_collapse(s: Subject, rng: Random) -> _Mistake | None:
    """I3: one mind of the chain is left out."""
    long = [c for c, _ in s.trace.beliefs if len(c) > 1]
    if not long:
        return None
    chain = rng.choice(long[-2:])
    shorter = [chain[:i] + chain[i + 1 :] for i in range(len(chain))]
    return _with_updates(s, chain, [_shown(s.replay, s, c) for c in shorter], rng)


def _attention_ignored(s: Subject, rng: Random) -> _Mistake | None:
    """I4: distrust, sleep or absence make no difference."""
    chain = _asked(s, rng)
    if not chain:
        return None
    log = s.here.log
    awake = tuple(e._replace(inattentive=frozenset[str]()) for e in log.events)
    there = tuple(e._replace(group=e.group | {chain[-1]}) if e.group else e for e in awake)
    changed = (
        Log(log.agents, log.events, log.initial),
        Log(log.agents, awake, log.initial, log.distrust),
        Log(log.agents, there, log.initial, log.distrust),
    )
    for other in changed:
        found = _with_updates(s, chain, [_shown(Replay(other), s, chain)], rng)
        if found is not None:
            return found
    return None


LONGER = 0.05
"""By which share of its length a stage may be longer or shorter with another reading."""


def _typical(s: Subject, rng: Random) -> _Mistake | None:
    """I5: the beliefs are right, and read on the face of it."""
    beliefs = facts(s, dict(s.trace.beliefs))
    gold, wrong = read(beliefs), shallow(beliefs)
    answer = printed(s, wrong.key) if wrong else None
    if gold is None or wrong is None or answer is None or wrong.key == gold.key:
        return None
    text = reread(s, wrong)
    if abs(len(text) - len(s.trace.reading)) > LONGER * len(s.texts[Stage.CUE_INTERPRETATION]):
        return None
    trace = replace(s.trace, reading=text, reply=_reply(s, answer), answer=answer)
    letter = LETTERS[s.item.options.index(answer)]
    return _Mistake(Stage.CUE_INTERPRETATION, trace, letter)


def _asked(s: Subject, rng: Random) -> Chain:
    """A perspective to spoil: mostly one that the answer rests on."""
    chains = [c for c, _ in s.trace.beliefs if c]
    if not chains:
        return ()
    return chains[-1] if rng.random() < 0.6 else rng.choice(chains)


def _shown(replay: Replay, s: Subject, chain: Chain) -> Held:
    """What would reach a chain in a log."""
    return held(replay, chain, s.here.question.thing)


def _with_updates(
    s: Subject, chain: Chain, candidates: Iterable[Held], rng: Random
) -> _Mistake | None:
    """The trace in which the chain holds one of the candidates; best one that ends elsewhere."""
    gold = dict(s.trace.beliefs)[chain]
    wrong = [
        other
        for other in dict.fromkeys(candidates)
        if other != gold and not any(v.startswith("<") for _, v in other)
    ]
    if not wrong:
        return None
    chosen = rng.choice([h for h in wrong if last(h) != last(gold)] or wrong)
    beliefs = tuple((c, chosen if c == chain else h) for c, h in s.trace.beliefs)
    return _follow(s, Stage.CUE_INTERPRETATION, s.trace, beliefs)


# --- stage 3: goal ---------------------------------------------------------------------------


def _goal_error(s: Subject, rng: Random) -> _Mistake | None:
    """G1: a question about minds is taken for one about the world, or about another time."""
    form = s.here.question.form
    wrong = {"reality": "first", "memory": "real"}.get(form) or rng.choice(("real", "first"))
    goal = f"The question asks for the {wrong} place."
    news = held(s.replay, (), s.here.question.thing)
    place = news[-1 if wrong == "real" else 0][1] if news else None
    return _with_goal(s, goal, place, None)


def _drift(s: Subject, rng: Random) -> _Mistake | None:
    """G2: the question is taken for one about other minds."""
    question = s.here.question
    if not question.chain:
        return None
    if question.form == "knowledge":
        others = [a for a in s.here.script.agents if a not in question.chain]
        wrong = rng.choice(others)
        return _with_goal(s, s.trace.goal.replace(question.chain[-1], wrong), None, None)
    chain = question.chain
    others = [chain[:i] + chain[i + 1 :] for i in range(len(chain))] if len(chain) > 1 else []
    others += [chain[::-1]] if len(chain) == 2 else []
    others += [(*chain[:-1], a) for a in s.here.script.agents if a not in chain]
    wrong_chain = rng.choice(others)
    value = s.replay.value(wrong_chain, question.thing)
    goal = s.trace.goal.replace(perspective(chain), perspective(wrong_chain), 1)
    return _with_goal(s, goal, value, wrong_chain)


def _with_goal(s: Subject, goal: str, place: str | None, chain: Chain | None) -> _Mistake:
    trace = replace(s.trace, goal=goal)
    if place not in s.item.options:
        return _Mistake(Stage.GOAL_CLARIFICATION, trace, s.item.letter)
    reply = _reply(s, place)
    if chain is not None:
        reply = reply.replace(perspective(s.here.question.chain), perspective(chain), 1)
    letter = LETTERS[s.item.options.index(place)]
    return _Mistake(Stage.GOAL_CLARIFICATION, replace(trace, reply=reply), letter)


# --- stage 4: response -----------------------------------------------------------------------


def _non_sequitur(s: Subject, rng: Random) -> _Mistake | None:
    """R1: another option than the reasoning leads to; one time in four the letter alone."""
    wrong = rng.choice([o for o in s.item.options if o != s.trace.answer])
    letter = LETTERS[s.item.options.index(wrong)]
    reply = s.trace.reply if rng.random() < 0.25 else _reply(s, wrong)
    return _Mistake(Stage.RESPONSE_GENERATION, replace(s.trace, reply=reply), letter)


def _reply(s: Subject, answer: str) -> str:
    """The gold reply with another answer in it."""
    return s.trace.reply.removesuffix(s.trace.answer) + answer


def _follow(s: Subject, stage: Stage, trace: Trace, beliefs: Beliefs) -> _Mistake:
    """The trace with these beliefs, their reading, and the answer they lead to.

    Where they lead nowhere the answer is gold.
    """
    reading = reread(s, read(facts(s, dict(beliefs))))
    trace = replace(trace, beliefs=beliefs, reading=reading)
    answer = conclude(s, dict(beliefs))
    if answer not in s.item.options:
        return _Mistake(stage, trace, s.item.letter)
    letter = LETTERS[s.item.options.index(answer)]
    return _Mistake(stage, replace(trace, reply=_reply(s, answer), answer=answer), letter)


def _telling(s: Subject) -> list[int]:
    return [i for i, cue in enumerate(s.trace.cues, 1) if cue != NOTHING]


def _idle(s: Subject) -> list[int]:
    return [i for i, cue in enumerate(s.trace.cues, 1) if cue == NOTHING]


def _pick(rng: Random, lines: Iterable[int]) -> int | None:
    found = sorted(lines)
    return rng.choice(found) if found else None


_MAKERS: dict[Code, Callable[[Subject, Random], _Mistake | None]] = {
    Code.MISSED_CUE: _missed_cue,
    Code.HALLUCINATED_CUE: _hallucinated_cue,
    Code.MISQUOTE: _misquote,
    Code.ATTRIBUTION: _attribution,
    Code.REALITY_LEAK: _reality_leak,
    Code.ORDER_COLLAPSE: _order_collapse,
    Code.ATTENTION: _attention_ignored,
    Code.TYPICAL: _typical,
    Code.GOAL: _goal_error,
    Code.DRIFT: _drift,
    Code.NON_SEQUITUR: _non_sequitur,
}
CONTENT_CODES = tuple(_MAKERS)
"""Codes whose mistake only the story can show (R1: only the stages before)."""
FORM_CODES = tuple(FORMS)


def codes_for(subject: Subject, codes: Sequence[Code]) -> tuple[Code, ...]:
    """The codes that an item can offer: one whose trace has no reading cannot be misread."""
    return tuple(c for c in codes if c is not Code.TYPICAL or subject.trace.reading)
