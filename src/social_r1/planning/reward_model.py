"""The content reward model's training (`social-r1 rm train`): does a pass fit, how long is it?

One GPU. A prompt is computed once for its thoughts; activations are not computed anew. Full
training keeps 18 bytes a weight (`memory`), or 8 with ``weights: bf16``.
"""

from __future__ import annotations

from typing import NamedTuple

from social_r1.planning.assumptions import Assumptions, assumptions_for
from social_r1.planning.gpus import GIB, Gpu
from social_r1.planning.memory import activations, logits_bytes
from social_r1.planning.shapes import Shape, shape_of
from social_r1.preference.config import RewardModelConfig
from social_r1.preference.precision import lost_updates

PAIRS = 20_000
"""Pairs of a training in the paper's size (paper section 3)."""


class RewardModelPlan(NamedTuple):
    """What one training of a reward model is estimated to need."""

    model: Shape
    gpu: Gpu
    trained: int
    """Weights that are trained."""
    state: float
    """Bytes of weights, gradients and optimiser states."""
    activations: float
    """Bytes of one pass in which every prompt and thought has the greatest length."""
    overhead: float
    fits: bool
    largest_thoughts: int
    """Thoughts of one prompt in a pass that still fit at the greatest length; 0: not even two."""
    flops: float
    """Operations for 20,000 pairs, at mean length."""
    hours: float
    """For 20,000 pairs."""
    assume: Assumptions
    warning: str | None = None
    """What would spoil the training, whether it fits or not."""

    @property
    def peak(self) -> float:
        """Bytes at the worst moment."""
        return self.state + self.activations + self.overhead


def plan_reward_model(
    config: RewardModelConfig, gpu: Gpu, assume: Assumptions | None = None
) -> RewardModelPlan:
    """Estimate one training on one GPU.

    Raises:
        InputError: the backbone's shape is not known.
    """
    shape = shape_of(config.backbone)
    assume = assume or assumptions_for(gpu)
    full, rank = shape.parameters.total, config.lora_rank
    trained = shape.lora(rank) if rank else full
    state = _state(config, full, trained)
    overhead = assume.overhead_gib * GIB
    room = assume.usable * gpu.memory - state - overhead

    def kept(prompts: int, thoughts: int) -> float:
        prompt, thought = _longest(config, assume)
        tokens = prompts * (prompt + thoughts * thought)
        stream = 4 if config.weights == "fp32" else 2
        found = activations(shape, tokens, checkpointing=False, stream=stream)
        if config.head == "likelihood":
            found += logits_bytes(shape, prompts * thoughts * thought, trained=not rank)
        return found

    needs = kept(config.batch_prompts, config.most_thoughts)
    flops = _flops(shape, config, assume)
    return RewardModelPlan(
        model=shape,
        gpu=gpu,
        trained=trained,
        state=state,
        activations=needs,
        overhead=overhead,
        fits=needs <= room,
        largest_thoughts=max((n for n in range(2, 65) if kept(1, n) <= room), default=0),
        flops=flops,
        hours=flops / (gpu.flops * assume.update_efficiency) / 3600,
        assume=assume,
        warning=lost_updates(config),
    )


def _state(config: RewardModelConfig, full: int, trained: int) -> float:
    """Bytes of weights, gradients and both moments; those of adapters are always fp32."""
    if config.weights == "bf16":
        return 2.0 * full + 16.0 * trained if config.lora_rank else 8.0 * full
    copy = 2.0 if config.precision == "bf16" else 0.0
    rest = 16.0 * trained if config.lora_rank else 12.0 * full
    return (4.0 + copy) * full + rest


def _longest(config: RewardModelConfig, assume: Assumptions) -> tuple[int, int]:
    """Tokens of the longest prompt and of the longest thought behind it."""
    prompt = min(assume.prompt_tokens, config.max_length // 2)
    return prompt, config.max_length - prompt


def _flops(shape: Shape, config: RewardModelConfig, assume: Assumptions) -> float:
    """Operations for `PAIRS` pairs, each with two thoughts of its own."""
    longest, most = _longest(config, assume)
    prompt, thought = assume.prompt_share * longest, assume.completion_share * most
    groups = 2 * PAIRS / config.most_thoughts
    tokens = 2 * PAIRS * thought + groups * prompt
    body = 2.0 * (shape.multiplied - shape.vocab * shape.hidden)
    head = 2.0 * shape.vocab * shape.hidden * (config.head == "likelihood")
    matrices = body * tokens + head * 2 * PAIRS * thought
    attend = shape.attention_flops(prompt + thought / 2) * tokens
    return config.epochs * (matrices * (2 if config.lora_rank else 3) + 3 * attend)


def reward_model_header(plan: RewardModelPlan, first: str) -> list[str]:
    """Lines of the block at the head of a recipe, below the command in ``first``."""
    have = f"{plan.gpu.memory / GIB:.0f} GiB"
    return [
        first,
        f"#   {plan.model.parameters.total / 1e9:.2f} B weights, {plan.trained / 1e9:.3g} B of "
        f"them trained; one {plan.gpu.name}",
        f"#   {plan.peak / GIB:.0f} of {have} where all are of the greatest length "
        f"({plan.state / GIB:.0f} weights and optimiser, {plan.activations / GIB:.0f} activations)"
        + ("" if plan.fits else ": DOES NOT FIT"),
        f"#   thoughts of one prompt in a pass that still fit: {plan.largest_thoughts or 'none'}; "
        f"20,000 pairs at mean length: {plan.hours:.1f} h",
    ]
