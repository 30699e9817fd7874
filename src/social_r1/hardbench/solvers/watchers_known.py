"""Shortcut: Unseen watchers are taken to be seen by all."""

from __future__ import annotations

from social_r1.hardbench.core.events import Event
from social_r1.hardbench.solvers.case import Case


def watchers_known(case: Case) -> str | None:
    """Unseen watchers are taken to be seen by all."""
    return case.told_otherwise(_in_the_open)


def _in_the_open(event: Event) -> Event:
    if not event.covert:
        return event
    pairs = frozenset((p, x) for p in event.covert for x in event.group | event.covert)
    return event._replace(watch_noticed=pairs)
