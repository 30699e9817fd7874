"""Shortcut: Everybody says what is so, and says it to inform."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def literal(case: Case) -> str | None:
    """Everybody says what is so, and says it to inform."""
    return "inform"
