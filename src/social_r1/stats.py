"""Intervals, paired tests and correlations: pure numpy, shared by all rooms.

Every interval takes one number per *item*. Items that hang together (the four questions of a
block, the questions of a story) are not independent; name their group and whole groups are drawn.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import comb, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from social_r1.errors import InputError

Z95 = 1.959963984540054
"""Two-sided 95 % point of the standard normal distribution."""

_ROUNDING = 1e-9
"""Numbers that differ by no more than this are equal."""

_CHUNK = 1000
"""Bootstrap draws made at once, so that memory stays at draws × groups numbers."""


class Interval(NamedTuple):
    """An estimate, its lower and upper bound, and the number of items behind it."""

    value: float
    low: float
    high: float
    n: int


class McNemar(NamedTuple):
    """Items gained and lost between two runs, and the exact two-sided p-value."""

    gained: int
    lost: int
    p: float


def wilson(successes: float, n: int, z: float = Z95) -> Interval:
    """Wilson's score interval of a proportion (Wilson 1927).

    ``(p + z²/2n ± z sqrt(p(1-p)/n + z²/4n²)) / (1 + z²/n)`` with ``p = successes / n``.
    ``successes`` may be fractional: a mean over repeated answers to each item, for which the
    interval is conservative.

    Raises:
        InputError: ``n`` is not positive, or ``successes`` is not within 0..n.

    >>> interval = wilson(5, 10, z=2.0)
    >>> round(interval.low, 4), round(interval.high, 4)
    (0.2327, 0.7673)
    """
    if n <= 0 or not 0 <= successes <= n:
        raise InputError(f"wilson: {successes} of {n}; repair: give 0 <= successes <= n and n > 0")
    p = successes / n
    scale = 1 + z * z / n
    middle = (p + z * z / (2 * n)) / scale
    half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / scale
    # At the ends the formula gives 0 and 1 exactly; rounding would put them a hair inside.
    low = 0.0 if successes == 0 else middle - half
    high = 1.0 if successes == n else middle + half
    return Interval(p, low, high, n)


def bootstrap_mean(
    values: Sequence[float],
    *,
    groups: Sequence[Hashable] | None = None,
    n_boot: int = 10_000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """Percentile bootstrap of a mean over items; with ``groups``, whole groups are drawn.

    Args:
        values: one number per item.
        groups: the group of each item (a cluster bootstrap); None draws items alone.
        n_boot: number of draws.
        seed: seed of the draws; the same seed gives the same interval.
        level: coverage aimed at.

    Raises:
        InputError: no values, or ``groups`` of another length.
    """
    x: NDArray[np.float64] = np.asarray(values, dtype=np.float64)
    if x.size == 0:
        raise InputError("bootstrap: no items; repair: give at least one")
    sums, sizes = _cluster(x, groups)
    rng = np.random.default_rng(seed)
    share = np.full(sums.size, 1.0 / sums.size)
    means: list[NDArray[np.float64]] = []
    for start in range(0, n_boot, _CHUNK):
        draws = min(_CHUNK, n_boot - start)
        weights = rng.multinomial(sums.size, share, size=draws).astype(np.float64)
        means.append((weights @ sums) / (weights @ sizes))
    low, high = np.quantile(np.concatenate(means), [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(x.mean()), float(low), float(high), int(x.size))


def paired_bootstrap(
    before: Sequence[float],
    after: Sequence[float],
    *,
    groups: Sequence[Hashable] | None = None,
    n_boot: int = 10_000,
    seed: int = 0,
    level: float = 0.95,
) -> Interval:
    """Interval of the mean of ``after - before``, where row i of both is the same item.

    Raises:
        InputError: the two runs have different numbers of items, or none.
    """
    if len(before) != len(after):
        raise InputError(
            f"paired bootstrap: {len(before)} items before and {len(after)} after; "
            "repair: give the same items in the same order"
        )
    difference = np.asarray(after, dtype=np.float64) - np.asarray(before, dtype=np.float64)
    return bootstrap_mean(difference.tolist(), groups=groups, n_boot=n_boot, seed=seed, level=level)


def mcnemar(before: Sequence[bool], after: Sequence[bool]) -> McNemar:
    """McNemar's exact test: are gains and losses equally likely among the items that changed?

    ``p = min(1, 2 · P(X <= min(gained, lost)))`` with X binomial(gained + lost, 1/2).

    Raises:
        InputError: the two runs have different numbers of items.

    >>> mcnemar([False] * 5, [True] * 5)
    McNemar(gained=5, lost=0, p=0.0625)
    """
    if len(before) != len(after):
        raise InputError(
            f"mcnemar: {len(before)} items before and {len(after)} after; "
            "repair: give the same items in the same order"
        )
    gained = sum(1 for a, b in zip(before, after, strict=True) if b and not a)
    lost = sum(1 for a, b in zip(before, after, strict=True) if a and not b)
    changed = gained + lost
    tail = sum(comb(changed, k) for k in range(min(gained, lost) + 1))
    # Exact integers until the division: 2 ** -changed would underflow on large sets.
    return McNemar(gained, lost, min(1.0, 2 * tail / 2**changed))


def pearson(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Correlation of two rows of numbers; None with fewer than three, or where one does not vary.

    Two numbers would always correlate by ±1. "Does not vary" allows for rounding (1e-9).

    Raises:
        InputError: rows of different lengths.

    >>> pearson([1, 2, 3], [2, 4, 6]), pearson([1, 1, 1], [2, 4, 6])
    (1.0, None)
    """
    a: NDArray[np.float64] = np.asarray(x, dtype=np.float64)
    b: NDArray[np.float64] = np.asarray(y, dtype=np.float64)
    if a.size != b.size:
        raise InputError(f"correlation of {a.size} and {b.size} numbers; repair: give pairs")
    if a.size < 3 or min(float(np.ptp(a)), float(np.ptp(b))) <= _ROUNDING:
        return None
    a, b = a - a.mean(), b - b.mean()
    found = float((a @ b) / np.sqrt((a @ a) * (b @ b)))
    return min(1.0, max(-1.0, found))


def spearman(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Correlation of the ranks, ties sharing theirs; None as in `pearson`.

    >>> spearman([1, 2, 3], [10, 30, 20])
    0.5
    """
    return pearson(ranks(x), ranks(y))


def ranks(values: Sequence[float]) -> list[float]:
    """Rank of each number, from 1; numbers equal to nine decimals share the mean of their ranks.

    >>> ranks([5.0, 2.0, 5.0])
    [2.5, 1.0, 2.5]
    """
    rounded = np.round(np.asarray(values, dtype=np.float64), 9)
    _, place, counts = np.unique(rounded, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[place].tolist()


def _cluster(
    x: NDArray[np.float64], groups: Sequence[Hashable] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sum and number of items of each group; without groups every item is its own."""
    if groups is None:
        return x, np.ones_like(x)
    if len(groups) != x.size:
        raise InputError(
            f"bootstrap: {x.size} items but {len(groups)} groups; repair: name one group per item"
        )
    index: dict[Hashable, int] = {}
    of_item = [index.setdefault(group, len(index)) for group in groups]
    sums = np.bincount(of_item, weights=x).astype(np.float64)
    sizes = np.bincount(of_item).astype(np.float64)
    return sums, sizes
