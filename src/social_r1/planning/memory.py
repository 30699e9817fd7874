"""Bytes on one GPU: what stands there all the time, and what each phase adds.

Mixed precision keeps fp32 weights, gradients and two Adam moments (16 bytes a weight) beside a bf16
copy (2). ZeRO-2 shares out all but the copy, ZeRO-3 (FSDP) the copy too, except for the block at
work. With ``weights: bf16`` everything is bf16: 8 bytes a weight, but for DeepSpeed and FSDP under
accelerate, which make fp32 masters all the same. LoRA trains its adapters in fp32 (16 bytes a
weight) on top of frozen ones. Several GPUs without sharding (DDP) hold every gradient once more, in
the buckets that are sent around.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from social_r1.planning.assumptions import Assumptions
from social_r1.planning.gpus import GIB, Gpu
from social_r1.planning.shapes import Shape
from social_r1.planning.work import Work

TILE = 4096
"""Tokens whose logits TRL 1.16 and verl's chunked loss hold at a time."""


class Placement(StrEnum):
    """How the training state is shared out over GPUs."""

    WHOLE = "whole"
    """Every GPU holds everything (one GPU, or DDP)."""
    ZERO2 = "zero2"
    """Gradients and optimiser states are shared out."""
    ZERO3 = "zero3"
    """Weights too (FSDP full shard)."""

    @property
    def label(self) -> str:
        """As people call it."""
        return {"whole": "no sharding", "zero2": "ZeRO-2", "zero3": "ZeRO-3 / FSDP"}[self.value]


class Memory(NamedTuple):
    """Bytes on the fullest GPU."""

    weights: float
    """Masters and working copies of the policy, adapters among them."""
    gradients: float
    buckets: float
    """DDP's copy of the gradients; torch's default, which accelerate and TRL leave as it is."""
    optimiser: float
    reference: float
    activations: float
    logits: float
    sampler: float
    """A sampling engine's own copy of the weights, or gathered weights."""
    kv_cache: float
    """In all, of the completions that are sampled at a time."""
    overhead: float
    sleeps: bool = False
    """Sampler and cache give way during the update."""

    @property
    def standing(self) -> float:
        """What is there in both phases."""
        return self.weights + self.buckets + self.optimiser + self.reference + self.overhead

    @property
    def sampling(self) -> float:
        """Peak while completions are sampled."""
        return self.standing + self.sampler + self.kv_cache

    @property
    def update(self) -> float:
        """Peak in the backward pass."""
        kept = 0.0 if self.sleeps else self.sampler + self.kv_cache
        return self.standing + self.gradients + self.activations + self.logits + kept

    @property
    def peak(self) -> float:
        """The greater of both."""
        return max(self.sampling, self.update)


def block_activations(shape: Shape, *, stream: int = 2) -> int:
    """Bytes that one block keeps for each token until the backward pass (bf16 products, SDPA).

    Norms work in fp32: 4 bytes of input, ``stream`` of what is normalised, 2 of what goes into the
    products. Queries, keys, values and the attention's output are 2 bytes a number; Qwen3's norms
    of queries and keys add 6. The gated feed-forward keeps gate, its activation, up and product.

    Args:
        shape: The model.
        stream: Bytes a number of the residual stream: 2, or 4 where the weights are fp32.
    """
    both = shape.queries + shape.keys
    norms = 2 * (4 + stream + 2) * shape.hidden + 8
    attention = 4 * both + 4 * shape.heads
    if shape.qk_norm:
        attention += 6 * both + 4 * (shape.heads + shape.kv_heads)
    return norms + attention + 8 * shape.feed_forward


def activations(shape: Shape, tokens: int, *, checkpointing: bool, stream: int = 2) -> float:
    """Bytes kept by one forward pass over so many tokens.

    With checkpointing each block keeps its input alone, and one block is there in full while its
    backward pass runs.
    """
    block = block_activations(shape, stream=stream)
    if not checkpointing:
        return float(tokens * shape.layers * block)
    return float(tokens * (shape.layers * stream * shape.hidden + block))


def logits_bytes(shape: Shape, tokens: int, *, trained: bool) -> float:
    """Bytes of the output layer: a tile of fp32 logits and its gradient, and sums in fp32.

    Args:
        shape: The model.
        tokens: Completion tokens of a micro-batch.
        trained: The output layer has a gradient, summed in fp32 before it is handed over.
    """
    tile = 2 * 4 * min(tokens, TILE) * shape.vocab
    return float(tile + 4 * tokens * shape.hidden + (4 * shape.vocab * shape.hidden * trained))


def stream_width(work: Work, placement: Placement) -> int:
    """Bytes a number of the residual stream.

    DeepSpeed and FSDP compute with their bf16 copy. Without them bf16 arithmetic is autocast, which
    leaves the stream in the type of the weights.
    """
    if work.weights == "bf16" or (work.mixed and placement is not Placement.WHOLE):
        return 2
    return 4


def cache_width(work: Work, placement: Placement) -> int:
    """Bytes a number of the sampler's keys and values.

    transformers' generate keeps them as the stream is: in fp32 with fp32 weights, autocast or not,
    because norms and rotary angles make the keys fp32. Our own sampler and engines cast all
    weights.
    """
    if work.rollout == "generate":
        return stream_width(work, placement)
    return 2 if work.rollout == "engine" or work.mixed or work.weights == "bf16" else 4


def memory_of(
    shape: Shape, work: Work, gpu: Gpu, gpus: int, placement: Placement, assume: Assumptions
) -> Memory:
    """Bytes on the fullest of so many GPUs."""
    weights, gradients, optimiser = _state(shape, work, gpus, placement)
    full = shape.parameters.total
    split = gpus if placement is Placement.ZERO3 else 1
    stream = stream_width(work, placement)
    reference = stream * full / split if work.reference == "copy" else 0.0
    length = assume.prompt_tokens + work.completion
    tokens = work.micro * length
    sampler, cache = _sampling(shape, work, gpu, gpus, placement, assume)
    return Memory(
        weights=weights,
        gradients=gradients,
        buckets=gradients if placement is Placement.WHOLE and gpus > 1 else 0.0,
        optimiser=optimiser,
        reference=reference,
        activations=activations(shape, tokens, checkpointing=work.checkpointing, stream=stream),
        logits=logits_bytes(shape, work.micro * work.completion, trained=not work.lora_rank),
        sampler=sampler,
        kv_cache=cache,
        overhead=assume.overhead_gib * GIB,
        sleeps=work.sampler_sleeps or work.rollout in ("generate", "shared"),
    )


def _state(shape: Shape, work: Work, gpus: int, placement: Placement) -> tuple[float, float, float]:
    """Weights, gradients and optimiser states."""
    full = shape.parameters.total
    copy = 2 * full if work.mixed else 0
    rest = gpus if placement is not Placement.WHOLE else 1
    copies = gpus if placement is Placement.ZERO3 else 1
    # The block at work and the one that is fetched ahead are there in full.
    gathered = 2 * 2 * shape.block if placement is Placement.ZERO3 else 0
    if work.lora_rank:
        adapters = shape.lora(work.lora_rank)
        base = 2 * full if work.weights == "bf16" else 4 * full + copy
        shared = 4 * adapters / (gpus if placement is Placement.ZERO3 else 1)
        return base / copies + gathered + shared, 4 * adapters / rest, 8 * adapters / rest
    masters = work.engine == "trl" and work.mixed and placement is not Placement.WHOLE
    if work.weights == "bf16" and not masters:
        return 2 * full / copies + gathered, 2 * full / rest, 4 * full / rest
    return 4 * full / rest + copy / copies + gathered, 4 * full / rest, 8 * full / rest


def _sampling(
    shape: Shape, work: Work, gpu: Gpu, gpus: int, placement: Placement, assume: Assumptions
) -> tuple[float, float]:
    """Weights of the sampler, and its KV cache."""
    full, width = shape.parameters.total, cache_width(work, placement)
    sequence = sequence_bytes(shape, work, assume, width)
    rows = -(-work.samples // gpus)
    if work.rollout == "server":
        return 0.0, 0.0
    if work.rollout == "engine":
        own = 2 * full / work.tensor_parallel
        return own, max(sequence / work.tensor_parallel, work.sampler_share * gpu.memory - own)
    gathered = float(width * full) if placement is Placement.ZERO3 and gpus > 1 else 0.0
    if work.rollout == "shared":
        prompts = rows / work.group * assume.prompt_tokens
        return gathered, (prompts + rows * work.completion) * shape.kv_bytes(width)
    return gathered, rows * sequence


def sequence_bytes(shape: Shape, work: Work, assume: Assumptions, width: int) -> float:
    """KV cache of one sequence of the greatest length, in bytes; ``width`` as `cache_width`."""
    return float((assume.prompt_tokens + work.completion) * shape.kv_bytes(width))


def fits(memory: Memory, gpu: Gpu, assume: Assumptions) -> bool:
    """Whether the peak stays within the usable share of the GPU."""
    return memory.peak <= assume.usable * gpu.memory
