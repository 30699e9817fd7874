"""Events and logs: what happened and who could perceive it (HARDBENCH 5.2).

A log is immutable. Every label is a pure function of it, so no label can depend on the order in
which code happened to run (the fault behind ToMi's wrong second-order answers).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

UNKNOWN = "<unknown>"
"""Value of a fluent on which an agent has no idea at all."""
UNDETERMINED = "<undetermined>"
"""Value on which two admissible conventions disagree; such a question is never asked."""

Pairs = frozenset[tuple[str, str]]


class Kind(StrEnum):
    """What an event does to the world and to minds."""

    PLACE = "place"
    """The narrator shows where a thing is; everybody aware of it learns the place."""
    MOVE = "move"
    LOOK = "look"
    """The actor finds out a fluent's value; others see that he looks, not what he sees."""
    TELL = "tell"
    """The actor says to ``group`` that the fluent has ``value``. A written note by nobody named
    has no actor, and whoever reads it takes its word."""
    OTHER = "other"
    """Comings, goings, naps, small talk: changes no fluent."""


class Event(NamedTuple):
    """One event with its observation structure O = (G, P, D, N, Pn).

    Attributes:
        kind: what it does.
        actor: who does it, or None for the narrator.
        fluent: the thing whose place it concerns, or None.
        value: the new place (PLACE, MOVE) or the claimed one (TELL).
        group: G, the overt co-present people, mutually visible.
        covert: P, watchers whom nobody knows of unless ``watch_noticed`` says so.
        inattentive: D, members of ``group`` who miss the event.
        lapse_noticed: N as pairs (d, x): x noticed that d was inattentive.
        watch_noticed: Pn as pairs (p, x): x noticed the watcher p.
    """

    kind: Kind
    actor: str | None = None
    fluent: str | None = None
    value: str | None = None
    group: frozenset[str] = frozenset()
    covert: frozenset[str] = frozenset()
    inattentive: frozenset[str] = frozenset()
    lapse_noticed: Pairs = frozenset()
    watch_noticed: Pairs = frozenset()


class Stake(NamedTuple):
    """Somebody gains if the fluent comes out as ``value``."""

    agent: str
    fluent: str
    value: str


@dataclass(frozen=True, slots=True)
class Log:
    """A whole story: its people, the places things start at, the events, and who doubts whom.

    ``distrust`` holds pairs (hearer, speaker), common knowledge among all; everybody else is
    taken at their word (ledger A4, A5).
    """

    agents: tuple[str, ...]
    events: tuple[Event, ...]
    initial: Mapping[str, str] = field(default_factory=dict[str, str])
    distrust: Pairs = frozenset()
    sincere: bool = True
    """Whether hearers take speakers to believe what they say (ledger A5)."""
    stakes: frozenset[Stake] = frozenset()
    """Common knowledge of who gains by what; changes no belief."""

    def trusts(self, hearer: str, speaker: str) -> bool:
        """Whether the hearer takes the speaker's word."""
        return (hearer, speaker) not in self.distrust
