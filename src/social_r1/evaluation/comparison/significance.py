"""Are two models different? Tests that go by groups, and the correction for many of them.

`stats.mcnemar` and `stats.paired_bootstrap` are the paired test and interval of single items. The
items of a group share their story, so the test that flags a loss here turns whole groups.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from social_r1.errors import InputError
from social_r1.stats import Interval

ROUNDS = 10_000
"""Draws of signs where there are too many groups to take all."""
_EXACT = 14
"""Up to so many groups that changed, every pattern of signs is counted."""
_CHUNK = 500
_ROUNDING = 1e-9


def sign_flip(
    before: Sequence[float],
    after: Sequence[float],
    groups: Sequence[Hashable],
    *,
    seed: int = 0,
) -> float:
    """Two-sided p of the paired difference: would it be as large if groups changed sign by chance?

    With p over all sign patterns of the groups' summed differences d:
    ``p = P(|Σ s d| >= |Σ d|)``; drawn patterns count the seen one as well. For single items scored
    0 or 1 this is McNemar's exact test.

    Raises:
        InputError: rows of different lengths.

    >>> sign_flip([0.0] * 5 + [1.0], [1.0] * 5 + [0.0], range(6))  # five gained, one lost
    0.21875
    """
    if not len(before) == len(after) == len(groups):
        raise InputError(
            f"sign test: {len(before)} before, {len(after)} after, {len(groups)} groups; "
            "repair: give the same items in the same order"
        )
    sums: dict[Hashable, float] = {}
    for a, b, group in zip(before, after, groups, strict=True):
        sums[group] = sums.get(group, 0.0) + b - a
    found = np.asarray(
        [value for value in sums.values() if abs(value) > _ROUNDING], dtype=np.float64
    )
    limit = abs(float(found.sum())) - _ROUNDING
    if found.size <= _EXACT:
        places = np.arange(found.size, dtype=np.int64)
        patterns = np.right_shift(np.arange(2**found.size, dtype=np.int64)[:, None], places) & 1
        return float(np.mean(_totals(patterns, found) >= limit))
    rng = np.random.default_rng(seed)
    hits = sum(
        int(np.sum(_totals(rng.integers(0, 2, (_CHUNK, found.size)), found) >= limit))
        for _ in range(ROUNDS // _CHUNK)
    )
    return (hits + 1) / (ROUNDS + 1)


def _totals(bits: NDArray[np.int64], sums: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.abs((2 * bits - 1).astype(np.float64) @ sums)


def holm(p: Sequence[float]) -> list[float]:
    """Holm's corrected p-values: the smallest times m, the next times m - 1, never decreasing.

    >>> [round(value, 6) for value in holm([0.01, 0.04, 0.03])]
    [0.03, 0.06, 0.06]
    """
    corrected = [0.0] * len(p)
    highest = 0.0
    for rank, index in enumerate(sorted(range(len(p)), key=lambda i: p[i])):
        highest = max(highest, min(1.0, p[index] * (len(p) - rank)))
        corrected[index] = highest
    return corrected


def unpaired(before: Interval, after: Interval) -> Interval:
    """Difference of two estimates from their intervals alone (Newcombe 1998, method 10).

    ``d - sqrt((b - b_low)² + (a_high - a)²)`` to ``d + sqrt((b_high - b)² + (a - a_low)²)`` with b
    after and a before. Wider than a paired interval where both models find the same items hard.

    >>> [round(x, 3) for x in unpaired(Interval(.5, .4, .6, 9), Interval(.8, .7, .84, 9))[:3]]
    [0.3, 0.159, 0.408]
    """
    difference = after.value - before.value
    below = sqrt((after.value - after.low) ** 2 + (before.high - before.value) ** 2)
    above = sqrt((after.high - after.value) ** 2 + (before.value - before.low) ** 2)
    return Interval(difference, difference - below, difference + above, min(before.n, after.n))
