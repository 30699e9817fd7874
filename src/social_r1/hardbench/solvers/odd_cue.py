"""Shortcut: An odd cue (a peek, a glimpse, an overheard word) means that the truth is known."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_ODD = frozenset({Act.PEEK_MOVE, Act.GLIMPSE, Act.OVERHEAR})


def odd_cue(case: Case) -> str | None:
    """An odd cue (a peek, a glimpse, an overheard word) means that the truth is known."""
    return case.value(()) if any(line.act in _ODD for line in case.script.lines) else None
