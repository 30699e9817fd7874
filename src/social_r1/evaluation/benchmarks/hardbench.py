"""Our own items: files of `SocialItem` rows, as ``hard build`` and ``hard release`` write them.

Sets such as ``easy``, ``hard`` and ``ood`` are just item files, so this set has no folder of its
own among the public ones; it is also the way in for items of your own. Licence: that of the
project. Form: blocks of four stories with one question and one list of options, each option right
once, so **who sees question and options alone scores 1/4, and never a block**: the figure to report
is all four right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import Benchmark, Source
from social_r1.evaluation.figures import accuracy, accuracy_by, consistency, joint
from social_r1.evaluation.types import Figure, Item, Scored
from social_r1.items import SocialItem
from social_r1.records import read_items

BLOCK = 4
"""Questions of a whole block; releases also hold blocks of which only some questions are kept."""
TWIN = "twin:"
"""Begins the design of stories that differ from an item's by one operator."""

_PLACES = ("items.jsonl", "data/test.jsonl")


def load(path: str | Path) -> list[SocialItem]:
    """Read an item file, ``items.jsonl`` of a build folder, or the test split of a release.

    Raises:
        InputError: nothing there, or a broken row (file and line are named).
    """
    path = Path(path)
    if not path.is_dir():
        return read_items(path)
    for place in _PLACES:
        if (path / place).is_file():
            return read_items(path / place)
    files = sorted(file.relative_to(path).as_posix() for file in path.rglob("*.jsonl"))
    raise InputError(
        f"{path} holds no {' and no '.join(_PLACES)}; repair: name one of its files "
        f"({', '.join(files) or 'there are none'})"
    )


def metrics(scored: Sequence[Scored]) -> list[Figure]:
    """Whole blocks right, then accuracy, then that of each part.

    Parts are dimension, difficulty, depth, order of belief, design and operator. Items that are
    not ours have their groups for blocks, and the parts that their ``meta`` tells.
    """
    return [
        *_blocks(scored),
        *accuracy(scored),
        *accuracy_by(scored, lambda item: item.dimension),
        *_ordered(accuracy_by(scored, lambda item: str(item.difficulty), "difficulty/")),
        *_ordered(accuracy_by(scored, lambda item: _said(item, "depth"), "depth/")),
        *_ordered(accuracy_by(scored, lambda item: _said(item, "order"), "order/")),
        *accuracy_by(scored, lambda item: _said(item, "design"), "design/"),
        *_operators(scored),
        *consistency(scored),
    ]


def _blocks(scored: Sequence[Scored]) -> list[Figure]:
    """Whole blocks of our designs; of other items every group of two or more."""
    ours = [one for one in scored if "design" in one.item.meta]
    if not ours:
        return joint(scored, "block_accuracy")
    blocks = [one for one in ours if not str(one.item.meta["design"]).startswith(TWIN)]
    return joint(blocks, "block_accuracy", size=BLOCK)


def _said(item: Item, key: str) -> str | None:
    return str(item.meta[key]) if key in item.meta else None


def _ordered(figures: Sequence[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: figure.name)


def _operators(scored: Sequence[Scored]) -> list[Figure]:
    """Items in whose stories an operator is at work; a story with several counts for each."""
    parts: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        found: object = one.item.meta.get("operators")
        names = cast("Sequence[object]", found) if isinstance(found, list | tuple) else ()
        for name in {str(name) for name in names}:
            parts[name].append(one)
    return [
        figure for name in sorted(parts) for figure in accuracy(parts[name], f"operator/{name}")
    ]


def _load(path: Path) -> list[Item]:
    return [*load(path)]


BENCHMARK = Benchmark(
    name="hard",
    load=_load,
    home="social-r1 hard build --out DIR, or social-r1 hard release core-800 --out DIR",
    files=(),
    caveat="generated stories; block_accuracy counts blocks of four that are right throughout",
    metrics=metrics,
    source=Source(
        paper="this project",
        licence="MIT, as the project",
        revision="the engine's version stands in meta of every item",
        evaluation_only=False,
    ),
)
BENCHMARKS = (BENCHMARK,)
