"""Groups without signal, told by outcome (paper section 4; ours: what is done about them).

When all answers to a question are right, or all wrong, the outcome says nothing about which
completion was better. Shaping hides that: the process terms still differ, and the policy is moved
by them alone. Filtering by the shaped total would keep just these groups, which is known to ruin a
policy; so it is the outcome that decides here.

    keep       the group counts as it is (the paper)
    drop       its advantages are 0, as they would be with the outcome as the whole reward
    resample   before grading, completions of another item take its place, a few times at most
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random


def without_signal(outcomes: Sequence[float], group: int) -> list[bool]:
    """Which groups have equal outcomes throughout.

    Args:
        outcomes: one per completion; groups stand together.
        group: completions of a group.

    >>> without_signal([1, 1, 0, 1, 0, 0], group=2)
    [True, False, True]
    """
    groups = [outcomes[at : at + group] for at in range(0, len(outcomes), group)]
    return [min(one) == max(one) for one in groups]


def draw_row(rows: int, *, seed: int, step: int, attempt: int, place: int) -> int:
    """The row that takes the place of a group: a pure function, so a resumed run draws it again."""
    return Random(f"resample-{seed}-{step}-{attempt}-{place}").randrange(rows)
