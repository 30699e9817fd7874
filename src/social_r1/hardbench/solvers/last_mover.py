"""Shortcut: The person who changed it last."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case


def last_mover(case: Case) -> str | None:
    """The person who changed it last."""
    line = case.last_line(Act.MOVE, Act.PEEK_MOVE)
    return line.actor if line else None
