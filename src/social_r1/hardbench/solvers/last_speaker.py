"""Shortcut: Whoever speaks knows: the last person to say anything of it."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case


def last_speaker(case: Case) -> str | None:
    """Whoever speaks knows: the last person to say anything of it."""
    spoke = (Act.SAY, Act.TEXT, Act.OVERHEAR, Act.LETTER, Act.RELAY)
    said = [
        line.actor
        for line in case.script.lines
        if line.act in spoke and line.thing == case.question.thing
    ]
    return said[-1] if said else None
