"""Shortcut: What was said last in so many words, whoever heard it."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case


def last_quoted(case: Case) -> str | None:
    """What was said last in so many words, whoever heard it; honest answers are not quoted."""
    quoted = (Act.SAY, Act.OVERHEAR, Act.TEXT, Act.LETTER, Act.READ)
    said = [
        line.value
        for line in case.script.lines
        if line.act in quoted and line.thing == case.question.thing
    ]
    return said[-1] if said else None
