"""Our config as verl's settings, field by field, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from social_r1.errors import ConfigError
from social_r1.integrations.verl.launch import CONFIGS
from social_r1.integrations.verl.settings import (
    COPIED,
    INERT,
    VerlSettings,
    run_settings,
    verl_settings,
)
from social_r1.rewards import RewardConfig, reward_config
from social_r1.training.config import TrainConfig

PAPER = reward_config("paper")


def settings_of(run: TrainConfig, **cluster: Any) -> dict[str, Any]:
    return run_settings(run, VerlSettings(**cluster), PAPER)


def test_the_readme_profile_in_verls_words(train_config: Any) -> None:
    found = settings_of(train_config("readme"), nodes=2)
    actor, rollout = found["actor_rollout_ref"]["actor"], found["actor_rollout_ref"]["rollout"]
    # 600 optimiser steps, four on each batch of 64 prompts: 150 batches, mini-batches of 16.
    assert found["trainer"]["total_training_steps"] == 150
    assert found["social_r1"]["total_steps"] == 150
    assert (found["data"]["train_batch_size"], actor["ppo_mini_batch_size"]) == (64, 16)
    assert (rollout["n"], rollout["temperature"]) == (5, 1.0)
    assert (actor["optim"]["lr"], actor["kl_loss_coef"], actor["use_kl_loss"]) == (5e-7, 0.04, True)
    assert (actor["loss_agg_mode"], actor["clip_ratio_low"], actor["clip_ratio_high"]) == (
        "token-mean", 0.2, 0.2,
    )  # fmt: skip
    assert found["algorithm"]["norm_adv_by_std_in_grpo"] is True
    assert (found["data"]["max_prompt_length"], found["data"]["max_response_length"]) == (
        1024,
        3072,
    )
    assert actor["ppo_max_token_len_per_gpu"] == 4 * (1024 + 3072)
    assert (found["trainer"]["nnodes"], found["trainer"]["n_gpus_per_node"]) == (2, 8)


@pytest.mark.parametrize("profile", ["readme", "scripts"])
def test_the_config_of_a_profile_says_what_the_launcher_says(
    profile: str, train_config: Any
) -> None:
    found = settings_of(train_config(profile))
    base, own = (
        yaml.safe_load((CONFIGS / f"{name}.yaml").read_text())
        for name in ("social_r1", f"social_r1_{profile}")
    )
    assert own["defaults"][0] == "social_r1"
    merged = overlay(base, own)
    for path in (
        "data.train_batch_size", "data.max_prompt_length", "data.max_response_length",
        "actor_rollout_ref.rollout.n", "actor_rollout_ref.rollout.temperature",
        "actor_rollout_ref.actor.ppo_mini_batch_size",
        "actor_rollout_ref.actor.ppo_max_token_len_per_gpu",
        "actor_rollout_ref.actor.loss_agg_mode", "actor_rollout_ref.actor.use_kl_loss",
        "actor_rollout_ref.actor.kl_loss_coef", "actor_rollout_ref.actor.optim.lr",
        "actor_rollout_ref.actor.optim.lr_warmup_steps", "algorithm.norm_adv_by_std_in_grpo",
        "trainer.total_training_steps", "reward.num_workers",
    ):  # fmt: skip
        assert at(merged, path) == at(found, path), path


def overlay(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        both = isinstance(value, dict) and isinstance(merged.get(key), dict)
        merged[key] = overlay(merged[key], value) if both else value
    return merged


def at(settings: dict[str, Any], path: str) -> Any:
    for key in path.split("."):
        settings = settings[key]
    return settings


def test_the_whole_reward_travels_in_the_run(train_config: Any) -> None:
    recommended = reward_config("recommended")
    found = run_settings(train_config(), VerlSettings(), recommended)
    assert RewardConfig.model_validate(found["social_r1"]["reward"]) == recommended


def test_steps_are_counted_in_batches(train_config: Any) -> None:
    # 10 steps, four on a batch, are three batches; saving every 8 steps is every second batch.
    found = settings_of(train_config(steps=10, save_every=8, warmup=5))
    assert found["trainer"]["total_training_steps"] == 3
    assert found["trainer"]["save_freq"] == 2
    assert found["actor_rollout_ref"]["actor"]["optim"]["lr_warmup_steps"] == 2


def test_the_learning_curve_needs_fixed_items(train_config: Any) -> None:
    without = settings_of(train_config())["trainer"]
    assert (without["test_freq"], without["val_before_train"]) == (-1, False)
    curve = settings_of(train_config(eval_items=Path("e.jsonl"), eval_every=40))["trainer"]
    assert (curve["test_freq"], curve["val_before_train"]) == (10, True)
    ends = settings_of(train_config(eval_items=Path("e.jsonl")))["trainer"]
    assert ends["test_freq"] == 150  # before the first and after the last


def test_switches_of_the_run(train_config: Any) -> None:
    run = train_config(
        lora_rank=32, loss_type="dr_grpo", scale_rewards="none", beta=0.0, thinking="off",
        zero_signal="resample", epsilon_high=0.28, resume="never",
    )  # fmt: skip
    found = settings_of(run, offload=True)
    model, actor = found["actor_rollout_ref"]["model"], found["actor_rollout_ref"]["actor"]
    assert (model["lora_rank"], model["lora_alpha"]) == (32, 64)
    assert found["actor_rollout_ref"]["rollout"]["load_format"] == "safetensors"
    assert (actor["loss_agg_mode"], actor["loss_scale_factor"]) == ("seq-mean-token-sum-norm", 3072)
    assert (actor["use_kl_loss"], actor["clip_ratio_high"]) == (False, 0.28)
    assert found["algorithm"] == {
        "norm_adv_by_std_in_grpo": False,
        "filter_groups": {"enable": True, "metric": "acc"},
    }
    assert found["data"]["apply_chat_template_kwargs"] == {"enable_thinking": False}
    assert found["trainer"]["resume_mode"] == "disable"
    assert actor["fsdp_config"]["optimizer_offload"] is True


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"loss_type": "cispo"}, "loss_type 'cispo' has another formula in verl; repair: one of"),
        ({"scale_rewards": "batch"}, "scale_rewards 'batch' is not in verl's GRPO"),
        ({"precision": "fp32"}, "precision 'fp32': verl samples and trains in 16 bits"),
        ({"stage_credit": 0.5}, "stage_credit=0.5 has no counterpart in verl; repair: leave"),
        ({"aggregation": "normalize_then_sum"}, "aggregation='normalize_then_sum' has no count"),
        ({"model": "nano"}, "model 'nano' is the embedded one"),
        ({"content": "shipped"}, "content 'shipped' would put a model into every reward worker"),
        ({"zero_signal": "drop"}, "zero_signal 'drop' is not in verl"),
        ({"prefilled_think": "add"}, "prefilled_think='add' has no counterpart"),
        ({"prompts_per_step": 66, "micro_batch_size": 1, "updates_per_batch": 5,
          "save_every": 5}, "prompts_per_step 66 is not divisible by updates_per_batch 5"),
    ],
)  # fmt: skip
def test_what_verl_cannot_do_is_refused(
    changes: dict[str, Any], said: str, train_config: Any
) -> None:
    with pytest.raises(ConfigError, match=said):
        settings_of(train_config(**changes))


def test_every_field_that_is_copied_is_a_field_of_the_training_config() -> None:
    assert set(TrainConfig.model_fields) >= COPIED | INERT


def test_settings_of_the_cluster_are_checked() -> None:
    with pytest.raises(ConfigError, match="verl: nods"):
        verl_settings({"nods": 2})
    with pytest.raises(ConfigError, match="1 x 8 GPUs cannot be shared by tensor_parallel 3"):
        verl_settings({"tensor_parallel": 3})
    assert verl_settings({"nodes": 4}).nodes == 4


def test_the_queue_has_as_many_units_as_are_asked_for(train_config: Any) -> None:
    queue = settings_of(train_config(), storage_units=2)["transfer_queue"]["backend"]
    assert queue == {"SimpleStorage": {"num_data_storage_units": 2}}
