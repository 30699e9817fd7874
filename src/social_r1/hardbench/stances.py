"""What people have at stake in a story about feelings (HARDBENCH 5.5)."""

from __future__ import annotations

from random import Random

from social_r1.hardbench.forms import Question
from social_r1.hardbench.scenes import interests
from social_r1.hardbench.script import BY_HAND, CHANGES, Act, Line, Script, presence
from social_r1.hardbench.sense import walked
from social_r1.hardbench.surface import Cast


def with_stakes(rng: Random, script: Script, question: Question, design: str, cast: Cast) -> Script:
    """Say what people have at stake: two have opposite ones, the others side with or against them.

    Who changes the mark in the story does so in his own favour.
    Where others exchange their parts, the asked person's stake is that of whoever he is tied to.
    A hearer whom the remark suits only if it does not suit the speaker is the speaker's rival.
    """
    subject = question.chain[-1]
    others = [n for n in cast.names if n != subject]
    rng.shuffle(others)
    rival = _rival(question, design)
    if rival:
        others.remove(rival)
    yes, no = sorted(v for v in cast.places if not v.startswith("~"))
    aims = {x.actor: x.value for x in script.lines if x.act in BY_HAND}
    aims = {n: v for n, v in aims.items() if v in (yes, no)}
    first = others[0]
    stakes = {first: aims.get(first) or rng.choice((yes, no))}
    against = no if stakes[first] == yes else yes
    second = next((n for n in others[1:] if aims.get(n, against) == against), None)
    if second is not None:
        stakes[second] = against
    lines = [Line(Act.STANCE, n, thing=cast.thing, value=v) for n, v in stakes.items()]
    shared = others if design in ("perm", "ask") else question.others
    tied = [subject, *(n for n in others if n in shared and n not in stakes)]
    for name in tied:
        other = rng.choice(list(stakes))
        sides = aims.get(name, rng.choice((yes, no))) == stakes[other]
        lines.append(Line(Act.SIDE if sides else Act.RIVAL, name, other))
    if rival:
        lines.append(Line(Act.RIVAL, rival, subject))
    rng.shuffle(lines)
    opening = (Act.ROLL, Act.AWAY, Act.PLACE, Act.NEWEST, Act.DOUBT)
    at = len([x for x in script.lines[:5] if x.act in opening])
    return script.with_lines((*script.lines[:at], *lines, *script.lines[at:]))


def _rival(question: Question, design: str) -> str | None:
    """The hearer of a remark that suits one of two, where no parts are exchanged with his."""
    return question.others[0] if question.form == "interest" and design in _FIXED else None


_FIXED = ("edit", "relay")


def clouded(rng: Random, script: Script, cast: Cast) -> Script:
    """Let the matter end, and the last word be, that nothing is settled yet.

    Else there would be two outcomes only, and who guesses one for a wrong reason is right half of
    the time. It is done by one who is there and gains by it, or loses by what is undone, if there
    is one; else by a stranger.
    """
    lines, pending = list(script.lines), next(v for v in cast.places if v.startswith("~"))
    changes = (x for x in reversed(lines) if x.act in CHANGES and x.thing == cast.thing)
    now = next(changes).value or pending
    if rng.random() < 0.5:
        before, now = now, rng.choice([v for v in cast.places if v != now])
        lines.append(_changed(rng, lines, cast.thing, before, now))
    if rng.random() < 0.8 and now != pending:
        before, now = now, pending
        lines.append(_changed(rng, lines, cast.thing, before, now))
    watching = walked(script.with_lines(tuple(lines)), cast.thing)[0].on
    free = [n for n in cast.names if watching.get(n, pending) == pending]
    if rng.random() < 0.75 and len(cast.names) > 2 and free:
        b = rng.choice(free)
        a = rng.choice([n for n in cast.names if n != b])
        lines.append(Line(Act.TEXT, a, b, thing=cast.thing, value=pending))
    return script.with_lines(tuple(lines))


def _changed(rng: Random, lines: list[Line], thing: str, before: str, now: str) -> Line:
    """The change of a mark, by one who has a reason for it."""
    *_, (_, inside, lost) = presence(lines)
    wants = interests(tuple(lines))
    willing = [
        n
        for n in sorted(inside - lost)
        if wants.get(n) and (wants[n] == now[0] or (now[0] == "~" and wants[n] != before[0]))
    ]
    if not willing:
        return Line(Act.SHIFTED, thing=thing, value=now)
    return Line(Act.MOVE, rng.choice(willing), thing=thing, value=now)
