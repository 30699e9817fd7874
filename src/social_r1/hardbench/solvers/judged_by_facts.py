"""Shortcut: A remark on what two people know is judged by what they do know."""

from __future__ import annotations

from social_r1.hardbench.agents.scale import scale
from social_r1.hardbench.solvers.case import Case


def judged_by_facts(case: Case) -> str | None:
    """Whoever speaks knows it all: of the two those know it who really do."""
    truth = case.value(())
    return scale(knows=True, count=[case.value((x,)) for x in case.question.others].count(truth))
