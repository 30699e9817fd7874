"""Shortcut: What is false is a lie; what is true is told because it is news."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def falsity_is_lie_else_news(case: Case) -> str | None:
    """What is false is a lie; what is true is told because it is news."""
    return "inform" if case.value(()) == case.question.value else "lie"
