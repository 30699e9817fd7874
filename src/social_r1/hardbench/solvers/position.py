"""Shortcut: always the same letter."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def position(case: Case, index: int) -> str | None:
    """The option at that place, whatever is asked."""
    return case.options[index] if index < len(case.options) else None
