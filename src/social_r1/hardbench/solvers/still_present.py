"""Shortcut: Present means knows: the option who is in the room at the end, if it is one person."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def still_present(case: Case) -> str | None:
    """Present means knows: the option who is in the room at the end, if it is one person."""
    there = [x for x in case.options if x in case.inside]
    return there[0] if len(there) == 1 else None
