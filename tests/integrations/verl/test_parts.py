"""The flat row of numbers: the same keys for every row, and nothing lost on the way back."""

from __future__ import annotations

import json
import math

from social_r1.integrations.verl.parts import KEYS, from_row, to_row
from social_r1.rewards.types import RewardParts, Weights

FULL = RewardParts(
    format=1.0, outcome=1.0, structure=0.5, content_score=0.0, content=2.25, window=0.75,
    repetition=1.0, length=420, weights=Weights(1.0, 2.0, 1.0, 1.0), total=3.2,
)  # fmt: skip
BROKEN = FULL._replace(format=0.0, structure=None, content_score=None, content=None, total=0.0)


def test_every_row_has_every_key_and_only_numbers() -> None:
    for parts in (FULL, BROKEN):
        row = to_row(parts, progress=0.25)
        assert tuple(row) == KEYS
        assert all(type(value) is float for value in row.values())


def test_the_row_reads_as_the_parts_say() -> None:
    row = to_row(FULL, progress=0.25)
    assert (row["acc"], row["part_total"], row["part_length"]) == (1.0, 3.2, 420.0)
    assert (row["weight_structure"], row["weight_gate"], row["progress"]) == (2.0, 1.0, 0.25)


def test_missing_is_nan_and_its_flag_says_whether_a_grader_failed() -> None:
    asked = to_row(BROKEN._replace(format=1.0), progress=0.0, missing=("content",))
    assert math.isnan(asked["part_content"])
    assert (asked["missing_content"], asked["missing_structure"]) == (1.0, 0.0)
    never = to_row(BROKEN, progress=0.0)
    assert math.isnan(never["part_content"])
    assert never["missing_content"] == 0.0


def test_a_row_read_from_json_gives_the_parts_back() -> None:
    for parts in (FULL, BROKEN):
        assert from_row(json.loads(json.dumps(to_row(parts, progress=0.5)))) == parts
