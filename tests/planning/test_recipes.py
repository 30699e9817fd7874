"""The recipes: every cell of the paper's table loads, and every header tells the truth."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.errors import ConfigError, InputError
from social_r1.integrations.verl.settings import check
from social_r1.planning import find_gpu, plan
from social_r1.planning.header import FIRST, LAST, header, read_header, write_header
from social_r1.rewards.config import reward_config
from social_r1.training import PROFILES, load_config

ROOT = Path(__file__).resolve().parents[2]
MODELS = ("qwen3_4b", "qwen3_8b", "llama3_1_8b")
RECIPES = sorted(
    path for model in (*MODELS, "qwen3_1_7b") for path in (ROOT / "configs").glob(f"{model}*.yaml")
)
REWARDS = ("outcome_only", "full", "no_content", "no_structure", "no_length")


@pytest.mark.parametrize("profile", ["readme", "scripts"])
@pytest.mark.parametrize("reward", REWARDS)
@pytest.mark.parametrize("engine", ["trl", "verl"])
@pytest.mark.parametrize("model", MODELS)
def test_every_cell_is_one_command(model: str, engine: str, reward: str, profile: str) -> None:
    file = f"{model}.yaml" if engine == "trl" else f"{model}_{engine}.yaml"
    config = load_config(ROOT / "configs" / file, [f"reward={reward}", f"profile={profile}"])
    assert (config.engine, config.profile) == (engine, profile)
    assert reward_config(config.reward)
    figures = PROFILES[profile]
    for key in ("lr", "beta", "steps", "group_size", "prompts_per_step", "loss_type"):
        assert getattr(config, key) == figures[key], key
    if engine == "verl":
        check(config)


@pytest.mark.parametrize("model", MODELS)
def test_both_engines_run_the_same_experiment(model: str) -> None:
    ours, theirs = (
        load_config(ROOT / "configs" / f"{model}{end}.yaml").identity() for end in ("", "_verl")
    )
    assert {k for k in ours | theirs if ours.get(k) != theirs.get(k)} == {"engine"}


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_the_header_is_what_the_program_says(path: Path) -> None:
    found = read_header(path.read_text(encoding="utf-8"))
    assert found is not None, f"repair: social-r1 plan --config {path} --write-header"
    lines, kind, gpus = found
    estimate = plan(load_config(path), find_gpu(kind), gpus)
    assert lines == header(estimate, path.relative_to(ROOT)), f"repair: {lines[0].lstrip('# ')}"
    assert estimate.option.fits
    assert estimate.warning is None


def test_the_table_names_every_recipe() -> None:
    table = (ROOT / "configs" / "README.md").read_text(encoding="utf-8")
    assert [path.name for path in RECIPES if f"`{path.name}`" not in table] == []


def test_a_header_goes_below_the_first_comment_and_is_replaced_there(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text("# about\nlr: 1\n# more\n")
    write_header(path, [f"{FIRST}social-r1 plan --gpu h200 --gpus 2", "# old", LAST])
    write_header(path, [f"{FIRST}social-r1 plan --gpu h100 --gpus 4", "# new", LAST])
    text = path.read_text()
    assert text.splitlines() == [
        "# about", f"{FIRST}social-r1 plan --gpu h100 --gpus 4", "# new", LAST, "lr: 1", "# more",
    ]  # fmt: skip
    assert read_header(text) == (text.splitlines()[1:4], "h100", 4)
    assert read_header("lr: 1\n") is None


def test_half_a_header_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_text(f"{FIRST}by hand\nlr: 1\n")
    with pytest.raises(InputError, match="has no line"):
        write_header(path, [])
    with pytest.raises(ConfigError, match="names no GPUs"):
        read_header(path.read_text())
