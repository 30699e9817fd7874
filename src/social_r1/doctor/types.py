"""A finding: one thing looked at, how it stands, and how to mend it."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """How one finding stands; only ``WRONG`` makes the command fail."""

    FINE = "fine"
    ABSENT = "absent"
    """Not there, which may be as wished."""
    DIFFERS = "differs"
    """Works, but is not what the paper or the default has."""
    SLOW = "slow"
    """Works, but costs time."""
    WRONG = "wrong"
    """Fails, or gives wrong figures in silence."""


class Finding(NamedTuple):
    """One thing looked at."""

    what: str
    state: State
    found: str
    repair: str = ""
