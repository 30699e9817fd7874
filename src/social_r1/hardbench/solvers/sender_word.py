"""Shortcut: Sent means got: what the last message to the asked person says, read or not."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case


def sender_word(case: Case) -> str | None:
    """Sent means got: what the last message to the asked person says, read or not."""
    sent = (Act.TEXT, Act.LETTER, Act.READ)
    who = case.mind[-1] if case.mind else None
    words = [
        line.value
        for line in case.script.lines
        if line.act in sent and line.other == who and line.thing == case.question.thing
    ]
    return words[-1] if words else None
