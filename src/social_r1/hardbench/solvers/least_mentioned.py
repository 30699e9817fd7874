"""Shortcut: The option that the story names least often."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case, by_count


def least_mentioned(case: Case) -> str | None:
    """The option that the story names least often."""
    return by_count(case, most=False)
