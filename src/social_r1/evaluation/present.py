"""From an item to what the model sees: option order, note, prompt.

The order of the options is a function of (seed, item id, number of the order) alone, so every model
and every run with the same seed meets the same letters, and before and after can be paired.
"""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterable, Sequence

from social_r1.evaluation.types import Ask, Item
from social_r1.items import SocialItem
from social_r1.trajectory import PromptStyle, render_prompt

NOTE = "note"
"""Key of ``meta`` for assumptions that belong to the prompt, not to the story (Hi-ToM)."""


def present(
    items: Iterable[SocialItem], *, orders: int = 1, seed: int = 0, style: PromptStyle = "sip"
) -> list[Ask]:
    """Every item in ``orders`` seeded option orders, ready to be asked.

    The orders of one item differ from each other as long as its options allow it. The note of an
    item stands behind its story in style ``sip``; ``compact`` is the bare question.
    """
    return [
        Ask(shown, number, places, render_prompt(_with_note(shown, style), style))
        for item in items
        for number, places in enumerate(option_orders(item, orders, seed))
        for shown in [item.reordered(places)]
    ]


def subset(items: Sequence[Item], limit: int | None) -> list[Item]:
    """At most ``limit`` items: whole groups, drawn by the hash of their names, in file order.

    Benchmarks sort their files by kind, so the first items would be the easiest kind alone; and a
    block or story that is cut in two has no joint score. One group too large is cut all the same.
    """
    if limit is None or len(items) <= limit:
        return list(items)
    sizes = Counter(item.group for item in items)
    drawn = sorted(sizes, key=lambda group: hashlib.sha256(group.encode()).digest())
    kept: set[str] = set()
    room = limit
    for group in drawn:
        if sizes[group] <= room:
            kept.add(group)
            room -= sizes[group]
    if not kept:
        return [item for item in items if item.group == drawn[0]][:limit]
    return [item for item in items if item.group in kept]


def option_orders(item: SocialItem, orders: int, seed: int) -> list[tuple[int, ...]]:
    """The seeded option orders of an item: a permutation of its option indices each."""
    found: list[tuple[int, ...]] = []
    number = 0
    while len(found) < orders:
        digest = hashlib.sha256(f"{seed}|{item.id}|{number}".encode()).digest()
        places = list(range(len(item.options)))
        random.Random(int.from_bytes(digest[:8], "big")).shuffle(places)
        # A second look at an order already shown tells nothing; two options have only two orders.
        if tuple(places) not in found or number >= 8 * orders:
            found.append(tuple(places))
        number += 1
    return found


def _with_note(item: SocialItem, style: PromptStyle) -> SocialItem:
    note = item.meta.get(NOTE)
    if not note or style == "compact":
        return item
    return item.model_copy(update={"story": f"{item.story}\n\n{note}"})
