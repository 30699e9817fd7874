"""`plan`: from one config, one shape and one kind of GPU to memory, time, and what is needed.

Everything here is an estimate. ``docs/results`` has what was measured.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from social_r1.errors import ConfigError
from social_r1.planning.assumptions import Assumptions, assumptions_for
from social_r1.planning.compute import Flops, Seconds, Tokens, flops_of, seconds_of, tokens_of
from social_r1.planning.gpus import Gpu
from social_r1.planning.memory import (
    Memory,
    Placement,
    cache_width,
    fits,
    memory_of,
    sequence_bytes,
)
from social_r1.planning.shapes import Shape, shape_of
from social_r1.planning.work import Work, cluster_of, work_of
from social_r1.preference.precision import lost_updates
from social_r1.training.config import TrainConfig

COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64)
"""Numbers of GPUs that are looked at."""


class Option(NamedTuple):
    """One placement of the training state."""

    placement: Placement
    memory: Memory
    fits: bool
    largest_micro: int
    """Largest micro batch that fits and divides; 0 if not even one completion does."""
    least_gpus: int | None
    """Fewest GPUs of this kind on which one completion at a time fits; None: not on 64."""


class Plan(NamedTuple):
    """What a run is estimated to need."""

    model: Shape
    gpu: Gpu
    gpus: int
    work: Work
    trained: int
    """Weights that are trained."""
    assume: Assumptions
    tokens: Tokens
    """Of one generated batch, as all that follows."""
    flops: Flops
    kv_width: int
    """Bytes a number of the sampler's KV cache."""
    kv_token: int
    """Bytes of KV cache of one token."""
    kv_sequence: float
    """Bytes of KV cache of the longest sequence."""
    options: tuple[Option, ...]
    chosen: Placement
    """The first placement that fits; the most frugal one if none does."""
    seconds: Seconds
    reward_model: Shape | None = None
    warning: str | None = None
    """What would spoil the training, whether it fits or not."""

    @property
    def option(self) -> Option:
        """The chosen placement's."""
        return next(o for o in self.options if o.placement is self.chosen)

    @property
    def hours(self) -> float:
        """Of the whole run, without evaluations and checkpoints."""
        return self.work.batches * self.seconds.total / 3600

    @property
    def utilisation(self) -> float:
        """Share of the GPUs' peak that goes into useful operations, the whole batch through."""
        useful = self.flops.total - (self.flops.forward if self.work.checkpointing else 0.0)
        return useful / (self.seconds.total * self.gpus * self.gpu.flops)


def plan(
    config: TrainConfig,
    gpu: Gpu,
    gpus: int = 0,
    assume: Assumptions | None = None,
    *,
    shape: Shape | None = None,
    reward_model: Shape | None = None,
) -> Plan:
    """Estimate one training run.

    Args:
        config: The run.
        gpu: Kind of accelerator, from `gpus.find_gpu`.
        gpus: How many; 0: as many as the config says (verl), or the fewest that hold it.
        assume: Lengths, shares and delays; by default those of the machine.
        shape: The policy's shape; by default that of ``config.model``.
        reward_model: Shape of the content reward model; by default that of ``config.content``.

    Raises:
        InputError: the model's shape is not known.
        ConfigError: the batch cannot be shared by so many GPUs.
    """
    shape = shape or shape_of(config.model)
    reward_model = reward_model or _reward_model(config.content)
    work = work_of(config, shape, cpu=gpu.is_cpu)
    short = 256 if config.prompt_style == "compact" else None
    assume = assume or assumptions_for(gpu, prompt_tokens=short)
    gpus = gpus or _enough(shape, work, gpu, assume, config)
    if not _shares(work, gpus):
        raise ConfigError(_unshared(work, gpus))
    options = tuple(
        _option(shape, work, gpu, gpus, placement, assume) for placement in _placements(work, gpus)
    )
    chosen = next((o for o in options if o.fits), options[-1])
    room, width = chosen.memory.kv_cache, cache_width(work, chosen.placement)
    seconds = seconds_of(
        shape, work, gpu, gpus, chosen.placement, assume, room=room, reward_model=reward_model
    )
    return Plan(
        model=shape,
        gpu=gpu,
        gpus=gpus,
        work=work,
        trained=shape.lora(work.lora_rank) if work.lora_rank else shape.parameters.total,
        assume=assume,
        tokens=tokens_of(work, assume),
        flops=flops_of(shape, work, assume, reward_model),
        kv_width=width,
        kv_token=shape.kv_bytes(width),
        kv_sequence=sequence_bytes(shape, work, assume, width),
        options=options,
        chosen=chosen.placement,
        seconds=seconds,
        reward_model=reward_model,
        warning=lost_updates(config) if _own_weights(work, chosen.placement) else None,
    )


def _own_weights(work: Work, placement: Placement) -> bool:
    """Whether the optimiser changes the weights as they are, without fp32 masters of its own."""
    return work.engine == "verl" or placement is Placement.WHOLE


def _reward_model(content: str) -> Shape | None:
    """Shape of the content reward model, where one reads the completions."""
    from social_r1.preference.content import content_folder

    folder = content_folder(content)
    return shape_of(folder) if folder is not None else None


def _placements(work: Work, gpus: int) -> tuple[Placement, ...]:
    if work.engine == "verl":
        return (Placement.ZERO3,)
    return tuple(Placement) if gpus > 1 else (Placement.WHOLE,)


def _option(
    shape: Shape, work: Work, gpu: Gpu, gpus: int, placement: Placement, assume: Assumptions
) -> Option:
    memory = memory_of(shape, work, gpu, gpus, placement, assume)
    largest = 0
    for micro in _divisors(work.samples // work.updates):
        tried = work._replace(micro=micro)
        if _shares(tried, gpus) and fits(
            memory_of(shape, tried, gpu, gpus, placement, assume), gpu, assume
        ):
            largest = max(largest, micro)
    least = next(_fitting(shape, work._replace(micro=1), gpu, assume, (placement,)), None)
    return Option(placement, memory, fits(memory, gpu, assume), largest, least)


def _enough(shape: Shape, work: Work, gpu: Gpu, assume: Assumptions, config: TrainConfig) -> int:
    """The config's own number of GPUs, or the fewest that hold it as it stands; else 8 or less."""
    if work.engine == "verl":
        cluster = cluster_of(config)
        return cluster.nodes * cluster.gpus_per_node
    most = max(n for n in range(1, 9) if _shares(work, n))
    return 1 if gpu.is_cpu else next(_fitting(shape, work, gpu, assume, tuple(Placement)), most)


def _fitting(
    shape: Shape, work: Work, gpu: Gpu, assume: Assumptions, placements: tuple[Placement, ...]
) -> Iterator[int]:
    """Numbers of GPUs on which the work fits in one of these placements."""
    for gpus in (1,) if gpu.is_cpu else COUNTS:
        for placement in placements:
            sensible = gpus > 1 or placement is Placement.WHOLE or work.engine == "verl"
            if (
                sensible
                and _shares(work, gpus)
                and fits(memory_of(shape, work, gpu, gpus, placement, assume), gpu, assume)
            ):
                yield gpus
                break


def _shares(work: Work, gpus: int) -> bool:
    """Whether so many GPUs can share an update's micro-batches (verl pads its own)."""
    if work.engine == "verl":
        return gpus % work.tensor_parallel == 0
    return work.samples // (work.updates * work.micro) % gpus == 0


def _unshared(work: Work, gpus: int) -> str:
    if work.engine == "verl":
        return (
            f"{gpus} GPUs cannot be shared by tensor_parallel {work.tensor_parallel}; repair: a "
            "multiple of it"
        )
    parts = work.samples // (work.updates * work.micro)
    fitting = ", ".join(str(n) for n in _divisors(parts) if n <= 64)
    return (
        f"{parts} micro-batches of {work.micro} in an update cannot be shared by {gpus} GPUs; "
        f"repair: --gpus {fitting}, or a micro_batch_size with micro_batch_size x GPUs a divisor "
        f"of {work.samples // work.updates}"
    )


def _divisors(number: int) -> list[int]:
    return [n for n in range(1, number + 1) if number % n == 0]
