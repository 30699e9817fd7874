"""The running balance: no named shortcut gains or loses by what is taken (HARDBENCH 9, step 6).

For every form and order of question the balance knows how far each solver is ahead of one right
answer in four, and if asked to for every dimension too, where a few items in each form add up. Of a
block it takes, per option, the variant that brings all of them back towards zero; of several
blocks, the one that does so best.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from social_r1.hardbench.blocks import Block
from social_r1.hardbench.solvers import solvers_for
from social_r1.hardbench.variants import Variant

Vector = tuple[float, ...]
LEAD = 3.0
"""Items by which one solver may leave the dead zone for a block to be good enough."""
BLOCK = 4
"""Items of a block: no solver can get farther ahead by one."""


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
        dead: share of the items by which a solver may be ahead or behind at no cost; where there is
            one, a block that moves no solver is taken at once, as most are whose design moves none.
        slack: share of the items by which solvers may be ahead or behind (root mean square) for
            a block to be good enough to look no further; one item always may.
        power: of the distances that are added up; 4 heeds the worst solver more than 2 does.
        wide: share of a dimension's items by which, beside two leads, a solver may be ahead or
            behind in it at no cost; 0 if dimensions are not balanced.
    """

    patience: int = 12
    slack: float = 0.012
    dead: float = 0.0
    power: int = 2
    wide: float = 0.0
    ahead: dict[str, Vector] = field(default_factory=dict[str, Vector])
    over: dict[str, float] = field(default_factory=dict[str, float])
    """The same by dimension and solver, if `wide`."""
    items: Counter[str] = field(default_factory=Counter[str])

    def choose(self, draw: Callable[[], Block], care: Care | None = None) -> Choice:
        """Draw blocks of one kind until one is good enough, or moves nothing; take the best.

        Args:
            draw: makes a block.
            care: how hard to look, if not as hard as for other kinds.
        """
        patience, lead = care or (self.patience, LEAD)
        first = draw()
        cell = _cell(first)
        self.items.update(dict.fromkeys((cell, _dimension(first)), len(first.candidates)))
        best = self.weigh(first)
        enough = max(1.0, self.slack * self.items[cell]) ** 2 * len(best.ahead)
        if self.dead:
            enough = lead**self.power
        now = self.ahead.get(cell, (0.0,) * len(best.ahead))
        for _ in range(patience - 1):
            if best.cost <= enough or (self.dead and best.ahead == now):
                break
            choice = self.weigh(draw())
            if choice.cost < best.cost:
                best = choice
        self.ahead[cell] = best.ahead
        names = self._names(best.block)
        over = tuple([self.over.get(name, 0.0) for name in names])
        if names:
            self.over.update(zip(names, _ahead(over, best.variants), strict=True))
        return best

    def one_of(self, choice: Choice, rng: Random) -> Choice:
        """Of a block's four variants the one that balances a set of single items best."""
        cell = _cell(choice.block)
        size = len(choice.variants[0].hits)
        now = self.ahead.get(cell, (0.0,) * size)
        order = rng.sample(choice.variants, len(choice.variants))
        best = _evenest(order, (), Scales(now, (0.0,) * size, self.power))
        self.ahead[cell] = _ahead(now, [best])
        self.items[cell] += 1
        return choice._replace(variants=(best,))

    def weigh(self, block: Block) -> Choice:
        """The best variants of one block: option after option, beginning with each in turn."""
        scales = self._scales(block)
        starts = range(len(block.candidates) if self.dead else 1)
        found = [_descend(block, scales, start) for start in starts]
        return min(found, key=lambda choice: choice.cost)

    def _scales(self, block: Block) -> Scales:
        """How far each solver is ahead, first in the block's cell, then in its dimension."""
        size = len(block.candidates[0][0].hits)
        now = self.ahead.get(_cell(block), (0.0,) * size)
        free = (self.dead * self.items[_cell(block)],) * size
        room = self.wide * self.items[_dimension(block)] + 2 * LEAD
        over = [self.over.get(name, 0.0) for name in self._names(block)]
        near = tuple([i for i, x in enumerate(over) if abs(x) + BLOCK > room])
        return Scales(
            now + tuple([over[i] for i in near]), free + (room,) * len(near), self.power, near
        )

    def _names(self, block: Block) -> list[str]:
        """Dimension and name of each of the block's solvers, if dimensions are balanced."""
        names = solvers_for(block.question) if self.wide else ()
        return [f"{_dimension(block)} {name}" for name in names]


class Scales(NamedTuple):
    """What a block is weighed on."""

    now: Vector
    """Right answers ahead of a quarter: per solver, then per solver near its limit elsewhere."""
    free: Vector
    """Up to where that costs nothing."""
    power: int
    near: tuple[int, ...] = ()
    """Which solvers are near their limit in the dimension."""

    def cost(self, ahead: Iterable[float]) -> float:
        """Sum of the powers by which solvers are ahead or behind, but for what is free."""
        power = self.power
        return sum([max(0.0, abs(x) - f) ** power for x, f in zip(ahead, self.free, strict=True)])

    def hits(self, variant: Variant) -> Vector:
        """What the solvers score on a variant."""
        hits = variant.hits
        return hits + tuple([hits[i] for i in self.near]) if self.near else hits


def _descend(block: Block, scales: Scales, start: int) -> Choice:
    """Choose per option the variant that balances best with those chosen so far; a few rounds."""
    count = len(block.candidates)
    chosen: list[Variant | None] = [None] * count
    for _ in range(3):
        before = list(chosen)
        for i in (*range(start, count), *range(start)):
            others = [v for j, v in enumerate(chosen) if j != i and v is not None]
            chosen[i] = _evenest(block.candidates[i], others, scales)
        if all(a is b for a, b in zip(chosen, before, strict=True)):
            break
    variants = tuple(v for v in chosen if v is not None)
    fair = len(variants) / 4
    ahead = [sum(x) - fair for x in zip(scales.now, *map(scales.hits, variants), strict=True)]
    size = len(variants[0].hits)
    return Choice(block, variants, tuple(ahead[:size]), scales.cost(ahead))


def _cell(block: Block) -> str:
    return f"{block.question.form}{block.question.order}"


def _dimension(block: Block) -> str:
    return block.question.dimension


def _ahead(now: Vector, variants: Sequence[Variant]) -> Vector:
    fair = len(variants) / 4
    scores = zip(now, *(v.hits for v in variants), strict=True)
    return tuple([sum(score) - fair for score in scores])


def _evenest(candidates: Sequence[Variant], others: Sequence[Variant], scales: Scales) -> Variant:
    """The first of those that with the others come closest to one right answer in four."""
    if len(candidates) == 1:
        return candidates[0]
    fair = (1 + len(others)) / 4
    base = [sum(x) - fair for x in zip(scales.now, *map(scales.hits, others), strict=True)]

    def cost(variant: Variant) -> float:
        return scales.cost([x + y for x, y in zip(base, scales.hits(variant), strict=True)])

    return min(candidates, key=cost)
