"""`social-r1 curves` on the folder of a run of verl."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from social_r1.cli.curves import curves
from social_r1.cli.main import main
from social_r1.integrations.verl.launch import write_run_yaml
from social_r1.integrations.verl.parts import to_row
from social_r1.records import read_jsonl
from social_r1.rewards.types import RewardParts, Weights


def test_curves_count_steps_as_the_run_was_started(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = RewardParts(1, 1, 0.5, None, None, 1, 1, 420, Weights(1, 3, 0, 1), 2.5)
    line = {
        "job": "1", "at": 0.0, "uid": "u", "session": 0, "purpose": "train", "item_id": "i",
        "step": 2, "completion": "text",
    }  # fmt: skip
    log = tmp_path / "verl" / "parts" / "w.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text(json.dumps(line | to_row(parts, progress=0.0)) + "\n")
    settings = {
        "data": {"train_batch_size": 64},
        "actor_rollout_ref": {"actor": {"ppo_mini_batch_size": 16}},
    }
    write_run_yaml(tmp_path / "verl" / "run.yaml", settings)
    curves(tmp_path, as_json=True)
    assert json.loads(capsys.readouterr().out) == {"steps": 1, "rows": 1, "untrained": 0}
    (row,) = [row for _, row in read_jsonl(tmp_path / "metrics.jsonl")]
    assert (row["step"], row["reward"]) == (8, 2.5)  # the second batch, four updates each
    curves(tmp_path)
    assert "1 rollouts of 1 batches (0 scored and not trained on)" in capsys.readouterr().out


def test_a_folder_that_is_no_run_of_verl_is_called_that(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "metrics.jsonl").write_text("{}\n")
    assert main(["curves", str(tmp_path)]) == 2
    err = capsys.readouterr().err
    assert f"{tmp_path} holds no run of verl; repair: the out= of `train engine=verl`" in err
    assert err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["metrics.jsonl"]
