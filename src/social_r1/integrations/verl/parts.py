"""One reward as the flat row of numbers that verl carries (``reward_extra_info``), and back.

Every row has every key, because verl takes the keys of the first row for the whole batch. A part
without a value is NaN. Beside it ``missing_<part>`` says why: 1 when its grader was asked and
failed, 0 when the part is off or the form is broken and nobody was asked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from social_r1.rewards.types import RewardParts, Weights

PART = "part_"
WEIGHT = "weight_"
MISSING = "missing_"
GRADED = ("structure", "content")
"""Parts that a grader may fail to give."""
_PARTS = tuple(name for name in RewardParts._fields if name != "weights")
KEYS = (
    "acc",
    "progress",
    *(PART + name for name in _PARTS),
    *(WEIGHT + name for name in Weights._fields),
    *(MISSING + name for name in GRADED),
)
"""Keys of every row. ``acc`` is the outcome, under the name that verl's validation looks for."""


def to_row(parts: RewardParts, *, progress: float, missing: Sequence[str] = ()) -> dict[str, float]:
    """The numbers of one reward.

    Args:
        parts: the reward.
        progress: where in the curriculum it was given.
        missing: parts whose grader failed (`social_r1.rewards.missing_parts`).
    """
    row = {"acc": parts.outcome, "progress": progress}
    row |= {PART + name: _number(getattr(parts, name)) for name in _PARTS}
    row |= {WEIGHT + name: float(value) for name, value in parts.weights._asdict().items()}
    row |= {MISSING + name: float(name in missing) for name in GRADED}
    return row


def from_row(row: Mapping[str, Any]) -> RewardParts:
    """The reward that a row holds; NaN and null become None.

    Raises:
        KeyError: the row has not all of the keys.
    """
    read: dict[str, Any] = {name: _value(row[PART + name]) for name in _PARTS}
    weights = Weights(**{name: float(row[WEIGHT + name]) for name in Weights._fields})
    return RewardParts(**(read | {"length": int(read["length"] or 0), "weights": weights}))


def _number(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _value(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)
