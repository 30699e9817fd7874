"""Shortcut: The typical reaction: everybody is taken to gain by the favourable outcome."""

from __future__ import annotations

from social_r1.hardbench.agents.appraisal import appraise
from social_r1.hardbench.solvers.case import Case


def typical_emotion(case: Case) -> str | None:
    """The typical reaction: everybody is taken to gain by the favourable outcome."""
    believed = case.value(case.mind)
    if believed.startswith("<"):
        return None
    return appraise(gains=True, came=believed.startswith("+")).value
