"""Shortcut: Only what one sees counts: nobody is believed."""

from __future__ import annotations

from dataclasses import replace

from social_r1.hardbench.solvers.case import Case


def trust_no_one(case: Case) -> str | None:
    """Only what one sees counts: nobody is believed."""
    everybody = frozenset((a, b) for a in case.log.agents for b in case.log.agents if a != b)
    return case.answer_in(replace(case.log, distrust=everybody))
