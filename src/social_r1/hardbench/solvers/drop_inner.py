"""Shortcut: Order collapse: answers for the outer minds only."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def drop_inner(case: Case) -> str | None:
    """Order collapse: answers for the outer minds only."""
    if case.question.dimension == "Non-literal":
        return None  # of a remark that is `hearer_unheeded`
    return case.value(case.mind[:-1])
