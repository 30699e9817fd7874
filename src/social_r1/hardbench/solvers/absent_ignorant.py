"""Shortcut: Absent means ignorant: what the innermost mind saw while in the room, no more."""

from __future__ import annotations

from social_r1.hardbench.script import CHANGES
from social_r1.hardbench.solvers.case import Case


def absent_ignorant(case: Case) -> str | None:
    """Absent means ignorant: what the innermost mind saw while in the room, no more."""
    who = case.mind[-1] if case.mind else None
    seen = [
        line.value
        for line, inside, _ in case.presence
        if line.thing == case.question.thing and line.act in CHANGES and who in inside
    ]
    return seen[-1] if seen else None
