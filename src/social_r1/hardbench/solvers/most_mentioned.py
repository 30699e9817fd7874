"""Shortcut: The option that the story names most often."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case, by_count


def most_mentioned(case: Case) -> str | None:
    """The option that the story names most often."""
    return by_count(case, most=True)
