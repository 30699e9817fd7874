"""Curves of a run of verl, from what its reward workers and verl itself have written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.integrations.verl.curves import read_parts, write_curves
from social_r1.integrations.verl.parts import to_row
from social_r1.records import read_jsonl, write_jsonl
from social_r1.rewards.types import RewardParts, Weights
from social_r1.training.rewards import part_metrics
from social_r1.training.rollouts import RolloutRow, read_rollouts

PARTS = RewardParts(
    format=1.0, outcome=1.0, structure=0.5, content_score=None, content=None, window=1.0,
    repetition=1.0, length=420, weights=Weights(1.0, 3.0, 0.0, 1.0), total=2.5,
)  # fmt: skip


def logged(uid: str, session: int, step: int, total: float, **more: Any) -> dict[str, Any]:
    """A line of a reward worker, with NaN as it writes it."""
    row = {
        "job": "01", "at": float(step), "uid": uid, "session": session, "purpose": "train",
        "item_id": f"item-{uid}", "step": step, "completion": f"{uid}{session}",
    }  # fmt: skip
    parts = to_row(PARTS._replace(total=total), progress=0.0, missing=("content",))
    return row | parts | more


def write_log(path: Path, rows: list[dict[str, Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Two batches of two, four updates each, seen by two workers; validation in between."""
    write_log(
        tmp_path / "verl" / "parts" / "a-1.jsonl",
        [logged("u", 0, 1, 1.0), logged("w", 0, 2, 3.0), logged("v", 0, 1, 9.0, purpose="eval")],
    )
    write_log(
        tmp_path / "verl" / "parts" / "b-1.jsonl", [logged("u", 1, 1, 2.0), logged("w", 1, 2, 5.0)]
    )
    return tmp_path


def test_each_batch_has_its_metrics_and_its_rollouts(out: Path) -> None:
    made = write_curves(out, updates_per_batch=4, summarise=part_metrics)
    assert made == (2, 4, 0)
    metrics = [row for _, row in read_jsonl(out / "metrics.jsonl")]
    # Means of 1 and 2, and of 3 and 5; a batch is known by the steps behind it when it is done.
    assert [(row["step"], row["reward"]) for row in metrics] == [(4, 1.5), (8, 4.0)]
    assert metrics[0]["parts/structure"] == 0.5
    assert metrics[0]["missing/content"] == 1.0
    rollouts = list(read_rollouts(out / "rollouts"))
    assert [(row["step"], row["completion"]) for row in rollouts] == [
        (0, "u0"), (0, "u1"), (4, "w0"), (4, "w1"),
    ]  # fmt: skip
    assert tuple(rollouts[0]) == RolloutRow._fields
    assert rollouts[0]["parts"]["content"] is None


def test_verls_own_dump_says_which_rows_were_trained_on(out: Path) -> None:
    write_log(
        out / "verl" / "parts" / "c-1.jsonl",
        [logged("failed", 0, 1, 100.0), logged("u", 0, 1, 1.5, at=1.5, job="02")],
    )
    dump = [{"uid": f"u_{k}_0", "input": "?", "output": "", "score": 0.0} for k in (0, 1)]
    write_jsonl(out / "verl" / "rollouts" / "1.jsonl", dump)
    made = write_curves(out, updates_per_batch=4, summarise=part_metrics)
    # Of the group that failed nothing is left, and of the row that was scored twice the last.
    assert made == (2, 4, 2)
    first = next(row for _, row in read_jsonl(out / "metrics.jsonl"))
    assert first["reward"] == (1.5 + 2.0) / 2


def test_a_group_that_waited_counts_where_it_was_trained_on(out: Path) -> None:
    dump = [{"uid": f"u_{k}_0"} for k in (0, 1)] + [{"uid": f"w_{k}_0"} for k in (0, 1)]
    write_jsonl(out / "verl" / "rollouts" / "2.jsonl", dump)
    made = write_curves(out, updates_per_batch=4, summarise=part_metrics)
    assert made == (1, 4, 0)
    (row,) = [row for _, row in read_jsonl(out / "metrics.jsonl")]
    assert row["reward"] == (1.0 + 2.0 + 3.0 + 5.0) / 4


def test_without_a_dump_a_step_done_again_counts_once(out: Path) -> None:
    write_log(
        out / "verl" / "parts" / "c-2.jsonl",
        [logged("x", k, 2, 7.0, at=9.0, job="02") for k in (0, 1)],
    )
    made = write_curves(out, updates_per_batch=4, summarise=part_metrics)
    assert made == (2, 4, 2)
    last = [row for _, row in read_jsonl(out / "metrics.jsonl")][-1]
    assert last["reward"] == 7.0


def test_verls_own_figures_stand_beside_the_parts(out: Path) -> None:
    rows = [{"step": 1, "data": {"actor/kl_loss": 0.25, "note": "text"}}]
    write_jsonl(out / "verl" / "log" / "000.jsonl", rows)
    write_curves(out, updates_per_batch=4, summarise=part_metrics)
    first, last = [row for _, row in read_jsonl(out / "metrics.jsonl")]
    assert first["verl/actor/kl_loss"] == 0.25
    assert "verl/note" not in first
    assert "verl/actor/kl_loss" not in last


def test_a_line_cut_short_by_a_kill_is_left_out(out: Path) -> None:
    path = out / "verl" / "parts" / "a-1.jsonl"
    with path.open("a") as stream:
        stream.write('{"job": "01", "at": 3.0, "ui')
    assert len(list(read_parts(path.parent))) == 5


def test_a_run_without_a_batch_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no row of training; repair"):
        write_curves(tmp_path, updates_per_batch=4, summarise=part_metrics)
