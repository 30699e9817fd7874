"""Shortcut: The value that the last line which names the asked person and a value names."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def near_name(case: Case) -> str | None:
    """The value that the last line which names the asked person and a value names."""
    if not case.mind:
        return None
    who = case.mind[-1]
    return next((x.value for x in reversed(case.about) if x.value and x.involves(who)), None)
