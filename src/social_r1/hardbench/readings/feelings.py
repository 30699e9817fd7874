"""Readings of feelings: what somebody has at stake, and takes to be so."""

from __future__ import annotations

from social_r1.hardbench.agents.appraisal import appraise, gains_by, mixed, turn
from social_r1.hardbench.agents.conscience import conscience
from social_r1.hardbench.questions import broke
from social_r1.hardbench.readings.base import UNSAID, Facts, Reading, word
from social_r1.hardbench.script import Act


def feel(f: Facts) -> Reading | None:
    """Who gains or loses by the favourable outcome, and what he takes to be so."""
    good = next((v for v in f.values.values() if v.startswith("+")), None)
    if good is None:
        return None
    gains = gains_by(f.log.stakes, f.question.chain[-1], f.question.thing, good)
    return None if gains is None else _appraised(f, good, gains=gains)


def typical(f: Facts) -> Reading | None:
    """Everybody gains by the favourable outcome."""
    good = next((v for v in f.values.values() if v.startswith("+")), None)
    return _appraised(f, good, gains=True) if good else None


def _appraised(f: Facts, good: str, *, gains: bool) -> Reading:
    chain = f.question.chain
    said = f.end(chain)
    sign = f.values.get(said, "")[:1]
    cell = appraise(gains=gains, came=sign == "+").value if sign in ("+", "-") else None
    stake = f"{chain[-1]} {'gains' if gains else 'loses'} by {word(good)}"
    return Reading(f"{stake}, takes it to be {said}", cell)


def turned(f: Facts) -> Reading | None:
    """How he feels now, and how he will once he takes to be so what is so for the others."""
    now = feel(f)
    return _turning(f, now, "then") if now else None


def typical_turn(f: Facts) -> Reading | None:
    """The same of somebody who gains by the favourable outcome."""
    now = typical(f)
    return _turning(f, now, "then") if now else None


def _turning(f: Facts, now: Reading, then: str) -> Reading:
    said = f.end(f.question.chain[:-1])
    sign = f.values.get(said, "")[:1]
    gains = " gains by " in now.premises
    key = None
    if now.key and sign in ("+", "-"):
        key = turn(now.key, appraise(gains=gains, came=sign == "+").value)
    return Reading(f"{now.premises}, {then} {said}", key)


def of_two(f: Facts) -> Reading | None:
    """Who of the two gains and who loses by what he takes to be so."""
    good = next((v for v in f.values.values() if v.startswith("+")), None)
    stakes = [gains_by(f.log.stakes, n, f.question.thing, good or "") for n in f.question.others]
    if good is None or None in stakes:
        return None
    (a, b), said = f.question.others, f.end(f.question.chain)
    sign = f.values.get(said, "")[:1]
    verbs = ["gains" if gains else "loses" for gains in stakes]
    text = f"{a} {verbs[0]} and {b} {verbs[1]} by {word(good)}"
    first, second = (bool(gains) == (sign == "+") for gains in stakes)
    key = mixed(first=first, second=second) if sign in ("+", "-") else None
    return Reading(f"{text}, {f.question.chain[-1]} takes it to be {said}", key)


def promised(f: Facts) -> Reading:
    """Whether he moved it, and whether he takes the other to see a change."""
    who, other = f.question.chain
    moved, said = broke(f.question, f.log), f.end(f.question.chain)
    first = next((word(x.value) for x in f.script.lines if x.act is Act.PLACE and x.value), "")
    text = f"{who} {'moved' if moved else 'never moved'} {f.question.thing} from {first}"
    key = conscience(broke=moved, noticed=said != first) if said != UNSAID else None
    return Reading(f"{text}, takes {other} to take it to be in {said}", key)
