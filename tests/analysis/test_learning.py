"""Accuracies, gains, blocks, breakdowns and curves, with figures worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.analysis import Resampling, learning, load_run
from social_r1.analysis.types import EvalRow, EvalSet

FAST = Resampling(n_boot=200, seed=1)


def row(number: int, group: str, greedy: int, sampled: float, **meta: Any) -> EvalRow:
    return EvalRow(
        item_id=f"i{number}",
        group=group,
        dimension="Belief",
        meta=meta,
        greedy=greedy,
        sampled=sampled,
        k=4,
        parse={"ok": 3, "no_answer": 1},
    )


def pair(before: list[tuple[str, int, float]], after: list[tuple[str, int, float]]) -> EvalSet:
    made = [
        tuple(row(i, g, hit, share, order=1 + i % 2) for i, (g, hit, share) in enumerate(rows))
        for rows in (before, after)
    ]
    return EvalSet("hard", made[0], made[1])


BEFORE = [("a", 1, 0.5), ("a", 0, 0.25), ("b", 0, 0.0), ("b", 1, 0.25)]
AFTER = [("a", 1, 1.0), ("a", 1, 0.75), ("b", 0, 0.25), ("b", 1, 0.5)]


def test_sampled_accuracy_and_gain_by_hand() -> None:
    change = learning.accuracy(pair(BEFORE, AFTER), "sampled", FAST)
    assert change.before.value == pytest.approx(0.25)
    assert change.after.value == pytest.approx(0.625)
    assert change.gain.value == pytest.approx(0.375)
    # Two groups with mean gains 0.5 and 0.25: no draw can leave that range.
    assert (change.gain.low, change.gain.high) == (0.25, 0.5)
    assert (change.before.n, change.groups) == (4, 2)


def test_greedy_accuracy_has_wilson_intervals() -> None:
    change = learning.accuracy(pair(BEFORE, AFTER), "greedy", FAST)
    assert change.before.value == 0.5
    # Wilson, 2 of 4, z = 1.96: (0.15, 0.85).
    assert change.before.low == pytest.approx(0.15, abs=0.001)
    assert change.before.high == pytest.approx(0.85, abs=0.001)
    assert change.gain.value == 0.25


def test_all_right_is_not_claimed_to_be_certain() -> None:
    rows = [("a", 1, 1.0), ("b", 1, 1.0), ("c", 1, 1.0)]
    estimate = learning.accuracy(pair(rows, rows), "sampled", FAST).before
    # Wilson, 3 of 3 groups: 1 / (1 + 1.96² / 3) = 0.4385.
    assert estimate.value == 1.0
    assert estimate.low == pytest.approx(0.4385, abs=0.001)
    assert estimate.n == 3


def test_a_block_counts_only_when_every_item_is_right() -> None:
    change = learning.block_accuracy(pair(BEFORE, AFTER), FAST)
    assert change is not None
    assert (change.before.value, change.after.value, change.before.n) == (0.0, 0.5, 2)


def test_sets_of_single_items_have_no_block_accuracy() -> None:
    rows = [("a", 1, 1.0), ("b", 0, 0.0)]
    assert learning.block_accuracy(pair(rows, rows), FAST) is None


def test_flips_count_items_gained_and_lost() -> None:
    assert learning.flips(pair(BEFORE, AFTER))[:2] == (1, 0)


def test_breakdown_splits_by_order_and_leaves_out_single_values() -> None:
    parts = learning.breakdown(pair(BEFORE, AFTER), FAST)
    assert [(p.key, p.value, p.change.before.n) for p in parts] == [
        ("order", "1", 2),
        ("order", "2", 2),
    ]
    assert parts[0].change.gain.value == pytest.approx(0.375)  # (0.5 + 0.25) / 2


def test_parse_failures_are_added_up() -> None:
    assert learning.parse_failures(pair(BEFORE, AFTER).before) == {"no_answer": 4, "ok": 12}


def test_chance_is_one_over_the_options(make_run: Callable[..., Path]) -> None:
    folder = make_run(n=4, steps=1)
    assert learning.chance(load_run(folder), "hard") == 0.25
    for file in (folder / "items").glob("*.jsonl"):
        file.unlink()
    assert learning.chance(load_run(folder), "hard") is None


def test_curves_pass_over_missing_values(make_run: Callable[..., Path]) -> None:
    curves = learning.curves(load_run(make_run(n=4, steps=20)))
    assert list(curves)[:4] == ["reward", "parts/outcome", "parts/format", "parts/structure"]
    content = curves["parts/content_score"]
    assert 3.0 not in content.steps  # not scored in steps 3 and 20
    assert len(content.steps) == 18
    assert content.first == pytest.approx(content.values[0])  # a tenth of 18 points: one
    assert curves["reward"].last == pytest.approx(sum(curves["reward"].values[-2:]) / 2)


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=60))
def test_smoothing_stays_within_the_values(values: list[float]) -> None:
    smooth = learning.smooth(values)
    assert len(smooth) == len(values)
    assert all(math.isfinite(v) for v in smooth)
    assert min(values) - 1e-9 <= min(smooth) <= max(smooth) <= max(values) + 1e-9
