"""Shortcut: Absent means ignorant: what the innermost mind saw while in the room, no more."""

from __future__ import annotations

from social_r1.hardbench.core.events import Kind
from social_r1.hardbench.solvers.case import Case

_SHOWN = frozenset({Kind.PLACE, Kind.MOVE})


def absent_ignorant(case: Case) -> str | None:
    """Absent means ignorant: what the innermost mind saw while in the room, no more."""
    who = case.mind[-1] if case.mind else None
    thing, events = case.question.thing, reversed(case.log.events)
    changes = (e for e in events if e.fluent == thing and e.kind in _SHOWN)
    return next((e.value for e in changes if who in e.group), None)
