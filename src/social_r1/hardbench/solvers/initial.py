"""Shortcut: How it was at first."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def initial(case: Case) -> str | None:
    """How it was at first."""
    return case.changes[0] if case.changes else None
