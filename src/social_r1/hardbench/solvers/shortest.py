"""Shortcut: The shortest option."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def shortest(case: Case) -> str | None:
    """The shortest option."""
    return min(case.options, key=len)
