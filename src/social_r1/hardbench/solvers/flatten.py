"""Ablation: order collapse, whoever a chain of minds names twice is looked at once."""

from __future__ import annotations

from collections.abc import Sequence

from social_r1.hardbench.core.replay import Replay
from social_r1.hardbench.forms import JESTED
from social_r1.hardbench.questions import answer
from social_r1.hardbench.solvers.case import Case


class _Flat(Replay):
    """Takes what a thinks b thinks of a's own mind for what a thinks of b's."""

    def value(self, chain: Sequence[str], fluent: str, time: int | None = None) -> str:
        return super().value(tuple(dict.fromkeys(chain)), fluent, time)


def flatten(case: Case) -> str | None:
    """Ablation: order collapse, whoever a chain of minds names twice is looked at once.

    Only what may be a joke is asked along such a chain (the speaker, in the hearer's eyes, in his
    own eyes), and not asked where that alone would decide (`speech_act`). So it is all the work but
    for one mechanism, and how often it is right says how seldom that matters.
    """
    if case.question.form not in JESTED:
        return None
    return answer(case.question, case.log, _Flat(case.log), case.options)
