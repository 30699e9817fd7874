"""Oracle 2: an explicit pointed Kripke model with product update (HARDBENCH 5.3).

Accessibility is functional: in each world every agent points at the one world that he takes to be
actual. An event turns (world, version of the event, role) into new worlds; afterwards the model is
contracted by bisimulation. Written apart from the replay on purpose: the two share only `view`.

Percepts and testimony are post-conditions on the owner's node, because standard product update
cannot revise a false belief on surprise (the accessibility relation would become empty).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from social_r1.hardbench.core.events import UNDETERMINED, UNKNOWN, Event, Kind, Log
from social_r1.hardbench.core.view import view

WORLD = ""
"""Owner of the actual world."""

_LOOK, _TELL = Kind.LOOK, Kind.TELL
_SHOWN = frozenset({Kind.PLACE, Kind.MOVE})


class _Role(NamedTuple):
    owner: str
    """Whose picture the world is; WORLD for the actual one."""
    outer: str
    """In whose eyes: the owner of the picture in which this picture is held."""
    shown: str | None
    """The looked-at fluent's value in the outer picture, for percepts."""


class _Node(NamedTuple):
    values: tuple[tuple[str, str], ...]
    arrows: tuple[tuple[str, int], ...]


class Kripke:
    """Beliefs of any order after the whole log, by model update."""

    def __init__(self, log: Log) -> None:
        self.log = log
        fluents = sorted({e.fluent for e in log.events if e.fluent} | set(log.initial))
        start = tuple((f, log.initial.get(f, UNKNOWN)) for f in fluents)
        self._nodes: dict[int, _Node] = {0: _Node(start, tuple((a, 0) for a in log.agents))}
        self._actual = 0
        self._past = [(self._nodes, self._actual)]
        for event in log.events:
            if event.kind is not Kind.OTHER:
                self._update(event)
                self._past.append((self._nodes, self._actual))

    @property
    def size(self) -> int:
        """Number of worlds after contraction."""
        return len(self._nodes)

    def value(self, chain: Sequence[str], fluent: str) -> str:
        """The fluent's value in the world that is reached along the chain's arrows."""
        return _follow(self._nodes, self._actual, chain, fluent)

    def history(self, chain: Sequence[str], fluent: str) -> list[str]:
        """The different values of the worlds that the chain reached one after the other."""
        found: list[str] = []
        for nodes, actual in self._past:
            value = _follow(nodes, actual, chain, fluent)
            if value != (found[-1] if found else UNKNOWN):
                found.append(value)
        return found

    def _update(self, event: Event) -> None:
        names: dict[tuple[int, Event | None, _Role], int] = {}
        todo: list[tuple[int, Event | None, _Role]] = []

        def name(world: int, seen: Event | None, role: _Role) -> int:
            key = (world, seen, role)
            if key not in names:
                names[key] = len(names)
                todo.append(key)
            return names[key]

        actual = name(self._actual, event, _Role(WORLD, WORLD, None))
        new: dict[int, _Node] = {}
        while todo:
            key = todo.pop()
            world, seen, role = key
            values = dict(self._nodes[world].values)
            if seen is not None:
                self._postcondition(values, seen, role)
            shown = values.get(event.fluent or "") if seen is not None else None
            arrows: list[tuple[str, int]] = []
            for agent, target in self._nodes[world].arrows:
                theirs = view(seen, agent) if seen is not None else None
                outer = role.outer if agent == role.owner else role.owner
                arrows.append((agent, name(target, theirs, _Role(agent, outer, shown))))
            new[names[key]] = _Node(tuple(sorted(values.items())), tuple(arrows))
        self._nodes, self._actual = _contract(new, actual)

    def _postcondition(self, values: dict[str, str], event: Event, role: _Role) -> None:
        fluent, value = event.fluent, event.value
        if fluent is None:
            return
        if event.kind in _SHOWN and value is not None:
            values[fluent] = value
        elif role.owner == WORLD:
            return
        elif event.kind is _LOOK and role.owner == event.actor and role.shown is not None:
            values[fluent] = role.shown
        elif event.kind is _TELL and value is not None:
            self._believe(values, event, role)

    def _believe(self, values: dict[str, str], event: Event, role: _Role) -> None:
        fluent, value, speaker = event.fluent, event.value, event.actor
        assert fluent is not None
        assert value is not None
        if speaker is None:
            values[fluent] = value
        elif role.owner != speaker:
            if self.log.trusts(role.owner, speaker):
                values[fluent] = value
        elif role.outer != WORLD and self.log.sincere:
            values[fluent] = value if self.log.trusts(role.outer, speaker) else UNDETERMINED


def _follow(nodes: dict[int, _Node], actual: int, chain: Sequence[str], fluent: str) -> str:
    node = nodes[actual]
    for agent in chain:
        node = nodes[dict(node.arrows)[agent]]
    return dict(node.values).get(fluent, UNKNOWN)


def _contract(nodes: dict[int, _Node], actual: int) -> tuple[dict[int, _Node], int]:
    """Quotient by bisimulation: partition refinement until the number of blocks stands still."""
    labels: dict[tuple[tuple[str, str], ...], int] = {}
    block = {w: labels.setdefault(node.values, len(labels)) for w, node in nodes.items()}
    count = len(labels)
    while True:
        seen: dict[tuple[int, tuple[int, ...]], int] = {}
        refined = {
            w: seen.setdefault((block[w], tuple([block[t] for _, t in node.arrows])), len(seen))
            for w, node in nodes.items()
        }
        block = refined
        if len(seen) == count:
            break
        count = len(seen)
    kept: dict[int, _Node] = {}
    for w, node in nodes.items():
        if block[w] not in kept:
            kept[block[w]] = _Node(node.values, tuple((a, block[t]) for a, t in node.arrows))
    return kept, block[actual]
