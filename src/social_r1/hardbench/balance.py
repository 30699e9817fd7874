"""The running balance: no named shortcut gains or loses by what is taken (HARDBENCH 9, step 6).

For every form and order of question the balance knows how far each solver is ahead of one right
answer in four. Of a block it takes, per option, the variant that brings all of them back towards
zero; of several blocks, the one that does so best.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from social_r1.hardbench.blocks import Block
from social_r1.hardbench.variants import Variant

Vector = tuple[float, ...]
LEAD = 3.0
"""Items by which one solver may leave the dead zone for a block to be good enough."""


class Choice(NamedTuple):
    """A block with one variant per option, and what it would do to the balance."""

    block: Block
    variants: tuple[Variant, ...]
    ahead: Vector
    """Per solver, right answers ahead of a quarter, if this is taken."""
    cost: float
    """Sum of their powers (`Balance.power`)."""


class Care(NamedTuple):
    """How hard to look for a block that evens things out."""

    patience: int
    """How many blocks to look at before the best of them is taken."""
    lead: float
    """Items by which one solver may leave the dead zone for a block to be good enough."""


@dataclass(slots=True)
class Balance:
    """Right answers of every solver, ahead of one in four, per form and order of question.

    Attributes:
        patience: how many blocks to look at before the best of them is taken.
        dead: share of the items by which a solver may be ahead or behind at no cost.
        slack: share of the items by which solvers may be ahead or behind (root mean square) for
            a block to be good enough to look no further; one item always may.
        power: of the distances that are added up; 4 heeds the worst solver more than 2 does.
    """

    patience: int = 12
    slack: float = 0.012
    dead: float = 0.0
    power: int = 2
    ahead: dict[str, Vector] = field(default_factory=dict[str, Vector])
    items: Counter[str] = field(default_factory=Counter[str])

    def choose(self, draw: Callable[[], Block], care: Care | None = None) -> Choice:
        """Draw blocks of one kind until one is good enough; take the best.

        Args:
            draw: makes a block.
            care: how hard to look, if not as hard as for other kinds.
        """
        patience, lead = care or (self.patience, LEAD)
        first = draw()
        cell = _cell(first)
        self.items[cell] += len(first.candidates)
        best = self.weigh(first)
        enough = max(1.0, self.slack * self.items[cell]) ** 2 * len(best.ahead)
        if self.dead:
            enough = lead**self.power
        for _ in range(patience - 1):
            if best.cost <= enough:
                break
            choice = self.weigh(draw())
            if choice.cost < best.cost:
                best = choice
        self.ahead[cell] = best.ahead
        return best

    def one_of(self, choice: Choice, rng: Random) -> Choice:
        """Of a block's four variants the one that balances a set of single items best."""
        cell = _cell(choice.block)
        size = len(choice.variants[0].hits)
        now = self.ahead.get(cell, (0.0,) * size)
        order = rng.sample(choice.variants, len(choice.variants))
        best = _evenest(order, now, (), 0.0, self.power)
        self.ahead[cell] = _ahead(now, [best])
        self.items[cell] += 1
        return choice._replace(variants=(best,))

    def weigh(self, block: Block) -> Choice:
        """The best variants of one block: option after option, beginning with each in turn."""
        size = len(block.candidates[0][0].hits)
        now = self.ahead.get(_cell(block), (0.0,) * size)
        free = self.dead * self.items[_cell(block)]
        starts = range(len(block.candidates) if self.dead else 1)
        found = [_descend(block, now, free, start, self.power) for start in starts]
        return min(found, key=lambda choice: choice.cost)


def _descend(block: Block, now: Vector, free: float, start: int, power: int) -> Choice:
    """Choose per option the variant that balances best with those chosen so far; a few rounds."""
    count = len(block.candidates)
    chosen: list[Variant | None] = [None] * count
    for _ in range(3):
        before = list(chosen)
        for i in (*range(start, count), *range(start)):
            others = [v for j, v in enumerate(chosen) if j != i and v is not None]
            chosen[i] = _evenest(block.candidates[i], now, others, free, power)
        if all(a is b for a, b in zip(chosen, before, strict=True)):
            break
    variants = tuple(v for v in chosen if v is not None)
    ahead = _ahead(now, variants)
    return Choice(block, variants, ahead, _cost(ahead, free, power))


def _cell(block: Block) -> str:
    return f"{block.question.form}{block.question.order}"


def _ahead(now: Vector, variants: Sequence[Variant]) -> Vector:
    fair = len(variants) / 4
    scores = zip(now, *(v.hits for v in variants), strict=True)
    return tuple([sum(score) - fair for score in scores])


def _evenest(
    candidates: Sequence[Variant], now: Vector, others: Sequence[Variant], free: float, power: int
) -> Variant:
    """The first of those that with the others come closest to one right answer in four."""
    if len(candidates) == 1:
        return candidates[0]
    base = [x - 0.25 for x in _ahead(now, others)]

    def cost(variant: Variant) -> float:
        ahead = [x + hit for x, hit in zip(base, variant.hits, strict=True)]
        return _cost(ahead, free, power)

    return min(candidates, key=cost)


def _cost(ahead: Sequence[float], free: float, power: int) -> float:
    """Sum of the powers by which solvers are ahead or behind, but for what is free."""
    return sum([max(0.0, abs(x) - free) ** power for x in ahead])
