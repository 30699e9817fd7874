"""Shortcut: What was said last, whoever heard it."""

from __future__ import annotations

from social_r1.hardbench.core.events import Kind
from social_r1.hardbench.solvers.case import Case


def last_testimony(case: Case) -> str | None:
    """What was said last, whoever heard it."""
    said = [
        e.value for e in case.log.events if e.kind is Kind.TELL and e.fluent == case.question.thing
    ]
    return said[-1] if said else None
