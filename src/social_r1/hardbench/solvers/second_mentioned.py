"""Shortcut: Of four people, the one whose last mention is the second."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case, by_last_mention


def second_mentioned(case: Case) -> str | None:
    """Of four people, the one whose last mention is the second."""
    return by_last_mention(case, 1)
