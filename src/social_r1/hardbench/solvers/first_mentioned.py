"""Shortcut: The option that the story names first."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def first_mentioned(case: Case) -> str | None:
    """The option that the story names first."""
    return min(case.first_at, key=case.first_at.__getitem__, default=None)
