"""Shortcut: Ablation: whether it is meant is worked out, but it is taken to suit the hearer."""

from __future__ import annotations

from social_r1.hardbench.agents.interest import interest
from social_r1.hardbench.solvers.case import Case


def interest_unheeded(case: Case) -> str | None:
    """Whether it is meant is worked out, but it is taken to suit the hearer."""
    return interest(meant=case.value(case.mind) == case.question.value, kind=True)
