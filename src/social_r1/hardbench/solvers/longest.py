"""Shortcut: The longest option."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def longest(case: Case) -> str | None:
    """The longest option."""
    return max(case.options, key=len)
