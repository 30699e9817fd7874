"""Shortcut: Whatever the outermost mind takes to be so, all others are taken to think too."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def egocentric(case: Case) -> str | None:
    """Whatever the outermost mind takes to be so, all others are taken to think too."""
    if case.question.dimension == "Non-literal":
        return None  # of a remark that is `hearer_unheeded`
    return case.value(case.mind[:1]) if len(case.mind) > 1 else None
