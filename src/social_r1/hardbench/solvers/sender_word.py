"""Shortcut: Sent means got: what the last message to the asked person says, read or not."""

from __future__ import annotations

from social_r1.hardbench.script import Act
from social_r1.hardbench.solvers.case import Case

_SENT = frozenset({Act.TEXT, Act.LETTER, Act.READ})


def sender_word(case: Case) -> str | None:
    """Sent means got: what the last message to the asked person says, read or not."""
    who = case.mind[-1] if case.mind else None
    words = (x.value for x in reversed(case.about) if x.act in _SENT and x.other == who)
    return next(words, None)
