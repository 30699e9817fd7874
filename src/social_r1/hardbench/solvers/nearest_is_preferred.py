"""Shortcut: What the story names nearest to somebody is taken for what he is after."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case, by_distance


def nearest_is_preferred(case: Case) -> str | None:
    """The option that the story names nearest, in characters, to the person asked about."""
    return by_distance(case, case.mind[-1]) if case.mind else None
