"""Our config as TRL's: everything that shapes the loss is said, vLLM and clusters are mapped."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from accelerate.commands.config.config_args import load_config_from_file
from accelerate.commands.launch import _validate_launch_command, launch_command_parser

from social_r1.errors import ConfigError
from social_r1.training.config import PROFILES, build_config
from social_r1.training.trl_config import LARGE, check_vllm, compute_dtype, grpo_config

ROOT = Path(__file__).resolve().parents[2]
CLUSTERS = sorted((ROOT / "configs" / "accelerate").glob("*.yaml"))


def config(tmp_path: Path, **fields):
    return build_config({"profile": "readme", "items": "i", "out": tmp_path, **fields})


@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_says_how_losses_and_advantages_are_averaged(
    profile: str, tmp_path: Path
) -> None:
    said = {"loss_type", "beta", "scale_rewards", "aggregation", "ratio", "lr", "group_size"}
    assert said <= PROFILES[profile].keys()
    args = grpo_config(config(tmp_path, profile=profile), parameters=1)
    assert args.scale_rewards == "group"
    assert args.multi_objective_aggregation == "sum_then_normalize"
    assert args.importance_sampling_level == "token"
    assert args.loss_type == PROFILES[profile]["loss_type"]
    assert (args.top_p, args.top_k, args.min_p, args.repetition_penalty) == (1.0, 0, None, 1.0)
    assert args.num_iterations == 1
    assert not args.use_vllm
    assert not args.trust_remote_code


def test_auto_precision_is_fp32_on_a_cpu(tmp_path: Path) -> None:
    wanted = torch.bfloat16 if torch.cuda.is_available() else torch.float32
    assert compute_dtype(config(tmp_path, precision="auto")) is wanted
    assert grpo_config(config(tmp_path, precision="auto"), parameters=1).bf16 == (
        wanted is torch.bfloat16
    )
    assert grpo_config(config(tmp_path), parameters=1).bf16


def test_checkpointing_follows_size_or_the_config(tmp_path: Path) -> None:
    for setting, small, large in (("auto", False, True), ("on", True, True), ("off", False, False)):
        made = config(tmp_path, gradient_checkpointing=setting)
        assert grpo_config(made, parameters=LARGE - 1).gradient_checkpointing is small
        assert grpo_config(made, parameters=LARGE).gradient_checkpointing is large


def test_colocated_vllm_is_mapped(tmp_path: Path) -> None:
    vllm = {"mode": "colocate", "memory": 0.4, "tensor_parallel": 2, "max_length": 4096,
            "sleep": True}  # fmt: skip
    args = grpo_config(config(tmp_path, vllm=vllm), parameters=1)
    assert (args.use_vllm, args.vllm_mode) == (True, "colocate")
    assert args.vllm_gpu_memory_utilization == 0.4
    assert args.vllm_tensor_parallel_size == 2
    assert args.vllm_max_model_length == 4096
    assert args.vllm_enable_sleep_mode
    assert args.vllm_importance_sampling_correction


def test_a_vllm_server_is_mapped_and_needs_its_address(tmp_path: Path) -> None:
    vllm = {"mode": "server", "server_url": "http://host:8000", "group_port": 51300,
            "server_timeout": 60, "correction": False}  # fmt: skip
    args = grpo_config(config(tmp_path, vllm=vllm), parameters=1)
    assert (args.use_vllm, args.vllm_mode) == (True, "server")
    assert args.vllm_server_base_url == "http://host:8000"
    assert (args.vllm_group_port, args.vllm_server_timeout) == (51300, 60)
    assert not args.vllm_importance_sampling_correction
    with pytest.raises(ConfigError, match="mode server needs server_url; repair"):
        config(tmp_path, vllm={"mode": "server"})


def test_vllm_that_is_not_installed_is_said_before_a_model_is_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    check_vllm(config(tmp_path))
    with pytest.raises(ConfigError, match=r"vLLM is not installed; repair: pip install"):
        check_vllm(config(tmp_path, vllm={"mode": "colocate"}))


def test_gdpo_thinking_and_ratio_reach_trl(tmp_path: Path) -> None:
    fields = {"aggregation": "normalize_then_sum", "thinking": "off", "ratio": "sequence"}
    args = grpo_config(config(tmp_path, **fields), parameters=1)
    assert args.multi_objective_aggregation == "normalize_then_sum"
    assert args.chat_template_kwargs == {"enable_thinking": False}
    assert args.importance_sampling_level == "sequence"


@pytest.mark.parametrize("path", CLUSTERS, ids=lambda path: path.stem)
def test_accelerate_takes_our_cluster_configs(path: Path) -> None:
    loaded = load_config_from_file(str(path))
    assert loaded.num_processes == 8
    kinds = {"fsdp2": "FSDP", "zero2": "DEEPSPEED", "zero3": "DEEPSPEED"}
    assert loaded.distributed_type.value == kinds[path.stem]
    parser = launch_command_parser()
    options = {name for action in parser._actions for name in (action.dest,)}
    assert {*loaded.fsdp_config, *loaded.deepspeed_config} <= options
    args, *_ = _validate_launch_command(parser.parse_args(["--config_file", str(path), "x.py"]))
    assert args.mixed_precision == "bf16"
    if path.stem == "fsdp2":
        assert args.use_fsdp
        assert args.fsdp_version == 2
    else:
        assert args.use_deepspeed
        assert args.zero_stage == int(path.stem[-1])
