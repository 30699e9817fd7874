"""Shortcut: Whoever is not in the room sees and hears nothing: peeks are overlooked."""

from __future__ import annotations

from social_r1.hardbench.core.events import Event
from social_r1.hardbench.solvers.case import Case


def no_watchers(case: Case) -> str | None:
    """Whoever is not in the room sees and hears nothing: peeks are overlooked."""
    return case.told_otherwise(_unwatched)


def _unwatched(event: Event) -> Event:
    return event._replace(covert=frozenset[str]()) if event.covert else event
