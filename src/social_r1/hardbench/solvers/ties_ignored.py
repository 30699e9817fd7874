"""Shortcut: Rivals are taken for friends: whoever is tied to somebody wants what that one wants."""

from __future__ import annotations

from social_r1.hardbench.agents.appraisal import appraise
from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_STANCE = Act.STANCE
_TIES = frozenset({Act.SIDE, Act.RIVAL})


def ties_ignored(case: Case) -> str | None:
    """Rivals are taken for friends: whoever is tied to somebody wants what that one wants."""
    ties = {x.actor: x.other for x in case.script.lines if x.act in _TIES}
    stakes = {x.actor: x.value for x in case.script.lines if x.act is _STANCE}
    at: str | None = case.mind[-1]
    for _ in range(len(ties)):
        at = ties.get(at, at)
    stake, believed = stakes.get(at), case.value(case.mind)
    if stake is None or believed.startswith("<"):
        return None
    return appraise(gains=stake.startswith("+"), came=believed.startswith("+")).value
