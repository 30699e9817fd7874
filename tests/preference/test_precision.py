"""Which updates of bf16 weights are rounded away, held against torch's own AdamW."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from social_r1.preference.config import RewardModelConfig, load_config
from social_r1.preference.precision import LEAST_LR, keeps_masters, lost_updates

ROOT = Path(__file__).parents[2]


def config(**changes: object) -> RewardModelConfig:
    return load_config(None, {"pairs": "p", "backbone": "b", "out": "o"} | changes)


def moved(lr: float, kind: torch.dtype) -> float:
    """Share of weights of the usual size that one step of AdamW changes."""
    torch.manual_seed(0)
    weights = torch.nn.Parameter((0.02 * torch.randn(20_000)).to(kind))
    before = weights.detach().clone()
    weights.grad = torch.randn(20_000).to(kind)
    torch.optim.AdamW([weights], lr=lr, weight_decay=0.0).step()
    return (weights != before).float().mean().item()


def test_a_step_below_half_a_spacing_is_lost() -> None:
    at = torch.tensor(0.02, dtype=torch.bfloat16)
    assert torch.nextafter(at, torch.tensor(1.0, dtype=torch.bfloat16)) - at == 2 * LEAST_LR
    assert at + 0.9 * LEAST_LR == at
    assert at + 1.1 * LEAST_LR != at


def test_the_limit_is_where_most_weights_begin_to_move() -> None:
    assert moved(1e-6, torch.bfloat16) < 0.03
    assert moved(1e-5, torch.bfloat16) < 0.3
    assert moved(1.01 * LEAST_LR, torch.bfloat16) > 0.5
    assert moved(1e-6, torch.float32) > 0.99


@pytest.mark.parametrize(
    ("changes", "lost"),
    [
        ({"weights": "bf16", "lr": 1e-5}, True),
        ({"weights": "bf16", "lr": LEAST_LR}, False),
        ({"weights": "bf16", "lr": 1e-5, "lora_rank": 8}, False),
        ({"weights": "fp32", "lr": 1e-5}, False),
    ],
)
def test_who_is_warned(changes: dict[str, object], lost: bool) -> None:
    text = lost_updates(config(**changes))
    assert (text is not None) is lost
    if text is not None:
        assert text.startswith("weights=bf16 without LoRA at lr=1e-05: ")
        assert "repair: weights=fp32" in text


@pytest.mark.parametrize("path", sorted((ROOT / "configs").glob("rm_*.yaml")), ids=lambda p: p.stem)
def test_no_recipe_of_a_reward_model_loses_its_updates(path: Path) -> None:
    given = {"pairs": "p", "out": "o", "backbone": "b"}
    assert lost_updates(load_config(path, given)) is None


def test_sharding_under_accelerate_keeps_masters() -> None:
    assert keeps_masters({"ACCELERATE_USE_FSDP": "true"})
    assert keeps_masters({"ACCELERATE_USE_DEEPSPEED": "True"})
    assert not keeps_masters({"ACCELERATE_USE_FSDP": "false"})
    assert not keeps_masters({})
