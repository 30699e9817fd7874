"""Shortcut: Ablation: a remark is worth what it says, whatever it suggests."""

from __future__ import annotations

from social_r1.hardbench.agents.scale import Scale
from social_r1.hardbench.solvers.case import Case


def suggestion_unheeded(case: Case) -> str | None:
    """All the work done, but what is true to the letter is taken for the whole truth."""
    said = case.answer_in(case.log)
    return Scale.FITTING.value if said == Scale.SHORT else said
