"""Oracle 1: perspective-relative replay (HARDBENCH 5.2).

``S(chain)`` is the state of the world as pictured along the chain: () is the world itself,
(a, b) what a thinks that b believes. Each event is applied in every perspective that is aware of
it, with what *that perspective* takes the event to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from social_r1.hardbench.core.events import UNDETERMINED, UNKNOWN, Event, Kind, Log
from social_r1.hardbench.core.view import view_along

Chain = tuple[str, ...]

_LOOK, _OTHER = Kind.LOOK, Kind.OTHER
_SHOWN = frozenset({Kind.PLACE, Kind.MOVE})


def collapse(chain: Sequence[str]) -> Chain:
    """Drop immediate repeats: nobody is wrong about his own beliefs, S_aa = S_a (property p1)."""
    if len(chain) < 2:
        return tuple(chain)
    return tuple([a for i, a in enumerate(chain) if i == 0 or a != chain[i - 1]])


def distinct(values: Iterable[str]) -> list[str]:
    """The values without what stays the same, and without the time before there was one.

    >>> distinct(["<unknown>", "jar", "jar", "box", "jar"])
    ['jar', 'box', 'jar']
    """
    found = [v for v, _ in groupby(values)]
    return found[1:] if found[:1] == [UNKNOWN] else found


class Replay:
    """Beliefs of any order at any time of one log; memoised, so ask as often as you like."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self._known: dict[tuple[Chain, str], dict[int, str]] = {}
        self._about: dict[str, list[tuple[int, Event]]] = {}

    def _events(self, fluent: str) -> list[tuple[int, Event]]:
        """The events that can change what somebody takes the fluent to be, with their numbers."""
        found = self._about.get(fluent)
        if found is None:
            found = [
                (i, e)
                for i, e in enumerate(self.log.events)
                if e.fluent == fluent and e.kind is not _OTHER
            ]
            self._about[fluent] = found
        return found

    def value(self, chain: Sequence[str], fluent: str, time: int | None = None) -> str:
        """The fluent's value along the chain after the first ``time`` events (default: all).

        Returns:
            A value, `UNKNOWN` (no idea) or `UNDETERMINED` (admissible conventions disagree).
        """
        end = len(self.log.events) if time is None else time
        return self._value(collapse(chain), fluent, end)

    def history(self, chain: Sequence[str], fluent: str) -> list[str]:
        """The different values that the fluent had along the chain one after the other."""
        times = (0, *(i + 1 for i, _ in self._events(fluent)))
        return distinct(self.value(chain, fluent, t) for t in times)

    def updates(self, chain: Sequence[str], fluent: str) -> list[tuple[int, str]]:
        """Pairs (event index, value set there): every event that speaks to this perspective."""
        chain = collapse(chain)
        found: list[tuple[int, str]] = []
        for index, event in self._events(fluent):
            new = self._effect(event, chain, fluent, index + 1)
            if new is not None:
                found.append((index, new))
        return found

    def _value(self, chain: Chain, fluent: str, time: int) -> str:
        known = self._known.get((chain, fluent))
        if known is None:
            known = self._known[chain, fluent] = {}
        elif time in known:
            return known[time]
        result: str | None = None
        for index, event in reversed(self._events(fluent)):
            if index >= time:
                continue
            result = known.get(index + 1)
            if result is None:
                result = self._effect(event, chain, fluent, index + 1)
            if result is not None:
                break
        if result is None:
            result = self.log.initial.get(fluent, UNKNOWN)
        known[time] = result
        return result

    def _effect(self, event: Event, chain: Chain, fluent: str, time: int) -> str | None:
        """The value that an event about the fluent leaves along the chain, or None."""
        kind = event.kind
        if kind in _SHOWN:
            return None if view_along(event, chain) is None else event.value
        if not chain or (kind is _LOOK and chain[-1] != event.actor):
            return None
        if view_along(event, chain) is None:
            return None
        if kind is _LOOK:
            # What a thinks b found is what a takes to be there, not what is there.
            return self._value(chain[:-1], fluent, time)
        return self._hearsay(event, chain)

    def _hearsay(self, event: Event, chain: Chain) -> str | None:
        speaker, listener = event.actor, chain[-1]
        if speaker is None:
            return event.value  # a written note
        if listener != speaker:
            return event.value if self.log.trusts(listener, speaker) else None
        if len(chain) == 1 or not self.log.sincere:
            return None  # saying a thing does not change what the speaker believes
        # Sincerity holds in the eyes of those who trust; what the others make of it is contested.
        return event.value if self.log.trusts(chain[-2], speaker) else UNDETERMINED
