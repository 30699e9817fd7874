"""Shortcut: What somebody would like to be so is taken for what he takes to be so."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_AIM = Act.AIM


def own_aim(case: Case) -> str | None:
    """How the person asked about would have it."""
    who = case.mind[-1] if case.mind else None
    aims = (x.value for x in case.script.lines if x.act is _AIM and x.actor == who)
    return next(aims, None)
