"""What probes gain by words and templates that they have met (HARDBENCH 18).

In-template: cross-validated within the training file, where held-out blocks are told with the words
and sentences of those that were learned. Held-out: learned from the whole training file, tested on
the set, which shares neither. A set that can be learned by heart shows a large difference.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

from social_r1.audit.types import Figure, Gap


def template_gaps(inside: Sequence[Figure], outside: Sequence[Figure]) -> list[Gap]:
    """The gap of every probe over all items.

    Args:
        inside: figures of the probes on the training file, cross-validated.
        outside: figures of the probes that learned the training file, on the set.
    """
    far = {f.name: f for f in outside if f.by == "all"}
    return [_gap(f, far[f.name]) for f in inside if f.by == "all" and f.name in far]


def _gap(inside: Figure, outside: Figure) -> Gap:
    gap = inside.value - outside.value
    low = gap - hypot(inside.value - inside.low, outside.high - outside.value)
    high = gap + hypot(inside.high - inside.value, outside.value - outside.low)
    return Gap(inside.name, inside.value, outside.value, low, high, outside.n)
