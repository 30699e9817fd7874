"""Two oracles, written apart, over random logs: not one disagreement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from social_r1.hardbench.core import UNDETERMINED, Event, Kind, Kripke, Log, Replay

FLUENTS = ("key", "cup")
Draw = Callable[[Random, int, int], Log]
Chains = Callable[[Sequence[str]], list[tuple[str, ...]]]


def disagreements(log: Log, chains: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    replay, kripke = Replay(log), Kripke(log)
    return [c for c in chains for f in FLUENTS if replay.value(c, f) != kripke.value(c, f)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("people", "events", "count"), [(2, 8, 2000), (3, 8, 4000), (4, 6, 3500), (4, 12, 500)]
)
def test_replay_and_kripke_agree_on_every_chain_to_order_three(
    random_log: Draw, chains: Chains, people: int, events: int, count: int
) -> None:
    rng = Random(f"{people} people, {events} events")
    asked = chains("ABCD"[:people])
    settled = 0
    for _ in range(count):
        log = random_log(rng, people, events)
        assert disagreements(log, asked) == []
        settled += Replay(log).value(("A", "B"), "key") != UNDETERMINED
    assert settled > 0.8 * count  # it is not agreement on "anything goes"


def people_among(agents: Sequence[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(agents))


def pairs_among(agents: Sequence[str]) -> st.SearchStrategy[frozenset[tuple[str, str]]]:
    return st.frozensets(st.sampled_from([p for p in product(agents, agents) if p[0] != p[1]]))


@st.composite
def events(draw: st.DrawFn, agents: Sequence[str]) -> Event:
    kind = draw(st.sampled_from(list(Kind)))
    named = kind in (Kind.PLACE, Kind.MOVE, Kind.TELL)
    return Event(
        kind,
        draw(st.sampled_from([None, *agents] if kind is Kind.TELL else agents))
        if kind is not Kind.PLACE
        else None,
        draw(st.sampled_from(FLUENTS)),
        draw(st.sampled_from("pqr")) if named else None,
        draw(people_among(agents)),
        draw(people_among(agents)),
        draw(people_among(agents)),
        draw(pairs_among(agents)),
        draw(pairs_among(agents)),
    )


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Logs without any of a scene's good sense: absent speakers, watchers in the room."""
    agents = tuple("ABC"[: draw(st.integers(2, 3))])
    story = tuple(draw(st.lists(events(agents), max_size=6)))
    initial = draw(st.dictionaries(st.sampled_from(FLUENTS), st.sampled_from("pqr")))
    return Log(agents, story, initial, draw(pairs_among(agents)))


@settings(max_examples=120)
@given(log=logs())
def test_replay_and_kripke_agree_on_logs_that_no_scene_would_stage(
    chains: Chains, log: Log
) -> None:
    assert disagreements(log, chains(log.agents)) == []


def test_a_model_without_secrets_is_a_single_world() -> None:
    group = frozenset("AB")
    move = Event(Kind.MOVE, "A", "key", "jar", group)
    assert Kripke(Log(("A", "B"), (move, move, Event(Kind.OTHER)))).size == 1


def test_a_secret_move_splits_the_model_in_two() -> None:
    start = Event(Kind.PLACE, None, "key", "tin", frozenset("AB"))
    secret = Event(Kind.MOVE, "A", "key", "jar", frozenset("A"))
    # The actual world, and the one that B takes for actual and in which A thinks so too.
    assert Kripke(Log(("A", "B"), (start, secret))).size == 2


def test_the_contracted_model_stays_small(random_log: Draw) -> None:
    rng = Random(3)
    assert max(Kripke(random_log(rng, 4, 12)).size for _ in range(40)) < 300


def test_both_oracles_tell_the_same_history_of_every_belief(
    random_log: Draw, chains: Chains
) -> None:
    rng = Random("history")
    longest = 0
    for _ in range(60):
        log = random_log(rng, 3, 10)
        replay, kripke = Replay(log), Kripke(log)
        for chain in chains(log.agents):
            for fluent in sorted({e.fluent for e in log.events if e.fluent}):
                told = replay.history(chain, fluent)
                assert told == kripke.history(chain, fluent)
                longest = max(longest, len(told))
    assert longest >= 4
