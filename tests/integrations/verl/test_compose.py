"""Every recipe composes on top of verl's own config and passes verl's own checks, on CPU."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("verl", reason="verl is not installed here: make verl-env test-verl")

from social_r1.errors import ConfigError
from social_r1.integrations.verl.compose import compose, validate
from social_r1.integrations.verl.launch import CONFIGS, write_run_yaml
from social_r1.integrations.verl.settings import run_settings, verl_settings
from social_r1.rewards import reward_config
from social_r1.training.config import load_config

ROOT = Path(__file__).resolve().parents[3]
MODELS = ("Qwen/Qwen3-4B", "Qwen/Qwen3-8B", "meta-llama/Llama-3.1-8B-Instruct")
REWARDS = ("outcome_only", "full", "no_content", "no_structure", "no_length", "recommended")
CONTENT = "http://127.0.0.1:8765"


def recipes() -> list[Path]:
    """Shipped training configs that verl can run: those of the paper's profiles."""
    found = sorted((ROOT / "configs").rglob("*.yaml"))
    return [path for path in found if "engine: verl" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("profile", ["readme", "scripts"])
@pytest.mark.parametrize("model", MODELS)
def test_every_model_and_reward_composes(
    profile: str, model: str, tmp_path: Path, train_config: Any
) -> None:
    for name in REWARDS:
        run = train_config(profile, out=tmp_path / name, model=model, content=CONTENT)
        reward = reward_config(name)
        settings = run_settings(run, verl_settings({"nodes": 2}), reward)
        write_run_yaml(tmp_path / name / "verl" / "run.yaml", settings)
        config = compose(tmp_path / name / "verl")
        validate(config)
        assert config.actor_rollout_ref.model.path == model
        assert config.social_r1.reward.name == reward.name
        assert config.reward.reward_manager.name == "SocialRewardManager"
        assert config.reward.reward_model.enable is False
        assert config.trainer.total_training_steps == {"readme": 150, "scripts": 75}[profile]


@pytest.mark.parametrize("path", recipes(), ids=lambda path: path.stem)
def test_every_shipped_recipe_composes(path: Path, tmp_path: Path) -> None:
    run = load_config(path, [f"out={tmp_path}"])
    content = run.content if run.content in ("none", "oracle") else CONTENT
    run = run.model_copy(update={"content": content})
    settings = run_settings(run, verl_settings(run.verl), reward_config(run.reward))
    write_run_yaml(tmp_path / "verl" / "run.yaml", settings)
    validate(compose(tmp_path / "verl"))


@pytest.mark.parametrize("profile", ["readme", "scripts"])
def test_the_profiles_of_the_folder_compose_by_themselves(profile: str) -> None:
    validate(compose(CONFIGS, f"social_r1_{profile}"))


def test_verls_own_command_finds_our_config(tmp_path: Path, train_config: Any) -> None:
    run = train_config(out=tmp_path)
    settings = run_settings(run, verl_settings({}), reward_config("paper"))
    write_run_yaml(tmp_path / "verl" / "run.yaml", settings)
    command = [
        sys.executable, "-m", "verl.trainer.main_ppo",
        "--config-dir", str(tmp_path / "verl"), "--config-name", "run", "--cfg", "job",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "path: pkg://social_r1.integrations.verl.manager" in done.stdout
    assert "total_training_steps: 150" in done.stdout


def test_a_config_that_verl_refuses_says_why(tmp_path: Path, train_config: Any) -> None:
    settings = run_settings(train_config(out=tmp_path), verl_settings({}), reward_config("paper"))
    settings["actor_rollout_ref"]["actor"]["loss_agg_mode"] = "no-such-mean"
    write_run_yaml(tmp_path / "verl" / "run.yaml", settings)
    with pytest.raises(ConfigError, match="no-such-mean"):
        validate(compose(tmp_path / "verl"))
    settings["actor_rollout_ref"]["actor"] = {"no_such_key": 1}
    write_run_yaml(tmp_path / "verl" / "run.yaml", settings)
    with pytest.raises(ConfigError, match="no_such_key"):
        validate(compose(tmp_path / "verl"))
    with pytest.raises(ConfigError, match=r"other\.yaml does not compose"):
        compose(tmp_path / "verl", "other")


def test_the_written_rows_are_read_by_verls_own_dataset(
    tmp_path: Path, train_config: Any, tokenizer_folder: Path, attempts: Any
) -> None:
    from omegaconf import OmegaConf
    from transformers import AutoTokenizer
    from verl.utils.dataset.rl_dataset import RLHFDataset

    from social_r1.integrations.verl.launch import Data, write_files

    items = list({item.id: item for item, _ in attempts}.values())[:4]
    small = {"steps": 4, "prompts_per_step": 4, "micro_batch_size": 5, "save_every": 4}
    run = train_config(out=tmp_path, **small)
    settings = run_settings(run, verl_settings({}), reward_config("paper"))
    write_files(run, Data(items, [3, 1, 2, 0]), settings, tmp_path / "verl")
    config = compose(tmp_path / "verl")
    OmegaConf.update(config, "data.cache_dir", str(tmp_path / "cache"), force_add=True)
    tokenizer = AutoTokenizer.from_pretrained(tokenizer_folder)
    dataset = RLHFDataset(config.data.train_files, tokenizer, config.data)
    assert len(dataset) == 4
    row = dataset[0]
    assert row["extra_info"]["item_json"] == items[3].model_dump_json()
    assert row["raw_prompt"][-1]["role"] == "user"
    assert row["index"] == 0
