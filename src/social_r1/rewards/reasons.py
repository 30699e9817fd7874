"""What the structure scorer saw, as spans of the thought (paper section 3)."""

from __future__ import annotations

from typing import NamedTuple

from social_r1.trajectory.sip import Stage


class Reason(NamedTuple):
    """One thing that the scorer saw, and the characters of the thought where it saw it."""

    kind: str
    """stage, missing, early_verdict, early_option, backward, misplaced, return, repeated, pasted,
    foreign, unread; all but the first are faults."""
    start: int
    end: int
    note: str


class StructureReport(NamedTuple):
    """S with its reasons."""

    score: float
    covered: tuple[Stage, ...]
    reasons: tuple[Reason, ...]
