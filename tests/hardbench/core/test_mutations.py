"""Does the second oracle have power? Bugs planted in the replay must be caught soon.

The first five are faults of published generators (HARDBENCH 5.3): percepts that carry the world's
value into everybody's mind, a lapse that is forgotten at second order, and so on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random

import pytest

from social_r1.hardbench.core import Event, Kind, Kripke, Log, Replay
from social_r1.hardbench.core import replay as replay_module
from social_r1.hardbench.core import view as shared_view

FLUENTS = ("key", "cup")
LIMIT = 200
Draw = Callable[[Random, int, int], Log]
Chain = tuple[str, ...]
Chains = Callable[[Sequence[str]], list[Chain]]


class WorldlyPercepts(Replay):
    """Whoever looks is taken by all to have found what is really there."""

    def _effect(self, event: Event, chain: Chain, fluent: str, time: int) -> str | None:
        new = super()._effect(event, chain, fluent, time)
        if new is not None and event.kind is Kind.LOOK:
            return self._value((), fluent, time)
        return new


class NoSincerity(Replay):
    """Nobody concludes from a message what its sender believes."""

    def _hearsay(self, event: Event, chain: Chain) -> str | None:
        return None if chain[-1] == event.actor else super()._hearsay(event, chain)


class LiarsBelieve(Replay):
    """What one says one believes."""

    def _hearsay(self, event: Event, chain: Chain) -> str | None:
        return event.value if chain == (event.actor,) else super()._hearsay(event, chain)


class Gullible(Replay):
    """Everybody takes everybody's word."""

    def _hearsay(self, event: Event, chain: Chain) -> str | None:
        if chain == (event.actor,):
            return None
        return event.value


class DoubtIsInertia(Replay):
    """A contested value is passed off as the old one."""

    def _hearsay(self, event: Event, chain: Chain) -> str | None:
        new = super()._hearsay(event, chain)
        return new if new == event.value else None


class LateLook(Replay):
    """A look shows what the outer person takes to be there one event too early."""

    def _effect(self, event: Event, chain: Chain, fluent: str, time: int) -> str | None:
        if event.kind is Kind.LOOK and len(chain) > 1 and chain[-1] == event.actor:
            return super()._effect(event, chain, fluent, max(time - 2, 0))
        return super()._effect(event, chain, fluent, time)


def watchers_seen_by_all(event: Event, chain: Chain) -> Event | None:
    return shared_view_along(
        event._replace(
            watch_noticed=frozenset((p, x) for p in event.covert for x in everybody(event))
        ),
        chain,
    )


def lapses_seen_by_all(event: Event, chain: Chain) -> Event | None:
    return shared_view_along(
        event._replace(
            lapse_noticed=frozenset((d, x) for d in event.inattentive for x in everybody(event))
        ),
        chain,
    )


def lapses_forgotten_at_second_order(event: Event, chain: Chain) -> Event | None:
    return shared_view_along(
        event._replace(inattentive=frozenset()) if len(chain) > 1 else event, chain
    )


def everybody(event: Event) -> frozenset[str]:
    return event.group | event.covert


shared_view_along = replay_module.view_along
BUGGY_REPLAYS = [WorldlyPercepts, NoSincerity, LiarsBelieve, Gullible, DoubtIsInertia, LateLook]
BUGGY_VIEWS = [watchers_seen_by_all, lapses_seen_by_all, lapses_forgotten_at_second_order]


def first_caught(oracle: type[Replay], draw: Draw, chains: Chains) -> int | None:
    """Number of the first random story on which the replay and the Kripke model part."""
    rng = Random("mutations")
    for number in range(1, LIMIT + 1):
        log = draw(rng, 4, 8)
        replayed, kripke = oracle(log), Kripke(log)
        for c in chains(log.agents):
            for f in FLUENTS:
                if replayed.value(c, f) != kripke.value(c, f):
                    return number
    return None


def test_the_replay_as_it_is_is_not_caught(random_log: Draw, chains: Chains) -> None:
    assert first_caught(Replay, random_log, chains) is None


@pytest.mark.parametrize("oracle", BUGGY_REPLAYS, ids=lambda o: o.__name__)
def test_a_bug_in_the_replay_is_caught_within_a_few_stories(
    random_log: Draw, chains: Chains, oracle: type[Replay]
) -> None:
    caught = first_caught(oracle, random_log, chains)
    assert caught is not None
    assert caught <= 20


@pytest.mark.parametrize("view", BUGGY_VIEWS, ids=lambda v: v.__name__)
def test_a_bug_in_the_replays_views_is_caught_within_a_few_stories(
    random_log: Draw,
    chains: Chains,
    view: Callable[[Event, Chain], Event | None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(replay_module, "view_along", view)
    caught = first_caught(Replay, random_log, chains)
    assert caught is not None
    assert caught <= 20


def test_the_table_of_views_is_needed_since_a_bug_shared_by_both_oracles_escapes_them(
    random_log: Draw, chains: Chains, monkeypatch: pytest.MonkeyPatch
) -> None:
    from social_r1.hardbench.core import kripke as kripke_module

    def blind(event: Event, agent: str) -> Event | None:
        seen = shared_view(event, agent)
        return None if seen is None else seen._replace(inattentive=frozenset())

    def blind_along(event: Event, chain: Chain) -> Event | None:
        seen: Event | None = event
        for agent in chain:
            seen = None if seen is None else blind(seen, agent)
        return seen

    monkeypatch.setattr(kripke_module, "view", blind)
    monkeypatch.setattr(replay_module, "view_along", blind_along)
    assert first_caught(Replay, random_log, chains) is None
