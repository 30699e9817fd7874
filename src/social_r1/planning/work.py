"""How much one run does: the few figures of a `TrainConfig` that memory and time depend on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from social_r1.planning.shapes import Shape
from social_r1.training.config import TrainConfig

if TYPE_CHECKING:
    from social_r1.integrations.verl.settings import VerlSettings

Rollout = Literal["generate", "engine", "server", "shared"]
"""Who samples: transformers' generate; vLLM or SGLang on the same GPUs; vLLM on others; or our
sampler, which computes a prompt once for its group (small models)."""

LARGE = 500_000_000
"""Parameters from which ``gradient_checkpointing: auto`` is on."""
SHARED = 300_000_000
"""Parameters up to which our own sampler serves (Qwen3 shapes)."""


class Work(NamedTuple):
    """One generated batch and its updates, and how many of them make a run."""

    engine: Literal["trl", "verl"]
    rollout: Rollout
    prompts: int
    """Prompts of a generated batch."""
    group: int
    updates: int
    """Optimiser steps on each generated batch."""
    micro: int
    """Completions in one forward and backward pass of one GPU."""
    batches: int
    """Generated batches of the run."""
    completion: int
    """Longest completion, in tokens."""
    lora_rank: int
    reference: Literal["none", "copy", "adapter off"]
    """Frozen policy for the KL term: a second copy, or the policy without its adapter."""
    old_scores: bool
    """The sampling policy's log-probabilities are computed anew before the updates."""
    weights: Literal["fp32", "bf16"]
    mixed: bool
    """Matrix products in bf16."""
    checkpointing: bool
    """Activations are computed anew in the backward pass."""
    tensor_parallel: int = 1
    sampler_share: float = 0.0
    """Share of a GPU's memory that the sampling engine takes."""
    sampler_sleeps: bool = False
    """The engine gives its memory back during the update."""

    @property
    def samples(self) -> int:
        """Completions of a generated batch."""
        return self.prompts * self.group

    @property
    def steps(self) -> int:
        """Optimiser steps of the run."""
        return self.batches * self.updates

    @property
    def passes(self) -> int:
        """Micro-batches of a generated batch, over all GPUs."""
        return -(-self.samples // self.micro)


def work_of(config: TrainConfig, shape: Shape, *, cpu: bool = False) -> Work:
    """Read a config.

    Args:
        config: Of one training run.
        shape: Of its policy.
        cpu: It runs without accelerator, where ``precision: auto`` means fp32.
    """
    size = shape.parameters.total
    verl = config.engine == "verl"
    rollout, parallel, share, sleeps = _sampler(config, shape)
    reference = "none" if not config.beta else "adapter off" if config.lora_rank else "copy"
    auto = config.gradient_checkpointing == "auto"
    return Work(
        engine=config.engine,
        rollout=rollout,
        prompts=config.prompts_per_step,
        group=config.group_size,
        updates=config.updates_per_batch,
        micro=config.micro_batch_size,
        batches=-(-config.steps // config.updates_per_batch),
        completion=config.max_completion_length,
        lora_rank=config.lora_rank,
        reference=reference,
        # TRL leaves them out where one update follows one batch, unless vLLM sampled it.
        old_scores=verl or config.updates_per_batch > 1 or config.vllm.on,
        weights=config.weights,
        mixed=config.precision == "bf16" or (config.precision == "auto" and not cpu),
        checkpointing=size >= LARGE if auto else config.gradient_checkpointing == "on",
        tensor_parallel=parallel,
        sampler_share=share,
        sampler_sleeps=sleeps,
    )


def cluster_of(config: TrainConfig) -> VerlSettings:
    """Machines and sampler of engine verl."""
    from social_r1.integrations.verl.settings import verl_settings

    return verl_settings(config.verl)


def _sampler(config: TrainConfig, shape: Shape) -> tuple[Rollout, int, float, bool]:
    if config.engine == "verl":
        cluster = cluster_of(config)
        return "engine", cluster.tensor_parallel, cluster.gpu_memory_utilization, True
    if config.vllm.mode == "colocate":
        return "engine", config.vllm.tensor_parallel, config.vllm.memory, config.vllm.sleep
    if config.vllm.mode == "server":
        return "server", 1, 0.0, False
    small = shape.qk_norm and shape.parameters.total <= SHARED
    shared = small and config.fast and config.lora_rank == 0
    return ("shared" if shared else "generate"), 1, 0.0, False
