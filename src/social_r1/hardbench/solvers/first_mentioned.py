"""Shortcut: The option that the story names first."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def first_mentioned(case: Case) -> str | None:
    """The option that the story names first."""
    return min(case.mentioned, key=lambda o: case.story.find(case.texts[o]), default=None)
