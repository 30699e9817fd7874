"""Shortcut: The value that the last line which names the asked person and a value names."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def near_name(case: Case) -> str | None:
    """The value that the last line which names the asked person and a value names."""
    who = case.mind[-1] if case.mind else None
    near = [
        line.value
        for line in case.script.lines
        if line.value and line.thing == case.question.thing and who in line.names()
    ]
    return near[-1] if near else None
