"""Shortcut: What was named out of courtesy is taken for the wish."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_POLITE = Act.POLITE


def said_politely(case: Case) -> str | None:
    """What was named out of courtesy is taken for the wish."""
    return next((x.value for x in case.script.lines if x.act is _POLITE), None)
