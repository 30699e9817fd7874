"""Random logs for the oracles, and a store of blocks that several tests look at."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from random import Random

import pytest

from social_r1.hardbench import BuildConfig, build
from social_r1.hardbench.assemble import make_item
from social_r1.hardbench.blocks import Block, BlockSpec, draw_block, kinds
from social_r1.hardbench.core import Event, Kind, Log
from social_r1.items import SocialItem

FLUENTS = ("key", "cup")
PLACES = ("p", "q", "r", "s")
KINDS = (Kind.PLACE, Kind.MOVE, Kind.MOVE, Kind.LOOK, Kind.TELL, Kind.TELL, Kind.OTHER)

LogDrawer = Callable[[Random, int, int], Log]
Chains = Callable[[Sequence[str]], list[tuple[str, ...]]]


def _some(rng: Random, people: Sequence[str], chance: float) -> frozenset[str]:
    return frozenset(p for p in people if rng.random() < chance)


def _pairs(rng: Random, left: frozenset[str], right: frozenset[str]) -> frozenset[tuple[str, str]]:
    noted = [(a, x) for a in sorted(left) for x in sorted(right) if a != x]
    return frozenset(pair for pair in noted if rng.random() < 0.45)


def _random_event(rng: Random, agents: Sequence[str]) -> Event:
    """Any observation structure the types allow, far wilder than what a scene can produce."""
    kind = rng.choice(KINDS)
    group = frozenset(rng.sample(list(agents), rng.randint(1, len(agents))))
    note = kind is Kind.TELL and rng.random() < 0.15  # written by nobody
    actor = None if note or kind is Kind.PLACE else rng.choice(sorted(group))
    covert = _some(rng, sorted(set(agents) - group), 0.3)
    asleep = _some(rng, sorted(group - {actor}), 0.25)
    return Event(
        kind,
        actor,
        None if kind is Kind.OTHER else rng.choice(FLUENTS),
        rng.choice(PLACES) if kind in (Kind.PLACE, Kind.MOVE, Kind.TELL) else None,
        group,
        covert,
        asleep,
        lapse_noticed=_pairs(rng, asleep, group | covert),
        watch_noticed=_pairs(rng, covert, group | covert),
    )


def _random_log(rng: Random, people: int, events: int) -> Log:
    agents = tuple("ABCDE"[:people])
    return Log(
        agents,
        tuple(_random_event(rng, agents) for _ in range(events)),
        {f: rng.choice(PLACES) for f in FLUENTS if rng.random() < 0.5},
        frozenset((a, b) for a in agents for b in agents if a != b and rng.random() < 0.15),
    )


@pytest.fixture(scope="session")
def random_log() -> LogDrawer:
    """``random_log(rng, people, events)``: a log with two things and four places."""
    return _random_log


@pytest.fixture(scope="session")
def chains() -> Chains:
    """``chains(agents)``: the empty chain and all chains to order 3, repeats included."""

    def all_chains(agents: Sequence[str]) -> list[tuple[str, ...]]:
        return [c for n in range(4) for c in product(agents, repeat=n)]

    return all_chains


@pytest.fixture(scope="session")
def blocks() -> list[Block]:
    """Eleven blocks of every design with every form that it can ask: more than a hundred."""
    found: list[Block] = []
    for kind in kinds(BlockSpec()):
        rng = Random(f"tests-{kind}")
        found += [draw_block(rng, BlockSpec(), kind) for _ in range(11)]
    return found


@pytest.fixture(scope="session")
def block_item_lists(blocks: list[Block]) -> list[list[SocialItem]]:
    """The four items of each block."""
    return [
        [
            make_item(
                v.script,
                v.log,
                block.question,
                block.options,
                v.gold,
                block.style,
                group=f"tests-{number}",
                variant=i,
                design=block.design,
                split="test",
                difficulty=3,
            )
            for i, v in enumerate(block.variants)
        ]
        for number, block in enumerate(blocks)
    ]


@pytest.fixture(scope="session")
def sets() -> dict[str, list[SocialItem]]:
    """A small build: every set, from one seed."""
    return build(BuildConfig(seed=5, train=40, hard=38, easy=10, ood=8))
