"""Agreement among raters beyond chance: Fleiss' kappa, its interval and its slope (HARDBENCH 14).

Items may have unequal numbers of raters. The agreement of an item is then the share of pairs of its
own raters who agree, items count alike whatever their number of raters, and chance is taken from
the votes of all items together; with equal numbers this is Fleiss' formula as it stands. Items with
fewer than two votes say nothing on agreement and are left out.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from social_r1.errors import InputError

_CHUNK = 1000
"""Bootstrap draws made at once."""

Floats = NDArray[np.float64]


class Kappa(NamedTuple):
    """Fleiss' kappa with what it is made of."""

    value: float | None
    """None where chance agreement is 1 (all votes in one category) or no item has two votes."""
    low: float | None
    """Lower end of the 95 % interval, None where none was drawn."""
    high: float | None
    observed: float | None
    """Mean share of agreeing pairs of raters."""
    chance: float | None
    """Share of agreeing pairs if votes fell on items at random."""
    items: int
    """Items with two or more votes."""


def fleiss(counts: Sequence[Sequence[int]]) -> Kappa:
    """Kappa of a table of votes: ``counts[i][j]`` raters put item i into category j.

    ``P_i = (Σ_j n_ij² - n_i) / (n_i (n_i - 1))``, ``P = mean P_i``, ``p_j = Σ_i n_ij / Σ_i n_i``,
    ``P_e = Σ_j p_j²``, ``kappa = (P - P_e) / (1 - P_e)`` (Fleiss 1971).

    Raises:
        InputError: a negative number of votes.

    >>> fleiss([[2, 0], [0, 2]]).value, fleiss([[1, 1], [1, 1]]).value
    (1.0, -1.0)
    """
    table = _table(counts)
    if not len(table):
        return Kappa(None, None, None, None, None, 0)
    sums = _parts(table).sum(axis=0)[None, :]
    observed, chance = (float(x[0]) for x in _observed_and_chance(sums))
    value = None if chance >= 1 - 1e-12 else (observed - chance) / (1 - chance)
    return Kappa(value, None, None, observed, chance, len(table))


def kappa_interval(
    counts: Sequence[Sequence[int]],
    groups: Sequence[Hashable],
    *,
    n_boot: int = 10_000,
    seed: int = 0,
    level: float = 0.95,
) -> Kappa:
    """Kappa with a percentile bootstrap interval in which whole groups (blocks) are drawn.

    Args:
        counts: votes, as in `fleiss`.
        groups: the group of each item.
        n_boot: number of draws; those in which kappa is not defined are left out.
        seed: seed of the draws.
        level: coverage aimed at.

    Raises:
        InputError: as many groups as items are needed; a negative number of votes.
    """
    if len(groups) != len(counts):
        raise InputError(
            f"kappa: {len(counts)} items but {len(groups)} groups; repair: name one group per item"
        )
    point = fleiss(counts)
    if point.value is None:
        return point
    kept = [group for group, row in zip(groups, counts, strict=True) if sum(row) >= 2]
    index: dict[Hashable, int] = {}
    of_item = [index.setdefault(group, len(index)) for group in kept]
    parts = _parts(_table(counts))
    sums = np.zeros((len(index), parts.shape[1]))
    np.add.at(sums, np.asarray(of_item), parts)
    rng = np.random.default_rng(seed)
    share = np.full(len(index), 1.0 / len(index))
    draws: list[Floats] = []
    for start in range(0, n_boot, _CHUNK):
        size = min(_CHUNK, n_boot - start)
        weights = rng.multinomial(len(index), share, size=size).astype(np.float64)
        observed, chance = _observed_and_chance(weights @ sums)
        sound = chance < 1 - 1e-12
        draws.append((observed[sound] - chance[sound]) / (1 - chance[sound]))
    found = np.concatenate(draws) if draws else np.empty(0)
    if not found.size:
        return point
    low, high = np.quantile(found, [(1 - level) / 2, (1 + level) / 2])
    return point._replace(low=float(low), high=float(high))


def slope(points: Sequence[tuple[float, float, float]]) -> float | None:
    """Slope of the weighted least-squares line through ``(x, y, weight)``; None for a single x.

    >>> slope([(1, 0.9, 10), (2, 0.8, 10), (3, 0.7, 10)])
    -0.1
    """
    total = sum(w for _, _, w in points)
    if len({x for x, _, w in points if w > 0}) < 2:
        return None
    mean_x = sum(w * x for x, _, w in points) / total
    mean_y = sum(w * y for _, y, w in points) / total
    across = sum(w * (x - mean_x) * (y - mean_y) for x, y, w in points)
    return round(across / sum(w * (x - mean_x) ** 2 for x, _, w in points), 12)


def _table(counts: Sequence[Sequence[int]]) -> Floats:
    """Items with two votes or more; shorter rows lack the last categories."""
    width = max((len(row) for row in counts), default=0)
    rows = [[*row, *[0] * (width - len(row))] for row in counts if sum(row) >= 2]
    if any(n < 0 for row in rows for n in row):
        raise InputError("kappa: a negative number of votes; repair: count each vote once")
    return np.asarray(rows, dtype=np.float64).reshape(len(rows), width)


def _parts(table: Floats) -> Floats:
    """Per item: its agreement, 1, and its votes per category; all that sums need."""
    n = table.sum(axis=1)
    agreement = ((table**2).sum(axis=1) - n) / (n * (n - 1))
    return np.column_stack([agreement, np.ones(len(table)), table])


def _observed_and_chance(sums: Floats) -> tuple[Floats, Floats]:
    """Of each row of summed parts."""
    votes = sums[:, 2:]
    shares = votes / votes.sum(axis=1, keepdims=True)
    return sums[:, 0] / sums[:, 1], (shares**2).sum(axis=1)
