"""A whole GRPO run on a tiny policy: its folder, its logs, and a kill -9 in the middle."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from social_r1.errors import ConfigError, InputError
from social_r1.preference.callbacks import Terminated
from social_r1.preference.checkpoints import MARKER, complete_checkpoints
from social_r1.preference.run_folder import LOCK, hold_folder
from social_r1.training import train
from social_r1.training.rollouts import read_rollouts

pytestmark = pytest.mark.smoke


def weights_of(out: Path) -> dict[str, torch.Tensor]:
    return load_file(out / "model" / "model.safetensors")


def rows_of(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture(scope="module")
def unbroken(
    make_config, word_reward, items_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("unbroken")
    train(
        make_config(out, eval_items=items_file, eval_every=3),
        reward=word_reward,
    )
    return out


def test_a_run_changes_the_policy_and_leaves_one_row_per_step(unbroken: Path, policy: Path) -> None:
    before, after = load_file(policy / "model.safetensors"), weights_of(unbroken)
    assert any(not torch.equal(before[name], after[name]) for name in after)
    rows = rows_of(unbroken / "metrics.jsonl")
    assert [row["step"] for row in rows] == [1, 2, 3, 4, 5, 6]
    for row in rows:
        parts = row["seconds/generation"] + row["seconds/reward"] + row["seconds/update"]
        assert parts == pytest.approx(row["seconds/step"])
        assert 0 <= row["parts/outcome"] <= 1
        assert sum(v for k, v in row.items() if k.startswith("parse/")) == pytest.approx(1)
    assert [row["step"] for row in rows_of(unbroken / "eval.jsonl")] == [0, 3, 6]


def test_rollouts_hold_every_sample_once_with_centred_advantages(unbroken: Path) -> None:
    rows = list(read_rollouts(unbroken / "rollouts"))
    assert len(rows) == 6 * 4 * 4
    assert len({(row["step"], row["item_id"], row["sample"]) for row in rows}) >= 6 * 3 * 4
    for start in range(0, len(rows), 4):
        group = rows[start : start + 4]
        assert len({row["item_id"] for row in group}) == 1
        assert [row["sample"] for row in group] == [0, 1, 2, 3]
        assert sum(row["advantage"] for row in group) == pytest.approx(0, abs=1e-4)
        assert all(row["policy"].endswith(f"@{row['step']}") for row in group)


def test_only_the_newest_complete_checkpoints_are_kept(unbroken: Path) -> None:
    found = complete_checkpoints(unbroken / "checkpoints")
    assert [checkpoint.step for checkpoint in found] == [4, 6]


def test_a_finished_run_is_not_run_again(unbroken: Path, make_config, word_reward) -> None:
    stamp = (unbroken / "model" / "model.safetensors").stat().st_mtime_ns
    config = make_config(unbroken)
    result = train(config, reward=word_reward)
    assert result.resumed_from == 6
    assert (unbroken / "model" / "model.safetensors").stat().st_mtime_ns == stamp


def test_another_config_in_the_same_folder_is_refused(
    unbroken: Path, make_config, word_reward
) -> None:
    config = make_config(unbroken, lr=5e-4)
    with pytest.raises(ConfigError, match=r"lr: 0.001 then, 0.0005 now.*resume=never"):
        train(config, reward=word_reward)


def test_a_folder_in_which_another_run_is_at_work_is_left_to_it(
    make_config, word_reward, tmp_path: Path
) -> None:
    with (
        hold_folder(tmp_path),
        pytest.raises(ConfigError, match=rf"in use by another run \(process {os.getpid()} on"),
    ):
        train(make_config(tmp_path), reward=word_reward)
    assert [path.name for path in tmp_path.iterdir()] == [LOCK]


def test_a_broken_off_checkpoint_is_ignored_and_the_run_ends_in_the_same_weights(
    unbroken: Path, make_config, word_reward, tmp_path: Path
) -> None:
    config = make_config(tmp_path)
    train(config, reward=word_reward)
    (tmp_path / "done.json").unlink()
    newest = tmp_path / "checkpoints" / "checkpoint-6"
    (newest / MARKER).unlink()
    (newest / "optimizer.pt").write_bytes(b"half")
    with (tmp_path / "metrics.jsonl").open("a") as stream:
        stream.write('{"step": 7, "los')
    result = train(config, reward=word_reward)
    assert result.resumed_from == 4
    assert [row["step"] for row in rows_of(tmp_path / "metrics.jsonl")] == [1, 2, 3, 4, 5, 6]
    for name, weight in weights_of(unbroken).items():
        assert torch.equal(weights_of(tmp_path)[name], weight), name


def test_a_resumed_run_keeps_its_reference_model(make_config, word_reward, tmp_path: Path) -> None:
    """The KL is taken against the policy that the run began with, not the one it resumed with."""
    config = make_config(tmp_path, beta=0.5)
    train(config, reward=word_reward)
    whole, kl = weights_of(tmp_path), rows_of(tmp_path / "metrics.jsonl")[-1]["kl"]
    assert kl > 0
    (tmp_path / "done.json").unlink()
    (tmp_path / "checkpoints" / "checkpoint-6" / MARKER).unlink()
    assert train(config, reward=word_reward).resumed_from == 4
    assert rows_of(tmp_path / "metrics.jsonl")[-1]["kl"] == kl
    for name, weight in weights_of(tmp_path).items():
        assert torch.equal(whole[name], weight), name


def test_sigterm_saves_a_checkpoint_and_the_same_command_ends_in_the_same_run(
    unbroken: Path, make_config, word_reward, items_file: Path, tmp_path: Path,
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    config = make_config(tmp_path, eval_items=items_file, eval_every=3)
    before = signal.getsignal(signal.SIGTERM)

    def third(row: dict) -> None:
        if row["step"] == 2:  # told after the checks of step 2, so it is step 3 that ends it
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(Terminated, match=r"after step 3 of 6, with a complete.*the same command"):
        train(config, reward=word_reward, on_step=third)
    assert Terminated.exit_status == 143
    assert signal.getsignal(signal.SIGTERM) is before
    assert complete_checkpoints(tmp_path / "checkpoints")[-1].step == 3
    assert not (tmp_path / "done.json").exists()
    assert "SIGTERM: the run ends with a checkpoint" in capfd.readouterr().err
    result = train(config, reward=word_reward)
    assert result.resumed_from == 3
    assert "missing keys" not in caplog.text + capfd.readouterr().err  # its weights are tied
    for name in ("metrics.jsonl", "eval.jsonl"):
        assert [row["step"] for row in rows_of(tmp_path / name)] == [
            row["step"] for row in rows_of(unbroken / name)
        ]
    for name, weight in weights_of(unbroken).items():
        assert torch.equal(weights_of(tmp_path)[name], weight), name


SCRIPT = """
import sys, time
sys.path[:0] = {paths!r}
from conftest import CountsWords, tiny_config
from pathlib import Path
from social_r1.training import SocialReward, train
slow = float(sys.argv[4])
train(
    tiny_config(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3])),
    reward=SocialReward(CountsWords()), on_step=lambda row: time.sleep(slow),
)
"""


def test_kill_9_and_the_same_command_again_give_the_same_weights(
    unbroken: Path, policy: Path, items_file: Path, tmp_path: Path
) -> None:
    script = tmp_path / "job.py"
    here = str(Path(__file__).parent)
    script.write_text(SCRIPT.format(paths=[here]))
    out = tmp_path / "run"

    def command(slow: float) -> list[str]:
        return [sys.executable, str(script), str(policy), str(items_file), str(out), str(slow)]

    env = os.environ | {"OMP_NUM_THREADS": "1"}
    job = subprocess.Popen(command(0.5), env=env, stderr=subprocess.PIPE)
    deadline = time.time() + 300
    rollouts = out / "rollouts" / "step_00003.jsonl"
    while not rollouts.is_file() and job.poll() is None and time.time() < deadline:
        time.sleep(0.01)
    job.send_signal(signal.SIGKILL)
    job.wait()
    assert job.returncode == -signal.SIGKILL
    assert not (out / "done.json").exists()
    subprocess.run(command(0.0), env=env, check=True, capture_output=True, timeout=300)
    for name, weight in weights_of(unbroken).items():
        assert torch.equal(weights_of(out)[name], weight), name
    assert [row["step"] for row in rows_of(out / "metrics.jsonl")] == [1, 2, 3, 4, 5, 6]
    ours, theirs = (list(read_rollouts(folder / "rollouts")) for folder in (out, unbroken))
    assert ours == theirs


@pytest.mark.parametrize(
    "changes",
    [
        {"beta": 0.04},
        {"precision": "bf16"},
        {"fast": False},
        {"updates_per_batch": 2, "loss_type": "bnpo", "micro_batch_size": 4},
        {"lora_rank": 2},
        {"loss_type": "luspo", "ratio": "sequence"},
        {"loss_type": "vespo"},
        {"gradient_checkpointing": "on", "fast": False, "precision": "auto"},
    ],
    ids=str,
)
def test_other_settings_run_too(make_config, word_reward, tmp_path: Path, changes: dict) -> None:
    config = make_config(tmp_path, steps=2, **changes)
    train(config, reward=word_reward)
    rows = rows_of(tmp_path / "metrics.jsonl")
    assert [row["step"] for row in rows] == [1, 2]
    assert ("kl" in rows[-1]) == ("beta" in changes)
    assert all(row["grad_norm"] > 0 for row in rows)


def test_missing_models_items_and_templates_are_named(
    policy: Path, make_config, word_reward, tmp_path: Path
) -> None:
    gone = make_config(tmp_path / "out", model=str(tmp_path / "gone"))
    with pytest.raises(InputError, match=r"gone.*does not exist"):
        train(gone, reward=word_reward)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=r"no config.json"):
        train(make_config(tmp_path / "out", model=str(empty)), reward=word_reward)
    with pytest.raises(InputError, match=r"none.jsonl does not exist"):
        train(make_config(tmp_path / "out", items=tmp_path / "none.jsonl"))
    bare = tmp_path / "bare"
    bare.mkdir()
    for file in policy.iterdir():
        if file.name != "chat_template.jinja":
            (bare / file.name).write_bytes(file.read_bytes())
    with pytest.raises(InputError, match="no chat template"):
        train(make_config(tmp_path / "out", model=str(bare)), reward=word_reward)


def test_other_weights_under_the_same_name_are_not_gone_on_with(
    unbroken: Path, make_config, word_reward, policy: Path, tmp_path: Path
) -> None:
    # A folder's name says nothing: the finished run below was trained from these weights.
    changed = tmp_path / "policy"
    shutil.copytree(policy, changed)
    out = tmp_path / "run"
    train(make_config(out, model=str(changed), steps=1, save_every=1), reward=word_reward)
    tensors = load_file(changed / "model.safetensors")
    name = next(iter(tensors))
    tensors[name] = tensors[name] + 1
    save_file(tensors, changed / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(ConfigError, match=r"model_sha256: .* then, .* now"):
        train(make_config(out, model=str(changed), steps=1, save_every=1), reward=word_reward)


def test_missing_evaluation_items_are_found_before_the_old_run_is_cleared(
    make_config, word_reward, tmp_path: Path
) -> None:
    out = tmp_path / "run"
    train(make_config(out, steps=1, save_every=1), reward=word_reward)
    config = make_config(
        out, steps=1, save_every=1, resume="never", eval_items=tmp_path / "missing.jsonl"
    )
    with pytest.raises(InputError, match=r"missing\.jsonl"):
        train(config, reward=word_reward)
    assert (out / "model" / "model.safetensors").is_file()
    assert len(rows_of(out / "metrics.jsonl")) == 1
