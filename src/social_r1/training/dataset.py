"""Training items as the rows an engine wants: chat messages, and the item as a JSON string.

The order of a whole run is drawn once, as a pure function of the seed. So a resumed run meets the
items that an unbroken run would have met, whichever epoch it stopped in.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.trajectory import PromptStyle, render_prompt

if TYPE_CHECKING:
    from datasets import Dataset


def order(count: int, wanted: int, seed: int) -> list[int]:
    """Indices of ``wanted`` draws from ``count`` items: shuffled epoch after shuffled epoch.

    A batch that crosses an epoch's border may meet an item twice; nothing is left out.

    >>> sorted(order(3, 6, seed=0)[:3])
    [0, 1, 2]
    """
    drawn: list[int] = []
    draw = random.Random(seed)
    while len(drawn) < wanted:
        epoch = list(range(count))
        draw.shuffle(epoch)
        drawn += epoch
    return drawn[:wanted]


def choose_split(items: Sequence[SocialItem], split: str) -> list[SocialItem]:
    """The items of one split; ``any`` takes all.

    Raises:
        InputError: there are none.
    """
    chosen = [item for item in items if split in ("any", item.split)]
    if not chosen:
        there = ", ".join(sorted({item.split for item in items})) or "no items at all"
        raise InputError(
            f"no item has split {split!r} (the file has: {there}); "
            "repair: split=any, or another file"
        )
    return chosen


def train_dataset(
    items: Sequence[SocialItem],
    *,
    style: PromptStyle,
    prompts: int,
    seed: int,
    ordered: bool = True,
) -> Dataset:
    """Dataset of a whole run, in its order: columns ``prompt`` (messages) and ``item_json``.

    Args:
        items: The training items.
        style: How the question is put.
        prompts: Prompts of the whole run: generated batches times prompts per batch.
        seed: Seed of the order.
        ordered: False leaves the items as in their file, again and again: row i is item i, and
            `training.difficulty` chooses among them.
    """
    from datasets import Dataset

    rows = [
        {"prompt": render_prompt(item, style), "item_json": item.model_dump_json()}
        for item in items
    ]
    count = len(items)
    drawn = order(count, prompts, seed) if ordered else [i % count for i in range(prompts)]
    return Dataset.from_list(rows).select(drawn)
