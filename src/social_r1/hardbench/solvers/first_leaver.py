"""Shortcut: Joint presence: how it was when the first of the asked people left (solves Hi-ToM)."""

from __future__ import annotations

from social_r1.hardbench.script import CHANGES, Act
from social_r1.hardbench.solvers.case import Case

_LEAVE = Act.LEAVE


def first_leaver(case: Case) -> str | None:
    """Joint presence: how it was when the first of the asked people left (solves Hi-ToM)."""
    value: str | None = None
    for line in case.script.lines:
        if line.thing == case.question.thing and line.act in CHANGES:
            value = line.value
        if line.act is _LEAVE and line.actor in case.question.chain:
            return value
    return value
