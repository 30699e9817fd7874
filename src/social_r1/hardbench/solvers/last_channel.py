"""Shortcut: How somebody knows is read off the last line that names him, whatever it is about."""

from __future__ import annotations

from social_r1.hardbench.agents.provenance import Source
from social_r1.hardbench.script import Act, Line
from social_r1.hardbench.solvers.case import Case

_SPIES = frozenset({Act.PEEK_MOVE, Act.OVERHEAR, Act.GLIMPSE})
_HEARS = frozenset({Act.TEXT, Act.RELAY, Act.READ, Act.LETTER, Act.ENTRY})
_MISSES = frozenset({Act.LEAVE, Act.NAP, Act.DRIFT, Act.FACED_AWAY, Act.BLANK})


def last_channel(case: Case) -> str | None:
    """How he seems to know by the last line that names him."""
    who = case.mind[-1]
    last = next((x for x in reversed(case.script.lines) if x.involves(who)), None)
    return channel(last, who).value if last else None


def channel(line: Line, who: str) -> Source:
    """By which way news seem to reach somebody through a line that names him."""
    if line.act in _SPIES and who == (line.other or line.actor):
        return Source.SPIED
    if line.act in _HEARS and who == (line.other or line.actor):
        return Source.TOLD
    return Source.IGNORANT if line.act in _MISSES else Source.SEEN
