"""A reward model's training that is killed resumes to the same result; another's is refused."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from social_r1.cli.main import main
from social_r1.errors import ConfigError
from social_r1.preference.checkpoints import MARKER, complete_checkpoints
from social_r1.preference.config import RewardModelConfig, load_config
from social_r1.preference.run_folder import LOCK
from social_r1.preference.scorer import META
from social_r1.preference.train_rm import RewardModelResult, train_rm
from social_r1.preference.trainer import WEIGHTS
from social_r1.preference.types import Pair
from social_r1.records import write_jsonl

pytestmark = pytest.mark.smoke

STEPS = 10
"""With checkpoints after 4, 8 and 10; an epoch is 6 batches, so the second is broken into."""

SCRIPT = """
import os, signal, sys
from pathlib import Path
from social_r1.preference import callbacks, train_rm, trainer
from social_r1.preference.config import RewardModelConfig

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def after_seven(step, _):
    if moment == "in a step" and step == 7:
        die()

moment = sys.argv[2]
if moment == "in the first save":
    trainer.PairTrainer._save_rng_state = die
if moment == "before the second marker":
    mark = callbacks.mark_complete
    callbacks.mark_complete = lambda folder, step, *of: (
        mark(folder, step, *of) if step < 8 else die()
    )
if moment == "in the evaluation":
    train_rm.accuracies = die
if moment == "before the end is said":
    train_rm.write_done = die
train_rm.train_rm(RewardModelConfig.model_validate_json(sys.argv[1]), after_seven)
"""


def config(pairs: Path, backbone: Path, out: Path, **changes: object) -> RewardModelConfig:
    fields = {
        "pairs": pairs, "backbone": str(backbone), "out": out, "max_steps": STEPS, "lr": 3e-3,
        "batch_prompts": 2, "warmup": 2, "threads": 1, "save_every": 4, "head": "likelihood",
        "schedule": "constant",  # a rate that has fallen to 0 would hide a step too many
    }  # fmt: skip
    return load_config(None, fields | changes)


def rows_of(out: Path) -> list[dict]:
    """Metrics without the seconds, which are never the same."""
    rows = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    return [{k: v for k, v in row.items() if k != "seconds"} for row in rows]


def names_in(out: Path) -> set[str]:
    return {path.name for path in out.iterdir()}


def check_same_model(out: Path, other: Path) -> None:
    """The bits of the weights, the scale and the figures; the same names in the folder."""
    found, expected = (load_file(o / "model" / "model.safetensors") for o in (out, other))
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in found)
    for name in (f"model/{META}", "accuracy.json"):
        assert (out / name).read_text() == (other / name).read_text()
    assert names_in(out) == names_in(other)


def check_same(out: Path, other: Path) -> None:
    check_same_model(out, other)
    assert rows_of(out) == rows_of(other)


def words_of(settings: RewardModelConfig) -> list[str]:
    """The command of a config."""
    folders = ("pairs", "backbone", "out")
    words = [f"{name}={value}" for name, value in settings.model_dump(exclude={*folders}).items()]
    for name in folders:
        words += [f"--{name}", str(getattr(settings, name))]
    return ["rm", "train", *words]


@pytest.fixture(scope="module")
def few(pairs: list[Pair]) -> list[Pair]:
    """At most four pairs about each of 12 prompts to learn from, and of 3 that are held out.

    Four pairs have eight thoughts at most and so are one group: an epoch is 12 / 2 = 6 batches.
    """
    chosen: list[Pair] = []
    for split, count in {"train": 12, "val": 3}.items():
        prompts = list(dict.fromkeys(p.prompt for p in pairs if p.split == split))[:count]
        assert len(prompts) == count
        for prompt in prompts:
            chosen += [p for p in pairs if p.prompt == prompt][:4]
    return chosen


@pytest.fixture(scope="module")
def pairs_file(few: list[Pair], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("few") / "pairs.jsonl"
    write_jsonl(path, few)
    return path


@pytest.fixture(scope="module")
def unbroken(
    pairs_file: Path, backbone: Path, tmp_path_factory: pytest.TempPathFactory
) -> RewardModelResult:
    return train_rm(config(pairs_file, backbone, tmp_path_factory.mktemp("unbroken") / "rm"))


def test_every_checkpoint_has_its_row_and_goes_when_the_run_has_ended(
    unbroken: RewardModelResult,
) -> None:
    out = unbroken.model.parent
    assert [row["step"] for row in rows_of(out)] == [4, 8, 10]
    assert names_in(out) == {
        LOCK, "accuracy.json", "done.json", "manifest.json", "metrics.jsonl", "model",
    }  # fmt: skip
    assert (unbroken.steps, unbroken.resumed_from) == (10, 0)


@pytest.mark.parametrize(
    ("moment", "resumed_from"),
    [
        ("in the first save", 0),
        ("in a step", 4),
        ("before the second marker", 4),
        ("in the evaluation", 10),
        ("before the end is said", 10),
    ],
)
def test_kill_9_and_the_same_command_again_give_the_same_result(
    moment: str, resumed_from: int, unbroken: RewardModelResult, pairs_file: Path, backbone: Path,
    tmp_path: Path,
) -> None:  # fmt: skip
    settings = config(pairs_file, backbone, tmp_path / "rm")
    (tmp_path / "job.py").write_text(SCRIPT)
    command = [sys.executable, str(tmp_path / "job.py"), settings.model_dump_json(), moment]
    job = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert job.returncode == -signal.SIGKILL, job.stderr
    assert not (tmp_path / "rm" / "done.json").exists()
    said: list[str] = []
    result = train_rm(settings, say=said.append)
    assert result.resumed_from == resumed_from
    assert said == (
        [f"going on from step {resumed_from}, the last whole checkpoint in {tmp_path / 'rm'}"]
        if resumed_from
        else []
    )
    check_same(tmp_path / "rm", unbroken.model.parent)


TERMINATED = """
import os, signal, sys
from social_r1.cli import main, rm

def fifth(step, _):
    if step == 4:  # told after the checks of step 4, so it is step 5 that ends it
        os.kill(os.getpid(), signal.SIGTERM)

rm._tell = fifth
sys.exit(main.main(sys.argv[1:]))
"""


def test_sigterm_saves_a_checkpoint_and_the_same_command_ends_in_the_same_model(
    unbroken: RewardModelResult, pairs_file: Path, backbone: Path, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    out = tmp_path / "rm"
    words = words_of(config(pairs_file, backbone, out))
    (tmp_path / "job.py").write_text(TERMINATED)
    command = [sys.executable, str(tmp_path / "job.py"), *words]
    job = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert job.returncode == 128 + signal.SIGTERM, job.stderr
    assert job.stderr.splitlines()[-2:] == [
        "SIGTERM: the run ends with a checkpoint after this step",
        "error: ended by SIGTERM after step 5 of 10, with a complete checkpoint in "
        f"{out / 'checkpoints'}; repair: the same command goes on",
    ]
    assert complete_checkpoints(out / "checkpoints")[-1].step == 5
    assert not (out / "done.json").exists()
    assert main(words) == 0
    assert "going on from step 5, the last whole checkpoint" in capsys.readouterr().err
    check_same_model(out, unbroken.model.parent)
    whole, rows = rows_of(unbroken.model.parent), rows_of(out)
    assert [row["step"] for row in rows] == [4, 5, 8, 10]  # step 5 has a mean of its own
    assert [rows[0], rows[3]] == [whole[0], whole[2]]
    assert rows[2]["num_tokens"] == whole[1]["num_tokens"]


@pytest.mark.parametrize(
    "changes",
    [
        {"head": "scalar", "center": 0.01, "epochs": 1.5, "max_steps": -1, "save_every": 5},
        {"head": "scalar", "lora_rank": 2, "weights": "bf16", "accumulate": 2},
        {"lora_rank": 2, "gold_weight": 1.0, "precision": "fp32", "schedule": "cosine"},
    ],
    ids=str,
)
def test_other_settings_resume_too(
    changes: dict, pairs_file: Path, backbone: Path, tmp_path: Path
) -> None:
    whole = train_rm(config(pairs_file, backbone, tmp_path / "whole", **changes))
    settings = config(pairs_file, backbone, tmp_path / "cut", **changes)

    def stop(step: int, _: int) -> None:
        if step == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_rm(settings, stop)
    (checkpoint,) = complete_checkpoints(tmp_path / "cut" / "checkpoints")
    assert checkpoint.step == settings.save_every
    if settings.lora_rank:  # the backbone is there already
        saved = load_file(checkpoint.path / WEIGHTS)
        assert all("lora_" in name or "score.modules_to_save" in name for name in saved)
    torch.manual_seed(9)  # another process would not have this one's state
    assert train_rm(settings).resumed_from == settings.save_every
    check_same(tmp_path / "cut", whole.model.parent)


@pytest.fixture(scope="module")
def stopped(pairs_file: Path, backbone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run that ended between steps 8 and 10, with both of its checkpoints."""
    out = tmp_path_factory.mktemp("stopped") / "rm"

    def stop(step: int, _: int) -> None:
        if step == 9:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_rm(config(pairs_file, backbone, out, keep=2), stop)
    assert [c.step for c in complete_checkpoints(out / "checkpoints")] == [4, 8]
    return out


def test_half_a_checkpoint_and_half_a_row_are_passed_over(
    stopped: Path, unbroken: RewardModelResult, pairs_file: Path, backbone: Path, tmp_path: Path
) -> None:
    out = tmp_path / "rm"
    shutil.copytree(stopped, out)
    newest = out / "checkpoints" / "checkpoint-8"
    (newest / MARKER).unlink()
    (newest / "optimizer.pt").write_bytes(b"half")
    with (out / "metrics.jsonl").open("a") as stream:
        stream.write('{"step": 9, "los')
    assert train_rm(config(pairs_file, backbone, out)).resumed_from == 4
    check_same(out, unbroken.model.parent)


def test_another_config_or_other_pairs_are_refused_and_nothing_is_touched(
    stopped: Path, pairs_file: Path, few: list[Pair], backbone: Path, tmp_path: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in stopped.rglob("*")}
    said = r"lr: 0.003 then, 0.001 now\); repair: another out=, the old values, or resume=never"
    with pytest.raises(ConfigError, match=rf"{stopped} holds a run with another config \({said}"):
        train_rm(config(pairs_file, backbone, stopped, lr=1e-3))
    write_jsonl(tmp_path / "fewer.jsonl", few[1:])
    with pytest.raises(ConfigError, match=r"\(pairs_sha256: '[0-9a-f]{64}' then, '[0-9a-f]{64}' n"):
        train_rm(config(tmp_path / "fewer.jsonl", backbone, stopped))
    assert {path: path.stat().st_mtime_ns for path in stopped.rglob("*")} == before


def test_other_weights_under_the_same_name_are_refused(
    stopped: Path, pairs_file: Path, backbone: Path, tmp_path: Path
) -> None:
    here = tmp_path / "backbone"
    shutil.copytree(backbone, here)
    out = tmp_path / "rm"
    settings = config(pairs_file, here, out, max_steps=1)
    train_rm(settings)
    weights = (here / "model.safetensors").read_bytes()
    (here / "model.safetensors").write_bytes(weights[:-1] + bytes([weights[-1] ^ 1]))
    with pytest.raises(ConfigError, match=r"\(backbone_sha256: .* then, .* now\)"):
        train_rm(settings)


def test_the_same_pairs_in_another_file_go_on_and_never_starts_over(
    stopped: Path, unbroken: RewardModelResult, pairs_file: Path, backbone: Path, tmp_path: Path
) -> None:
    shutil.copy(pairs_file, tmp_path / "moved.jsonl")
    for choice, step in {"must": 8, "never": 0}.items():
        out = tmp_path / choice
        shutil.copytree(stopped, out)
        settings = config(tmp_path / "moved.jsonl", backbone, out, resume=choice)
        assert train_rm(settings).resumed_from == step
        check_same(out, unbroken.model.parent)


def test_a_run_that_must_go_on_needs_a_checkpoint(
    pairs_file: Path, backbone: Path, tmp_path: Path
) -> None:
    with pytest.raises(ConfigError, match="holds no complete checkpoint; repair: resume=auto"):
        train_rm(config(pairs_file, backbone, tmp_path / "rm", resume="must"))
    assert not (tmp_path / "rm").exists()


def test_a_finished_run_is_not_run_again(
    unbroken: RewardModelResult, pairs_file: Path, backbone: Path,
    capsys: pytest.CaptureFixture[str], tmp_path: Path,
) -> None:  # fmt: skip
    out = tmp_path / "rm"
    shutil.copytree(unbroken.model.parent, out)
    (out / "checkpoints" / "checkpoint-10").mkdir(parents=True)  # a kill while they were removed
    before = {path: path.stat().st_mtime_ns for path in (out / "model").iterdir()}
    settings = config(pairs_file, backbone, out)
    assert train_rm(settings) == unbroken._replace(model=out / "model", resumed_from=10)
    assert not (out / "checkpoints").exists()

    words = words_of(settings)
    assert main([*words, "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["steps"] == 10
    assert f"{out} holds this run, finished; resume=never starts over" in told.err
    assert main([*words, "lr=1e-3"]) == 2
    assert "lr: 0.003 then, 0.001 now" in capsys.readouterr().err
    assert {path: path.stat().st_mtime_ns for path in (out / "model").iterdir()} == before


def test_a_finished_run_whose_model_was_taken_away_is_run_again(
    unbroken: RewardModelResult, pairs_file: Path, backbone: Path, tmp_path: Path
) -> None:
    out = tmp_path / "rm"
    shutil.copytree(unbroken.model.parent, out)
    shutil.rmtree(out / "model")
    assert train_rm(config(pairs_file, backbone, out)).resumed_from == 0
    check_same(out, unbroken.model.parent)
