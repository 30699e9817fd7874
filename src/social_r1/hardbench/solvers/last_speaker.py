"""Shortcut: Whoever speaks knows: the last person to say anything of it."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case


def last_speaker(case: Case) -> str | None:
    """Whoever speaks knows: the last person to say anything of it."""
    line = case.last_line(Act.SAY, Act.TEXT, Act.OVERHEAR, Act.LETTER, Act.RELAY)
    return line.actor if line else None
