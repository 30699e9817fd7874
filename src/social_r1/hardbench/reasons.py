"""Whether people have a reason for what they say and do, given what they take to be so.

`sense` looks at where people are and what they have seen; here their beliefs and stakes are known.
Nobody acts or lies against what he has at stake himself, gives a hint to undo his own tale, or
speaks to somebody who is known not to take his word.
"""

from __future__ import annotations

from collections.abc import Sequence

from social_r1.hardbench.agents.appraisal import gains_by
from social_r1.hardbench.core.events import Kind
from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import REMARKED, SPEAKERS, Question


def pointless(replay: Replay, question: Question, options: Sequence[str]) -> bool:
    """Whether somebody does what he has no reason for, or a reason not to do."""
    return (
        not replay.log.distrust.isdisjoint(_hearers(question, options))
        or against_himself(replay, question.thing)
        or (question.form == "hint" and _own_tale(replay, question))
    )


def _hearers(question: Question, options: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of hearer and speaker of what is said after the story, or at its end."""
    chain = question.chain
    if question.form in SPEAKERS:
        return [(chain[-1], x) for x in options]
    if question.form == "interest":
        return [(question.others[0], chain[-1])]
    if question.form == "takes":
        return [(chain[-2], chain[-1])]
    if question.form not in (*REMARKED, "hint", "persuade", "turn") or len(chain) < 2:
        return []
    *_, speaker, hearer = chain
    return [(hearer, speaker)]


def against_himself(replay: Replay, thing: str) -> bool:
    """Whether somebody decides a matter, or lies about it, to his own loss."""
    log = replay.log
    return bool(log.stakes) and any(
        gains_by(log.stakes, e.actor, thing, e.value) is False
        and (e.kind is Kind.MOVE or _lies(replay, index))
        for index, e in enumerate(log.events)
        if e.fluent == thing and e.actor and e.value and e.value[0] in "+-"
    )


def _own_tale(replay: Replay, question: Question) -> bool:
    """Whether what the hearer is to be warned of is a tale that the speaker told himself."""
    speaker, held = question.chain[-2], replay.value(question.chain, question.thing)
    return any(
        (e.actor, e.fluent, e.value) == (speaker, question.thing, held) and _lies(replay, index)
        for index, e in enumerate(replay.log.events)
    )


def _lies(replay: Replay, index: int) -> bool:
    """Whether the event is a word that its speaker does not take to be so."""
    e = replay.log.events[index]
    if e.kind is not Kind.TELL or e.actor is None or e.fluent is None:
        return False
    return replay.value((e.actor,), e.fluent, index) != e.value
