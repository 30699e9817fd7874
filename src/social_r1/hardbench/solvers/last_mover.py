"""Shortcut: The person who changed it last."""

from __future__ import annotations

from social_r1.hardbench.script import BY_HAND
from social_r1.hardbench.solvers.case import Case


def last_mover(case: Case) -> str | None:
    """The person who changed it last."""
    line = case.last_line(BY_HAND)
    return line.actor if line else None
