"""Shortcut: Projection: the stake told first is taken for that of the person asked."""

from __future__ import annotations

from social_r1.hardbench.agents.appraisal import appraise
from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_STANCE = Act.STANCE


def first_stake(case: Case) -> str | None:
    """Projection: the stake told first is taken for that of the person asked."""
    stance = next((x.value for x in case.script.lines if x.act is _STANCE), None)
    believed = case.value(case.mind)
    if stance is None or believed.startswith("<"):
        return None
    return appraise(gains=stance.startswith("+"), came=believed.startswith("+")).value
