"""Shortcut: Absent means ignorant: what the innermost mind saw while in the room, no more."""

from __future__ import annotations

from social_r1.hardbench.script import CHANGES
from social_r1.hardbench.solvers.case import Case


def absent_ignorant(case: Case) -> str | None:
    """Absent means ignorant: what the innermost mind saw while in the room, no more."""
    who = case.mind[-1] if case.mind else None
    thing, lines, events = case.question.thing, case.script.lines, case.log.events
    return next(
        (
            line.value
            for line, event in zip(reversed(lines), reversed(events), strict=True)
            if line.thing == thing and line.act in CHANGES and who in event.group
        ),
        None,
    )
