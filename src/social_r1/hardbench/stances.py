"""What people have at stake, and what they say they would have (HARDBENCH 5.5, 9)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from random import Random

from social_r1.hardbench.forms import FELT, Question
from social_r1.hardbench.scenes import interests
from social_r1.hardbench.script import BY_HAND, CHANGES, Act, Line, Script, presence
from social_r1.hardbench.sense import walked
from social_r1.hardbench.surface import Cast
from social_r1.hardbench.surface.rich import ASIDE


def with_stakes(
    rng: Random, script: Script, question: Question, design: str, cast: Cast
) -> Script | None:
    """Say what people have at stake: two have opposite ones, the others side with or against them.

    Who changes the mark in the story does so in his own favour; who puts it on hold has no stake,
    and has said that he would. Where others exchange their parts, the asked person's stake is that
    of whoever he is tied to. A hearer whom the remark suits only if it does not suit the speaker is
    the speaker's rival. None if there is nobody to have a stake.
    """
    subject = question.chain[-1]
    ways = {x.actor: x.value for x in script.lines if x.act in BY_HAND and x.thing == cast.thing}
    keepers = {n for n, v in ways.items() if v and v.startswith("~")}
    aims = {n: v for n, v in ways.items() if n not in keepers}
    others = [n for n in cast.names if n != subject and n not in keepers]
    rng.shuffle(others)
    rival = _rival(question, design)
    if rival in others:
        others.remove(rival)
    if not others:
        return None
    yes, no = sorted(v for v in cast.places if not v.startswith("~"))
    first = others[0]
    stakes = {first: aims.get(first) or rng.choice((yes, no))}
    against = no if stakes[first] == yes else yes
    second = next((n for n in others[1:] if aims.get(n, against) == against), None)
    if second is not None:
        stakes[second] = against
    lines = [Line(Act.STANCE, n, thing=cast.thing, value=v) for n, v in stakes.items()]
    if design in ("perm", "ask"):  # all but one who may have it put on hold
        free = [n for n in others if n not in (*stakes, *aims, *question.others)]
        shared = {*others} - {*free[:1]}
    else:
        shared = {*question.others, *aims}
    for name in (subject, *(n for n in others if n in shared and n not in stakes)):
        other = rng.choice(list(stakes))
        sides = aims.get(name, rng.choice((yes, no))) == stakes[other]
        lines.append(Line(Act.SIDE if sides else Act.RIVAL, name, other))
    if rival:
        lines.append(Line(Act.RIVAL, rival, subject))
    lines += [Line(Act.AIM, n, thing=cast.thing, value=ways[n]) for n in cast.names if n in keepers]
    rng.shuffle(lines)
    return _told_first(script, lines)


def _told_first(script: Script, lines: Sequence[Line]) -> Script:
    """The script with more of how things stand, told after what is told of that already."""
    opening = (Act.ROLL, Act.AWAY, Act.PLACE, Act.NEWEST, Act.DOUBT)
    at = len([x for x in script.lines[:5] if x.act in opening])
    return script.with_lines((*script.lines[:at], *lines, *script.lines[at:]))


def with_aims(script: Script, question: Question) -> Script:
    """The script in which all who change the thing say beforehand how they would have it.

    Not those whose reasons are asked, nor where stakes say it, nor who changes it in several ways.
    """
    if question.form in FELT:
        return script
    asked = question.people if question.form in TAILS else ()
    values: dict[str, set[str]] = {}
    for line in script.lines:
        if line.act in BY_HAND and line.thing == question.thing:
            values.setdefault(line.actor or "", set()).add(line.value or "")
    for line in script.lines:
        if line.act is Act.AIM:
            values.pop(line.actor or "", None)
    aims = [
        _aim(who, question.thing, next(iter(found)))
        for who, found in sorted(values.items())
        if len(found) == 1 and who not in asked
    ]
    at = next((i for i, line in enumerate(script.lines) if line.act not in ASIDE), 0)
    return script.with_lines((*script.lines[:at], *aims, *script.lines[at:])) if aims else script


@lru_cache(maxsize=1024)
def _aim(who: str, thing: str, value: str) -> Line:
    """Somebody says how he would have the thing; the same line for the same wish."""
    return Line(Act.AIM, who, thing=thing, value=value)


TAILS = {"why": Act.DEED, "failed": Act.FAILED, "want": Act.QUEST}
"""Forms that ask for a reason, and the deed that they ask it of."""


def _rival(question: Question, design: str) -> str | None:
    """The hearer of a remark that suits one of two, where no parts are exchanged with his."""
    return question.others[0] if question.form == "interest" and design in _FIXED else None


_FIXED = ("edit", "relay")


STRANGERS = 0.35
"""How often somebody who is not of the story changes the mark where nobody there would."""


def clouded(rng: Random, script: Script, question: Question, cast: Cast) -> Script:
    """Let the matter end, and the last word be, that nothing is settled yet.

    Else there would be two outcomes only, and who guesses one for a wrong reason is right half of
    the time. It is done by one who is there and gains by it, or has nothing at stake and says
    beforehand that he would have it so; where there is none, now and then by a stranger.
    """
    pending = next(v for v in cast.places if v.startswith("~"))
    for chance in (0.5, 0.8):
        changes = [x for x in script.lines if x.act in CHANGES and x.thing == cast.thing]
        now = changes[-1].value
        value = pending if chance > 0.5 else rng.choice([v for v in cast.places if v != now])
        if value != now and rng.random() < chance:
            script = _changed(rng, script, question, cast.thing, value)
    eyes = walked(script, cast.thing)[0]
    pairs = [(a, b) for a in cast.names for b in cast.names if a != b]
    rng.shuffle(pairs)
    word = (Line(Act.TEXT, a, b, thing=cast.thing, value=pending) for a, b in pairs)
    last = next((line for line in word if eyes.copy().follow(line)), None)
    if last is None or rng.random() > 0.75:
        return script
    return script.with_lines((*script.lines, last))


def _changed(rng: Random, script: Script, question: Question, thing: str, value: str) -> Script:
    """The story with a change of its mark, by one who has a reason; now and then by a stranger."""
    *_, (_, inside, lost) = presence(script.lines)
    wants = interests(script.lines)
    ways = {x.actor: x.value for x in script.lines if x.act in BY_HAND and x.thing == thing}
    said = {x.actor for x in script.lines if x.act is Act.AIM}
    there = [n for n in sorted(inside - lost) if ways.get(n, value) == value]
    if value[0] == "~":
        willing = [n for n in there if n not in wants and n not in question.people]
    else:
        willing = [n for n in there if wants.get(n) == value[0]]
    if willing:
        who = rng.choice(willing)
        if value[0] == "~" and who not in said:
            script = _told_first(script, [Line(Act.AIM, who, thing=thing, value=value)])
        return script.with_lines((*script.lines, Line(Act.MOVE, who, thing=thing, value=value)))
    if rng.random() < STRANGERS:
        return script.with_lines((*script.lines, Line(Act.SHIFTED, thing=thing, value=value)))
    return script
