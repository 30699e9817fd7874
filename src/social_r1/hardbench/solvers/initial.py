"""Shortcut: How it was shown to be at first."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_SHOWS = frozenset({Act.PLACE})


def initial(case: Case) -> str | None:
    """How the narrator shows it, though an edited story may tell of a change before."""
    line = case.last_line(_SHOWS)
    return line.value if line else None
