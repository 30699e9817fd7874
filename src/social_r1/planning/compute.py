"""Operations and seconds of one generated batch: sampling, scoring, updates.

A token costs 2 operations a weight forward and 4 backward (2 with LoRA: frozen weights have no
gradient of their own), and once more the forward pass where activations are computed anew.
Attention adds 4 x layers x query width x context forward and twice that backward. Decoding reads
all weights and all caches for every token: bandwidth bounds it, not arithmetic.
"""

from __future__ import annotations

from typing import NamedTuple

from social_r1.planning.assumptions import Assumptions
from social_r1.planning.gpus import Gpu
from social_r1.planning.memory import Placement, cache_width, sequence_bytes, stream_width
from social_r1.planning.shapes import Shape
from social_r1.planning.work import Work


class Tokens(NamedTuple):
    """Mean tokens of one generated batch, over all GPUs."""

    prefilled: float
    """Prompt tokens that the sampler computes."""
    sampled: float
    """Tokens of the completions."""
    trained: float
    """Tokens that go through a forward and backward pass."""


class Flops(NamedTuple):
    """Operations of one generated batch, over all GPUs."""

    prefill: float
    decode: float
    scoring: float
    """Old policy, reference and reward model, without gradient."""
    forward: float
    backward: float
    """With the second forward pass where there is one."""

    @property
    def total(self) -> float:
        """All of them."""
        return sum(self)


class Seconds(NamedTuple):
    """Time of one generated batch."""

    sampling: float
    reward: float
    scoring: float
    update: float
    links: float
    """Gradients and weights between GPUs."""

    @property
    def total(self) -> float:
        """One after another."""
        return sum(self)


def tokens_of(work: Work, assume: Assumptions) -> Tokens:
    """Tokens of one generated batch."""
    prompt = assume.prompt_share * assume.prompt_tokens
    completion = assume.completion_share * work.completion
    once = work.prompts * prompt
    each = work.samples * prompt
    sampled = work.samples * completion
    return Tokens(
        prefilled=each if work.rollout == "generate" else once,
        sampled=sampled,
        trained=sampled + (once if work.rollout == "shared" else each),
    )


def flops_of(
    shape: Shape, work: Work, assume: Assumptions, reward_model: Shape | None = None
) -> Flops:
    """Operations of one generated batch.

    Args:
        shape: The policy's.
        work: The run.
        assume: Lengths.
        reward_model: Shape of a content reward model that reads every completion.
    """
    tokens = tokens_of(work, assume)
    prompt = assume.prompt_share * assume.prompt_tokens
    completion = assume.completion_share * work.completion
    context = prompt + completion / 2
    whole = (prompt + completion) / 2
    each = 2.0 * shape.multiplied
    body = 2.0 * (shape.multiplied - shape.vocab * shape.hidden)
    attend = shape.attention_flops(whole) * tokens.trained
    # Prompt tokens need no logits, neither in the prefill nor in the update.
    head = (each - body) * tokens.sampled
    forward = body * tokens.trained + head + attend
    again = forward if work.checkpointing else 0.0
    scored = forward * (work.old_scores + (work.reference != "none"))
    if reward_model is not None:
        scored += 2.0 * reward_model.multiplied * (work.samples * (prompt + completion))
    matrices = body * tokens.trained + head
    adapters = 2.0 * shape.lora(work.lora_rank) * tokens.trained
    backward = matrices if work.lora_rank else 2 * matrices
    return Flops(
        prefill=body * tokens.prefilled + shape.attention_flops(prompt / 2) * tokens.prefilled,
        decode=(each + shape.attention_flops(context)) * tokens.sampled,
        scoring=scored,
        forward=forward + adapters,
        backward=backward + 2 * attend + again + 2 * adapters,
    )


def decode_seconds(
    shape: Shape, work: Work, gpu: Gpu, gpus: int, placement: Placement, assume: Assumptions,
    *, room: float,
) -> float:  # fmt: skip
    """Seconds of decoding one generated batch, without the prefill.

    transformers' generate goes on until the longest completion of a GPU's rows has ended and moves
    the whole cache at every token; engines fill free places at once and read it. fp32 weights
    under bf16 autocast are read, cast and read again for every token: 8 bytes a weight.

    Args:
        shape: The policy's.
        work: The run.
        gpu: The accelerator.
        gpus: How many.
        placement: How the state is shared out.
        assume: Shares and delays.
        room: Bytes of KV cache on one GPU.
    """
    own = work.rollout == "engine" or work.rollout == "server"
    parallel = work.tensor_parallel if own else 1
    rows = work.samples / max(1, gpus // parallel)
    prompt = assume.prompt_share * assume.prompt_tokens
    mean = assume.completion_share * work.completion
    padded = work.rollout == "generate"
    written = work.completion if padded else mean
    waves, width = 1.0, cache_width(work, placement)
    if own and room:
        sequences = room * parallel / sequence_bytes(shape, work, assume, width)
        waves = max(1.0, rows / max(1.0, sequences))
    rounds = max(float(work.completion), waves * mean)
    autocast = padded and work.mixed and stream_width(work, placement) == 4
    cache = rows * written * (prompt + written / 2) * shape.kv_bytes(width) * (3 if padded else 1)
    bytes_ = rounds * (8 if autocast else width) * shape.parameters.total + cache
    flops = rows * written * (2.0 * shape.multiplied + shape.attention_flops(prompt + written / 2))
    reading = bytes_ / parallel / (gpu.bandwidth * assume.decode_bandwidth)
    counting = flops / parallel / (gpu.flops * assume.decode_flops)
    call = assume.engine_call_seconds if own else assume.call_seconds
    return max(reading, counting) + rounds * shape.layers * call


def link_seconds(
    shape: Shape, work: Work, gpu: Gpu, gpus: int, placement: Placement, assume: Assumptions
) -> float:
    """Seconds of one generated batch in collective operations.

    Each update sends the gradients out and the result back; ZeRO-3 fetches the bf16 weights twice
    for every micro-batch (three times with checkpointing).
    """
    if gpus == 1:
        return 0.0
    trained = shape.lora(work.lora_rank) if work.lora_rank else shape.parameters.total
    sent = work.updates * 2 * 2.0 * trained
    if placement is Placement.ZERO3:
        passes = -(-work.passes // gpus)
        fetches = 3 if work.checkpointing else 2
        scored = work.old_scores + (work.reference == "copy")
        sent += passes * (fetches + scored) * 2.0 * shape.parameters.total
    speed = gpu.link if gpus <= assume.gpus_per_node else min(gpu.link, assume.node_link)
    return sent / (speed * assume.link_efficiency)


def seconds_of(
    shape: Shape, work: Work, gpu: Gpu, gpus: int, placement: Placement, assume: Assumptions,
    *, room: float, reward_model: Shape | None = None,
) -> Seconds:  # fmt: skip
    """Time of one generated batch on so many GPUs; see `decode_seconds` for ``room``."""
    flops = flops_of(shape, work, assume, reward_model)
    peak = gpus * (gpu.flops if work.mixed or work.weights == "bf16" else gpu.flops / 2)
    prefill = flops.prefill / (peak * assume.score_efficiency)
    trained = shape.lora(work.lora_rank) if work.lora_rank else shape.parameters.total
    # AdamW reads and writes weights, gradients and both moments: 28 bytes a weight in fp32.
    stepping = work.updates * 28.0 * trained / gpus / (gpu.bandwidth * assume.decode_bandwidth)
    return Seconds(
        sampling=prefill + decode_seconds(shape, work, gpu, gpus, placement, assume, room=room),
        reward=assume.reward_seconds * work.samples / gpus,
        scoring=flops.scoring / (peak * assume.score_efficiency),
        update=(flops.forward + flops.backward) / (peak * assume.update_efficiency) + stepping,
        links=link_seconds(shape, work, gpu, gpus, placement, assume),
    )
