"""Shortcut: The option that the story names second."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case, by_first_mention


def second_named(case: Case) -> str | None:
    """The option that the story names second."""
    return by_first_mention(case, 1)
