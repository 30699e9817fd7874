"""From a config to a command: the files of a run, here and on a cluster."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from social_r1.errors import ConfigError
from social_r1.integrations.verl import launch as module
from social_r1.integrations.verl.launch import Data, launch
from social_r1.integrations.verl.prompts import check_prompts
from social_r1.integrations.verl.settings import VerlSettings, run_settings
from social_r1.items import SocialItem
from social_r1.rewards import reward_config

ITEM = SocialItem(
    id="i", source="lab", dimension="Belief", group="g", story="Ann hid a key.",
    question="Who hid it?", options=("Ann", "Bo"), answer=1,
)  # fmt: skip
PAPER = reward_config("paper")
SMALL = {"steps": 4, "prompts_per_step": 4, "micro_batch_size": 5, "save_every": 4}
DATA = Data([ITEM], [0] * 4)
"""One batch of four prompts."""


def test_a_dry_run_writes_nothing(tmp_path: Path, train_config: Any) -> None:
    run = train_config(out=tmp_path / "out", **SMALL)
    started = launch(run, DATA, VerlSettings(), PAPER, dry_run=True)
    folder = tmp_path / "out" / "verl"
    assert started.command == [
        sys.executable, "-m", "verl.trainer.main_ppo",
        "--config-dir", str(folder), "--config-name", "run",
    ]  # fmt: skip
    assert started.exit_status is None
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_is_given_the_job_and_its_variables(tmp_path: Path, train_config: Any) -> None:
    run = train_config(out=tmp_path / "out", **SMALL)
    started = launch(run, DATA, VerlSettings(), PAPER, address="http://head:8265", dry_run=True)
    front = started.command[: started.command.index("--")]
    assert front[:5] == ["ray", "job", "submit", "--address", "http://head:8265"]
    variables = json.loads(front[6])["env_vars"]
    assert variables == {
        "VERL_FILE_LOGGER_PATH": str(tmp_path / "out" / "verl" / "log" / "000.jsonl")
    }
    assert started.command[len(front) + 1 :][:3] == ["python", "-m", "verl.trainer.main_ppo"]


def test_a_start_writes_its_files_and_gives_the_exit_status(
    tmp_path: Path, train_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyarrow")
    monkeypatch.setattr(module, "check_versions", lambda names: [])
    monkeypatch.setattr(module, "check_machine", lambda cluster: None)
    failing = [sys.executable, "-c", "import os, sys; sys.exit(len(os.environ['SOCIAL_TEST']))"]
    monkeypatch.setattr(module, "command_line", lambda folder, environment, address: failing)
    monkeypatch.setenv("SOCIAL_TEST", "three")
    run = train_config(out=tmp_path / "out", **SMALL)
    started = launch(run, DATA, VerlSettings(), PAPER)
    assert started.exit_status == 5
    folder = tmp_path / "out" / "verl"
    names = {path.name for path in folder.iterdir()}
    assert names == {"train.parquet", "eval.parquet", "run.yaml", "command.txt"}
    written = yaml.safe_load((folder / "run.yaml").read_text())
    assert written["defaults"] == ["social_r1", "_self_"]
    assert written["hydra"]["searchpath"] == ["pkg://social_r1.integrations.verl.config"]
    assert written["social_r1"] == started.settings["social_r1"]


def test_versions_are_checked_before_anything_is_written(
    tmp_path: Path, train_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(names: Any) -> None:
        raise ConfigError(f"{sorted(names)}")

    monkeypatch.setattr(module, "check_versions", refuse)
    run = train_config(out=tmp_path / "out", **SMALL)
    with pytest.raises(ConfigError, match=r"\['TransferQueue', 'ray', 'transformers', 'verl'\]"):
        launch(run, DATA, VerlSettings(), PAPER)
    with pytest.raises(ConfigError, match=r"\['ray'\]"):
        launch(run, DATA, VerlSettings(), PAPER, address="http://head:8265")
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_must_go_on_needs_a_checkpoint(tmp_path: Path, train_config: Any) -> None:
    run = train_config(out=tmp_path / "out", resume="must", **SMALL)
    with pytest.raises(ConfigError, match=r"latest_checkpointed_iteration\.txt is not there"):
        launch(run, DATA, VerlSettings(), PAPER)


def test_a_machine_without_gpus_is_refused_before_anything_is_written(
    tmp_path: Path, train_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "check_versions", lambda names: [])

    def refuse(cluster: VerlSettings) -> None:
        raise ConfigError(f"{cluster.gpus_per_node} GPUs")

    monkeypatch.setattr(module, "check_machine", refuse)
    run = train_config(out=tmp_path / "out", **SMALL)
    with pytest.raises(ConfigError, match="8 GPUs"):
        launch(run, DATA, VerlSettings(), PAPER)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["trained on", "learning curve"])
def test_a_prompt_that_verl_would_cut_is_refused_before_anything_is_written(
    place: str, tmp_path: Path, train_config: Any, monkeypatch: pytest.MonkeyPatch,
    tokenizer_folder: Path,
) -> None:  # fmt: skip
    monkeypatch.setattr(module, "check_versions", lambda names: [])
    monkeypatch.setattr(module, "check_machine", lambda cluster: None)
    long = ITEM.model_copy(update={"id": "long", "story": ITEM.story + " " + "é" * 10})
    data = (
        Data([ITEM, long], [0, 1, 0, 0]) if place == "trained on" else DATA._replace(fixed=[long])
    )
    run = train_config(
        out=tmp_path / "out", model=str(tokenizer_folder), prompt_style="compact", **SMALL
    )
    # A byte is a token: "<|im_start|>user\n" 17, the message 52, "<|im_end|>\n" 11 and
    # "<|im_start|>assistant\n" 22, less 9 because the end is one token; a space and ten letters
    # of two bytes more.
    short = 17 + 52 + 11 - 9 + 22
    with pytest.raises(
        ConfigError,
        match=rf"item 'long' has {short + 21} tokens, the longest of the run, and "
        rf"max_prompt_length is {short}: .*; repair: verl\.max_prompt_length={short + 21}$",
    ):
        launch(run, data, VerlSettings(max_prompt_length=short), PAPER)
    assert list(tmp_path.iterdir()) == []
    check_prompts(
        [ITEM], "compact", run_settings(run, VerlSettings(max_prompt_length=short), PAPER)
    )


def test_a_policy_without_chat_template_is_refused(
    tmp_path: Path, train_config: Any, tokenizer_folder: Path
) -> None:
    bare = tmp_path / "bare"
    shutil.copytree(tokenizer_folder, bare, ignore=shutil.ignore_patterns("*.jinja"))
    run = train_config(out=tmp_path / "out", model=str(bare), **SMALL)
    with pytest.raises(ConfigError, match="has no chat template; repair: set tokenizer"):
        check_prompts([ITEM], "sip", run_settings(run, VerlSettings(), PAPER))


def test_a_tokenizer_that_only_the_cluster_has_gives_one_note(
    tmp_path: Path, train_config: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    run = train_config(out=tmp_path / "out", model="/only/on/the/cluster", **SMALL)
    check_prompts([ITEM], "sip", run_settings(run, VerlSettings(), PAPER))
    said = capsys.readouterr().err
    assert said.startswith("note: prompts were not measured against max_prompt_length=1024 (model")
    assert said.count("\n") == 1


def test_too_few_prompts_are_refused(
    tmp_path: Path, train_config: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "check_versions", lambda names: [])
    monkeypatch.setattr(module, "check_machine", lambda cluster: None)
    run = train_config(out=tmp_path / "out", **SMALL)
    with pytest.raises(ConfigError, match="3 prompts for 4 of the run"):
        launch(run, Data([ITEM], [0] * 3), VerlSettings(), PAPER)
