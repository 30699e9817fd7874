"""Shortcut: Ablation: the speaker is taken to think nothing of what the hearer thinks."""

from __future__ import annotations

from social_r1.hardbench.questions import speech_chains
from social_r1.hardbench.solvers.case import Case


def hearer_unheeded(case: Case) -> str | None:
    """Ablation: the speaker is taken to think nothing of what the hearer thinks."""
    return "agree" if case.value(speech_chains(case.question)[0]) == case.question.value else "lie"
