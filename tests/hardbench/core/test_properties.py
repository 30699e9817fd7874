"""Properties p1 to p6 of belief. They find what both oracles get wrong in the same way.

Differential testing cannot see a shared fault: an earlier kernel passed it while *both* oracles let
a liar believe his own lie (p1). Hence each property is asked of both oracles where both can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from random import Random

import pytest

from social_r1.hardbench.core import Event, Kind, Kripke, Log, Replay, aware, view_along

FLUENTS = ("key", "cup")
PEOPLE = 3
COUNT = 300
Draw = Callable[[Random, int, int], Log]
Chain = tuple[str, ...]
Chains = Callable[[Sequence[str]], list[Chain]]


@pytest.fixture(scope="module")
def logs(random_log: Draw) -> list[Log]:
    rng = Random("properties")
    return [random_log(rng, PEOPLE, 8) for _ in range(COUNT)]


def final(log: Log, asked: Sequence[Chain]) -> dict[tuple[Chain, str], str]:
    oracle = Replay(log)
    return {(c, f): oracle.value(c, f) for c in asked for f in FLUENTS}


def upto(log: Log, time: int) -> Log:
    return replace(log, events=log.events[:time])


def test_p1_nobody_is_wrong_about_his_own_beliefs(logs: list[Log], chains: Chains) -> None:
    for log in logs:
        for oracle in (Replay(log), Kripke(log)):
            for c in chains(log.agents):
                for i in range(len(c)):
                    doubled = (*c[: i + 1], *c[i:])
                    assert [oracle.value(doubled, f) for f in FLUENTS] == [
                        oracle.value(c, f) for f in FLUENTS
                    ]


def test_p2_who_perceives_nothing_more_keeps_his_beliefs(logs: list[Log]) -> None:
    for log in logs:
        for agent in log.agents:
            seen = [t for t, e in enumerate(log.events, 1) if aware(e, agent)]
            last = seen[-1] if seen else 0
            for whole, cut in (
                (Replay(log), Replay(upto(log, last))),
                (Kripke(log), Kripke(upto(log, last))),
            ):
                for f in FLUENTS:
                    assert whole.value((agent,), f) == cut.value((agent,), f)


def test_p3_a_belief_changes_only_at_events_its_holder_is_taken_to_perceive(
    logs: list[Log], chains: Chains
) -> None:
    changes = 0
    for log in logs:
        oracle = Replay(log)
        for time, event in enumerate(log.events, 1):
            for c in chains(log.agents):
                for f in FLUENTS:
                    if oracle.value(c, f, time) != oracle.value(c, f, time - 1):
                        assert view_along(event, c) is not None
                        assert event.fluent == f
                        changes += 1
    assert changes > 50 * COUNT


def renamed(event: Event, names: dict[str, str]) -> Event:
    def pairs(found: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        return frozenset((names[a], names[b]) for a, b in found)

    return event._replace(
        actor=names[event.actor] if event.actor else None,
        group=frozenset(names[a] for a in event.group),
        covert=frozenset(names[a] for a in event.covert),
        inattentive=frozenset(names[a] for a in event.inattentive),
        lapse_noticed=pairs(event.lapse_noticed),
        watch_noticed=pairs(event.watch_noticed),
    )


def test_p4_new_names_give_the_same_beliefs_under_new_names(
    logs: list[Log], chains: Chains
) -> None:
    rng = Random(4)
    for log in logs:
        shuffled = list(log.agents)
        rng.shuffle(shuffled)
        names = dict(zip(log.agents, shuffled, strict=True))
        other = replace(
            log,
            agents=tuple(names[a] for a in log.agents),
            events=tuple(renamed(e, names) for e in log.events),
            distrust=frozenset((names[a], names[b]) for a, b in log.distrust),
        )
        asked = chains(log.agents)
        before = final(log, asked)
        after = final(other, asked)
        assert {(tuple(names[a] for a in c), f): v for (c, f), v in before.items()} == after


def looks_after(log: Log, at: int, fluent: str) -> Iterator[int]:
    return (
        i
        for i, e in enumerate(log.events)
        if i >= at and e.kind is Kind.LOOK and e.fluent == fluent
    )


def test_p5_what_nobody_perceives_changes_the_world_alone_until_somebody_looks(
    logs: list[Log], chains: Chains
) -> None:
    rng = Random(5)
    for log in logs:
        at = rng.randint(0, len(log.events))
        value = "a place of its own"
        unseen = Event(Kind.MOVE, None, "key", value)
        other = replace(log, events=(*log.events[:at], unseen, *log.events[at:]))
        end = next(looks_after(log, at, "key"), len(log.events))
        before, after = Replay(log), Replay(other)
        assert after.value((), "key", at + 1) == value
        for c in chains(log.agents):
            assert after.value(c, "cup") == before.value(c, "cup")
            if c:
                assert after.value(c, "key", end + 1) == before.value(c, "key", end)


def test_p5_the_next_look_brings_the_unseen_change_to_light() -> None:
    start = Event(Kind.PLACE, None, "key", "tin", frozenset("AB"))
    unseen = Event(Kind.MOVE, None, "key", "jar")
    look = Event(Kind.LOOK, "A", "key", None, frozenset("AB"))
    for oracle in (Replay, Kripke):
        story = oracle(Log(("A", "B"), (start, unseen, look)))
        assert [story.value(c, "key") for c in ("", "A", "B", "BA", "AB")] == [
            "jar",
            "jar",
            "tin",
            "tin",
            "tin",
        ]


def swapped(log: Log, at: int) -> Log:
    events = list(log.events)
    events[at], events[at + 1] = events[at + 1], events[at]
    return replace(log, events=tuple(events))


def independent(log: Log, at: int) -> bool:
    """Neighbours about different things, or two that only minds can tell apart, for other people.

    A look or a message changes nothing but minds; with no common witness they cannot meet.
    """
    one, two = log.events[at], log.events[at + 1]
    if one.fluent != two.fluent:
        return True
    mental = {one.kind, two.kind} <= {Kind.LOOK, Kind.TELL}
    return mental and not any(aware(one, a) and aware(two, a) for a in log.agents)


def test_p6_the_order_of_two_independent_events_does_not_matter(
    logs: list[Log], chains: Chains
) -> None:
    swaps = same_thing = 0
    for log in logs:
        asked = chains(log.agents)
        before = final(log, asked)
        for at in range(len(log.events) - 1):
            if independent(log, at):
                assert final(swapped(log, at), asked) == before
                swaps += 1
                same_thing += log.events[at].fluent == log.events[at + 1].fluent
    assert swaps > COUNT
    assert same_thing > 0
