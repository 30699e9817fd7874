"""Choices that a seed makes, the same on every machine and whoever the people are."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from math import gcd
from random import Random


def first_fresh(ways: Sequence[str], seed: str, told: Sequence[str]) -> str:
    """The first of the ways, from where the seed points, that has not been told yet, if any."""
    count = len(ways)
    first, step = pick(seed, count), _stride(count)
    order = [ways[(first + n * step) % count] for n in range(min(count, len(told) + 1))]
    return next((way for way in order if way not in told), order[0])


@lru_cache(maxsize=4096)
def order(seed: str, count: int) -> tuple[int, ...]:
    """In which order a story uses so many of a kind, so that none comes twice in a row."""
    return tuple(Random(seed).sample(range(count), count))


@lru_cache(maxsize=65536)
def pick(seed: str, count: int) -> int:
    """Which of so many a seed chooses."""
    return Random(seed).choice(range(count))


@cache
def _stride(count: int) -> int:
    """A step that leads to each of so many places before it comes back to the first."""
    return next(step for step in range(7, 7 + max(2, count)) if gcd(step, count) == 1)
