"""Shortcut: What was said last in so many words, whoever heard it."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_QUOTES = frozenset({Act.SAY, Act.OVERHEAR, Act.TEXT, Act.LETTER, Act.READ})


def last_quoted(case: Case) -> str | None:
    """What was said last in so many words, whoever heard it; honest answers are not quoted."""
    line = case.last_line(_QUOTES)
    return line.value if line else None
