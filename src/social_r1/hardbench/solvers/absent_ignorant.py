"""Shortcut: Absent means ignorant: what the innermost mind saw while in the room, no more."""

from __future__ import annotations

from social_r1.hardbench.script import CHANGES, Act
from social_r1.hardbench.solvers.case import Case


def absent_ignorant(case: Case) -> str | None:
    """Absent means ignorant: what the innermost mind saw while in the room, no more."""
    inside: set[str] = set()
    who = case.mind[-1] if case.mind else None
    known: str | None = None
    for line in case.script.lines:
        if line.act is Act.ROLL:
            inside |= set(line.people)
        elif line.act is Act.ENTER and line.actor:
            inside.add(line.actor)
        elif line.act is Act.LEAVE and line.actor:
            inside.discard(line.actor)
        elif line.thing == case.question.thing and line.act in CHANGES and who in inside:
            known = line.value
    return known
