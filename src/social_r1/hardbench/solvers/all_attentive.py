"""Shortcut: Present means knows: naps and absent minds are overlooked."""

from __future__ import annotations

from social_r1.hardbench.core.events import Event
from social_r1.hardbench.solvers.case import Case


def all_attentive(case: Case) -> str | None:
    """Present means knows: naps and absent minds are overlooked."""
    return case.told_otherwise(_attended)


def _attended(event: Event) -> Event:
    return event._replace(inattentive=frozenset[str]()) if event.inattentive else event
