"""Shortcut: What somebody got by a deed is taken for what he was after."""

from __future__ import annotations

from social_r1.hardbench.questions import reading
from social_r1.hardbench.solvers.case import Case


def outcome_is_goal(case: Case) -> str | None:
    """What somebody got by a deed is taken for what he was after: what is really in the thing.

    The deed that is asked about is the last line of the story, so this is `reality`, read of deeds.
    """
    return reading(case.question, case.log, case.replay, case.value(()), case.options)
