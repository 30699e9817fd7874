"""Curriculum over data: what is sometimes answered right comes more often (ours; DESIGN 4).

A group of completions teaches by its differences, and the outcome of an item with pass rate p
varies by p (1 - p). So an item's weight in the next epoch is

    w = floor + (1 - floor) · 4 p (1 - p),     p its pass rate when it last came

and 1 for an item that has not come yet. An epoch has as many places as there are items; item i gets
count · w_i / Σ w of them (the fraction by systematic resampling), and their order is shuffled.

``difficulty.jsonl`` in the run folder has one row per generated batch: who was asked and how many
answers were right. The order of an epoch is a pure function of the seed and of the rows before it,
so a resumed run meets the items of an unbroken one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from random import Random
from typing import NamedTuple

from social_r1.preference.checkpoints import read_rows
from social_r1.training.dataset import order
from social_r1.training.rows import append_row


class Passes(NamedTuple):
    """Answers of one group."""

    item: int
    """Place of the item in the file."""
    epoch: int
    right: int
    asked: int


def pooled(passes: Iterable[Passes]) -> list[Passes]:
    """Answers to one item in one epoch put together, in the order of the items.

    >>> pooled([Passes(4, 0, 1, 1), Passes(2, 0, 0, 1), Passes(4, 0, 0, 1)])
    [Passes(item=2, epoch=0, right=0, asked=1), Passes(item=4, epoch=0, right=1, asked=2)]
    """
    found: dict[tuple[int, int], tuple[int, int]] = {}
    for one in passes:
        right, asked = found.get((one.item, one.epoch), (0, 0))
        found[one.item, one.epoch] = right + one.right, asked + one.asked
    return [Passes(*key, *found[key]) for key in sorted(found)]


def weight(rate: float | None, floor: float) -> float:
    """Weight of an item; see the module.

    >>> [weight(p, 0.1) for p in (None, 0.5, 0.0, 1.0)]
    [1.0, 1.0, 0.1, 0.1]
    """
    return 1.0 if rate is None else floor + (1 - floor) * 4 * rate * (1 - rate)


def weighted_epoch(weights: Sequence[float], draw: Random) -> list[int]:
    """As many indices as weights, each in proportion to its weight, shuffled.

    The number of copies of an index is its expected number, rounded down or up.
    """
    count = len(weights)
    step = sum(weights) / count
    at, passed, index = draw.random() * step, 0.0, 0
    drawn: list[int] = []
    for _ in range(count):
        while index < count - 1 and passed + weights[index] <= at:
            passed += weights[index]
            index += 1
        drawn.append(index)
        at += step
    draw.shuffle(drawn)
    return drawn


class DataCurriculum:
    """Which items make each batch of a run.

    Args:
        path: the log; what it holds already are the batches before this start.
        ids: the items, in the order of their file.
        batch: prompts of a generated batch.
        seed: of the run.
        floor: least weight.
    """

    def __init__(
        self, path: Path, ids: Sequence[str], *, batch: int, seed: int, floor: float
    ) -> None:
        self.path, self.ids, self.batch, self.seed, self.floor = path, list(ids), batch, seed, floor
        self.place = {name: index for index, name in enumerate(self.ids)}
        self._log: list[tuple[int, list[Passes]]] = [
            (row["batch"], [Passes(self.place[name], *rest) for name, *rest in row["passes"]])
            for row in read_rows(path)
        ]
        self._orders: dict[int, list[int]] = {}

    def chosen(self, batch: int) -> list[tuple[int, int]]:
        """(index of the item, epoch) for each prompt of a batch.

        An epoch's order is fixed when its first prompt is due; what is known then decides.
        """
        count = len(self.ids)
        places = range(batch * self.batch, (batch + 1) * self.batch)
        return [(self._order(at // count)[at % count], at // count) for at in places]

    def rates(self, before: int) -> dict[int, float]:
        """Pass rate of each item in the last epoch in which it came, in batches before this one."""
        found: dict[int, Passes] = {}
        for batch, passes in self._log:
            for one in passes if batch < before else ():
                old = found.get(one.item)
                if old is not None and old.epoch == one.epoch:
                    one = one._replace(right=old.right + one.right, asked=old.asked + one.asked)
                found[one.item] = one
        return {index: one.right / one.asked for index, one in found.items()}

    def note(self, step: int, batch: int, passes: Sequence[Passes], *, write: bool = True) -> None:
        """Keep the answers of a batch.

        Args:
            step: the first optimiser step that learns from it.
            batch: its number.
            passes: its groups.
            write: whether this process writes the log.
        """
        self._log.append((batch, list(passes)))
        if write:
            named = [[self.ids[one.item], *one[1:]] for one in passes]
            append_row(self.path, {"step": step, "batch": batch, "passes": named})

    def _order(self, epoch: int) -> list[int]:
        if epoch not in self._orders:
            count = len(self.ids)
            if epoch == 0:
                self._orders[epoch] = order(count, count, self.seed)
            else:
                known = self.rates(before=epoch * count // self.batch)
                weights = [weight(known.get(i), self.floor) for i in range(count)]
                draw = Random(f"curriculum-{self.seed}-{epoch}")
                self._orders[epoch] = weighted_epoch(weights, draw)
        return self._orders[epoch]
