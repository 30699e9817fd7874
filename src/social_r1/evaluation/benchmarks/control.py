"""General-ability control: arithmetic, reading and instruction following, items of our own.

Generated from a seed by `social_r1.evaluation.control`, byte for byte the same everywhere; there
are no files to get. Licence: that of the project. Form: 288 items, 96 of each part; arithmetic and
reading have four options, instructions are written out (64) or chosen among four lines (32). **No
item needs a mental state**: what social training has cost elsewhere shows here. The figure to
report is the plain mean of the three parts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from social_r1.evaluation.benchmarks import Benchmark, Source
from social_r1.evaluation.control import arithmetic, instructions, reading
from social_r1.evaluation.control.draws import CYCLE, LICENCE, SET, Draw, draw
from social_r1.evaluation.figures import accuracy, accuracy_by, macro
from social_r1.evaluation.types import Figure, Item, Scored

SEED = 0
VERSION = 1
"""Raised when the items change."""

PARTS: dict[str, Callable[[Draw], Item]] = {
    arithmetic.PART: arithmetic.item,
    reading.PART: reading.item,
    instructions.PART: instructions.item,
}


def make(seed: int = SEED, count: int = CYCLE) -> list[Item]:
    """Items ``seed`` to ``seed + count - 1`` of each part.

    Kinds, places of the right option and roles of the options are balanced where ``count`` is a
    multiple of 96.
    """
    return [
        maker(draw(part, seed + number)) for part, maker in PARTS.items() for number in range(count)
    ]


def load(folder: Path) -> list[Item]:
    """The items of the set; the folder is not looked at."""
    del folder
    return make()


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Plain mean of the three parts, each part, accuracy over all items, and each kind."""
    parts = accuracy_by(scored, lambda item: item.dimension)
    return [
        *macro(parts, "parts_mean"),
        *parts,
        *accuracy(scored),
        *accuracy_by(scored, lambda item: f"{item.dimension}/{item.meta['kind']}"),
    ]


BENCHMARK = Benchmark(
    name=SET,
    load=load,
    home="social-r1 itself, which generates it",
    files=(),
    caveat="no social questions: a control that shows what training has cost elsewhere",
    metrics=metrics,
    source=Source(
        paper="this project",
        licence=LICENCE,
        revision=f"version {VERSION}, seed {SEED}",
        evaluation_only=True,
    ),
    total=CYCLE * len(PARTS),
    generated=True,
)
BENCHMARKS = (BENCHMARK,)
