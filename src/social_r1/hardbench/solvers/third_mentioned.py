"""Shortcut: Of four people, the one whose last mention is the third."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case, by_last_mention


def third_mentioned(case: Case) -> str | None:
    """Of four people, the one whose last mention is the third."""
    return by_last_mention(case, 2)
