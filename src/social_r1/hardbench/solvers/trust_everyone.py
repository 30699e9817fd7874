"""Shortcut: Told means believes: whoever is doubted is believed all the same."""

from __future__ import annotations

from dataclasses import replace

from social_r1.hardbench.solvers.case import Case


def trust_everyone(case: Case) -> str | None:
    """Told means believes: whoever is doubted is believed all the same."""
    return case.answer_in(replace(case.log, distrust=frozenset()))
