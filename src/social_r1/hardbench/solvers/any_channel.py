"""Shortcut: Whoever once peeked has spied, whoever once got word was told, and so on."""

from __future__ import annotations

from social_r1.hardbench.agents.provenance import Source
from social_r1.hardbench.solvers.case import Case
from social_r1.hardbench.solvers.last_channel import channel


def any_channel(case: Case) -> str | None:
    """The most telling of all the lines that name him: a peek, a word, a way out, a deed."""
    who = case.mind[-1]
    found = {channel(x, who) for x in case.script.lines if x.involves(who)}
    order = (Source.SPIED, Source.TOLD, Source.IGNORANT, Source.SEEN)
    return next((s.value for s in order if s in found), None)
