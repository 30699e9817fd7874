"""Shortcut: Whoever speaks knows: the last person to say anything of it."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_SPEAKS = frozenset({Act.SAY, Act.TEXT, Act.OVERHEAR, Act.LETTER, Act.RELAY})


def last_speaker(case: Case) -> str | None:
    """Whoever speaks knows: the last person to say anything of it."""
    line = case.last_line(_SPEAKS)
    return line.actor if line else None
