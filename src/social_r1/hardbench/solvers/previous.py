"""Shortcut: The false-belief template: how it was before the last change."""

from __future__ import annotations

from social_r1.hardbench.solvers.case import Case


def previous(case: Case) -> str | None:
    """The false-belief template: how it was before the last change."""
    if not case.changes:
        return None
    return case.changes[-2] if len(case.changes) > 1 else case.changes[-1]
