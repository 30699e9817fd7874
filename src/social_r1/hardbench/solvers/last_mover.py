"""Shortcut: The person who changed it last."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case


def last_mover(case: Case) -> str | None:
    """The person who changed it last."""
    movers = [
        line.actor
        for line in case.script.lines
        if line.thing == case.question.thing and line.act in (Act.MOVE, Act.PEEK_MOVE)
    ]
    return movers[-1] if movers else None
