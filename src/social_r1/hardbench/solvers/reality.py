"""Shortcut: Where the thing is now: what is so is taken for what is believed."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def reality(case: Case) -> str | None:
    """Where the thing is now: what is so is taken for what is believed."""
    return case.value(())
