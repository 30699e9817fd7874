"""Shortcut: What is false is said for one's own gain; what is true is said to please."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def falsity_is_selfish(case: Case) -> str | None:
    """What is false is said for one's own gain; what is true is said to please."""
    return "welcome" if case.value(()) == case.question.value else "selfish"
