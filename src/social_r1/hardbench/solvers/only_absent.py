"""Shortcut: Absent means ignorant: the one option who is out of the room at the end."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def only_absent(case: Case) -> str | None:
    """Absent means ignorant: the one option who is out of the room at the end."""
    away = [x for x in case.options if x not in case.inside]
    return away[0] if len(away) == 1 else None
