"""Shortcut: The option that the story names last."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def last_mentioned(case: Case) -> str | None:
    """The option that the story names last."""
    return max(case.last_at, key=case.last_at.__getitem__, default=None)
