"""Shortcut: What is false cannot be meant; what is true is agreed upon."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def falsity_is_joke(case: Case) -> str | None:
    """What is false cannot be meant; what is true is agreed upon."""
    return "agree" if case.value(()) == case.question.value else "joke"
