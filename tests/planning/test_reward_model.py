"""The reward model's training: what a pass keeps, and how many thoughts of a prompt fit."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.planning import assumptions_for, find_gpu
from social_r1.planning.header import FIRST, LAST, read_header
from social_r1.planning.memory import block_activations
from social_r1.planning.reward_model import plan_reward_model, reward_model_header
from social_r1.planning.shapes import shape_of
from social_r1.preference.config import load_config

ROOT = Path(__file__).resolve().parents[2]
GIVEN = {"pairs": "p", "out": "o", "backbone": "Qwen/Qwen3-4B", "max_length": 3000}
N = 4_022_468_096


def test_a_prompt_is_kept_once_and_every_thought_beside_it() -> None:
    config = load_config(None, GIVEN | {"batch_prompts": 2, "most_thoughts": 4})
    gpu = find_gpu("h200")
    found = plan_reward_model(config, gpu, assumptions_for(gpu, ["prompt_tokens=1000"]))
    block = block_activations(shape_of("Qwen/Qwen3-4B"), stream=4)
    assert found.activations == 2 * (1000 + 4 * 2000) * 36 * block
    assert found.state == 18 * N  # fp32 masters, gradients, two moments; a bf16 copy
    assert not found.fits


def test_adapters_have_fp32_states_on_frozen_bf16_weights() -> None:
    config = load_config(None, GIVEN | {"lora_rank": 16, "weights": "bf16"})
    assert plan_reward_model(config, find_gpu("h200")).state == 2 * N + 16 * 33_030_144


def test_bf16_weights_take_8_bytes_and_lose_small_updates() -> None:
    config = load_config(None, GIVEN | {"weights": "bf16", "lr": 1e-5})
    found = plan_reward_model(config, find_gpu("h200"))
    assert found.state == 8 * N
    assert found.warning is not None
    assert "repair: weights=fp32" in found.warning
    whole = load_config(None, GIVEN | {"lr": 1e-5})
    assert plan_reward_model(whole, find_gpu("h200")).warning is None


def test_time_counts_forward_and_backward_of_two_thoughts_a_pair() -> None:
    config = load_config(None, GIVEN | {"most_thoughts": 4, "max_length": 2000})
    gpu = find_gpu("h200")
    found = plan_reward_model(config, gpu, assumptions_for(gpu, ["prompt_tokens=2"]))
    shape = shape_of("Qwen/Qwen3-4B")
    # 40,000 thoughts of 999 tokens, 10,000 prompts of one; three times forward, without logits
    matrices = 3 * 2 * 36 * 100_925_440 * (40_000 * 999 + 10_000)
    attention = 3 * shape.attention_flops(500.5) * (40_000 * 999 + 10_000)
    assert found.flops == pytest.approx(matrices + attention)
    assert found.hours == pytest.approx(found.flops / (989e12 * 0.4) / 3600)


def test_the_most_thoughts_that_fit_fit() -> None:
    gpu = find_gpu("h200")
    config = load_config(None, GIVEN | {"lora_rank": 16})
    most = plan_reward_model(config, gpu).largest_thoughts
    for thoughts, fit in ((most, True), (most + 1, False)):
        changed = config.model_copy(update={"batch_prompts": 1, "most_thoughts": thoughts})
        assert plan_reward_model(changed, gpu).fits is fit


@pytest.mark.parametrize("name", ["rm_qwen3_4b.yaml", "rm_qwen3_4b_lora.yaml"])
def test_the_header_is_what_the_program_says(name: str) -> None:
    path = ROOT / "configs" / name
    found = read_header(path.read_text(encoding="utf-8"))
    assert found is not None
    lines, kind, _ = found
    config = load_config(path, {"pairs": "p", "out": "o"})
    estimate = plan_reward_model(config, find_gpu(kind))
    assert lines == [*reward_model_header(estimate, lines[0]), LAST], f"repair: {lines[0][2:]}"
    assert lines[0].startswith(FIRST)
    assert estimate.fits
