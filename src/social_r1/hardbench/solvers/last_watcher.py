"""Shortcut: An odd cue means that the truth is known: the last to peek, glimpse or overhear."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_GLIMPSE = Act.GLIMPSE
_ODD = frozenset({Act.PEEK_MOVE, Act.GLIMPSE, Act.OVERHEAR})


def last_watcher(case: Case) -> str | None:
    """An odd cue means that the truth is known: the last to peek, glimpse or overhear."""
    odd = [
        line.actor if line.act is _GLIMPSE else line.other
        for line in case.script.lines
        if line.act in _ODD
    ]
    return odd[-1] if odd else None
