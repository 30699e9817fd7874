"""Shortcut: Told means knows: the last person to get a message."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_TELLS = frozenset({Act.TEXT, Act.RELAY})


def last_told(case: Case) -> str | None:
    """Told means knows: the last person to get a message."""
    told = [line.other for line in case.script.lines if line.act in _TELLS]
    return told[-1] if told else None
