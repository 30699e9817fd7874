"""What any reader at all can get who is not shown the story (HARDBENCH 12, g6).

Where several items have the same question and the same options, whoever sees nothing else gives
all of them one answer, whatever he has learned and however large he is. So the most that he can get
right are, of each such group, the items whose right option is the most frequent one. In a block
each option is right once: of whole blocks no reader gets more than one in four.

Nor does he keep an answer who is given the story of a block mate instead: one that is right on a
share a of the items takes from a mate's story the right option of his own item only where he reads
that story wrongly, (1 - a) / 3 of the time on average over all mates.

Names are masked, as they are drawn at random: questions that differ in them alone are the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from social_r1.audit.text import Masker
from social_r1.items import SocialItem


class BlindBound(NamedTuple):
    """The greatest share of items that can be got right without the story."""

    share: float
    n: int
    """Items."""


def blind_bounds(items: Sequence[SocialItem], masker: Masker) -> dict[str, BlindBound]:
    """The bound of every dimension; empty where no two items have the same question and options.

    Args:
        items: the set, blocks whole.
        masker: masks the names of the set.
    """
    golds: dict[tuple[str, ...], Counter[int]] = defaultdict(Counter)
    for item in items:
        asked = masker.words(item.question, item, mask_things=False)
        golds[(item.dimension, " ".join(asked), *item.options)][item.answer] += 1
    if all(found.total() == 1 for found in golds.values()):
        return {}
    right, count = Counter[str](), Counter[str]()
    for (dimension, *_), found in golds.items():
        right[dimension] += max(found.values())
        count[dimension] += found.total()
    return {name: BlindBound(right[name] / n, n) for name, n in sorted(count.items())}
