"""How hard an item is, from what it is made of (HARDBENCH 13)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from math import log2
from typing import Any

WEIGHTS = {
    "order": 1.0,
    "depth": 0.8,
    "switches": 0.5,
    "false_words": 0.4,
    "inert": 0.3,
    "length": 0.2,
    "lapse": 0.5,
}
"""Weights of the parts, in levels; to be refitted on a reference model's errors."""

CUTS = (3.0, 4.2, 5.2, 6.2)
"""Borders of the five levels."""


def difficulty(meta: dict[str, Any], words: int) -> float:
    """The weighted sum of `WEIGHTS`: 1.0 (order - 1) + 0.8 (depth - 1) + 0.5 switches + ...

    Args:
        meta: ``order``, ``depth``, ``operators`` and ``false_words`` of the item.
        words: length of the story in words.
    """
    operators: Sequence[str] = meta["operators"]
    inert = sum(1 for o in operators if o.endswith(":INV") and not o.startswith("distractor"))
    flips = [o for o in operators if o.endswith(":DIR")]
    return (
        WEIGHTS["order"] * (meta["order"] - 1)
        + WEIGHTS["depth"] * (meta["depth"] - 1)
        + WEIGHTS["switches"] * sum(a != b for a, b in pairwise(meta["chain"]))
        + WEIGHTS["false_words"] * meta["false_words"]
        + WEIGHTS["inert"] * inert
        + WEIGHTS["length"] * log2(max(words, 60) / 60)
        + WEIGHTS["lapse"] * any(o.startswith(("lapse", "noticed")) for o in flips)
    )


def level(value: float) -> int:
    """The level, from 1 (easiest) to 5.

    >>> level(0.0), level(9.0)
    (1, 5)
    """
    return 1 + bisect_right(CUTS, value)
