"""Ablation: the stake is worked out, but how things are is taken for what is believed."""

from __future__ import annotations

from social_r1.hardbench.agents.appraisal import feeling
from social_r1.hardbench.solvers.case import Case


def omniscient(case: Case) -> str | None:
    """The stake is worked out, but how things are is taken for what is believed."""
    question = case.question
    return feeling(case.log.stakes, question.chain[-1], question.thing, case.value(()))
