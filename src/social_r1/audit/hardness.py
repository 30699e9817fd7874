"""Whether what is called hard is only long (HARDBENCH 18).

The correlation of a measure of hardness with the number of words, *given* depth and order: within
each cell of equal binding depth and order both are taken as differences from the cell's mean, so
that only what is long and hard for its cell counts (the partial correlation given the cell).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from math import atanh, sqrt, tanh
from statistics import fmean

from social_r1.audit.heuristics import Reading
from social_r1.audit.types import Answers
from social_r1.hardbench.difficulty import difficulty
from social_r1.stats import Z95, Interval, pearson

LEVEL = "level"
"""The item's own ``difficulty`` as a measure of hardness."""

BARE_LEVEL = "level without its term for length"
"""What the level of an item of ours is cut from, all stories taken to be of one length."""


def length_correlations(
    readings: Sequence[Reading], answers: Sequence[Answers]
) -> dict[str, Interval]:
    """Partial correlations with the words of the story, by what measures hardness.

    Args:
        readings: the items; those without ``depth`` and ``order`` in ``meta`` are left out.
        answers: whoever answered them. Right answers measure ease, so the sign is turned.

    Keys: `LEVEL`, `BARE_LEVEL`, and the name of each answerer. A measure that does not vary within
    any cell is left out.
    """
    places = [i for i, r in enumerate(readings) if {"depth", "order"} <= r.item.meta.keys()]
    items = [readings[i].item for i in places]
    words = [float(len(readings[i].story)) for i in places]
    cells = [(item.meta["depth"], item.meta["order"]) for item in items]
    measures: dict[str, list[float | None]] = {
        LEVEL: [float(item.difficulty) for item in items],
        BARE_LEVEL: [
            difficulty(item.meta, words=0) if {"chain", "false_words"} <= item.meta.keys() else None
            for item in items
        ],
    }
    for answer in answers:
        values = [answer.values[i] for i in places]
        measures[answer.name] = [None if v is None else -v for v in values]
    found: dict[str, Interval] = {}
    for name, values in measures.items():
        told = [(v, w, c) for v, w, c in zip(values, words, cells, strict=True) if v is not None]
        if told and (interval := partial(*map(list, zip(*told, strict=True)))) is not None:
            found[name] = interval
    return found


def partial(x: Sequence[float], y: Sequence[float], cells: Sequence[Hashable]) -> Interval | None:
    """Correlation of two rows of numbers given the cells, with Fisher's 95 % interval.

    The interval is that of ``n - cells`` free pairs. None where fewer than four are free, or where
    one of the two does not vary within any cell.

    >>> round(partial([1, 2, 3, 7, 8, 9], [3, 2, 1, 9, 8, 7], "aaabbb").value, 3)
    -1.0
    """
    free = len(x) - len(set(cells)) + 1
    found = pearson(_within(x, cells), _within(y, cells))
    if found is None or free <= 3:
        return None
    z = atanh(max(-1 + 1e-12, min(1 - 1e-12, found)))
    half = Z95 / sqrt(free - 3)
    return Interval(found, tanh(z - half), tanh(z + half), len(x))


def _within(values: Sequence[float], cells: Sequence[Hashable]) -> list[float]:
    """Differences from the mean of the cell."""
    of_cell: dict[Hashable, list[float]] = defaultdict(list)
    for value, cell in zip(values, cells, strict=True):
        of_cell[cell].append(value)
    means = {cell: fmean(found) for cell, found in of_cell.items()}
    return [value - means[cell] for value, cell in zip(values, cells, strict=True)]
