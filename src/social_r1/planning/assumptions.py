"""What an estimate takes for granted: every share, length and delay, each with its reason.

Those of a GPU were fitted to no run of ours, those of a CPU to one. ``--assume key=value`` changes
them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from social_r1.errors import ConfigError
from social_r1.planning.gpus import Gpu
from social_r1.records import explain

_CPU: dict[str, Any] = {
    "update_efficiency": 0.24, "score_efficiency": 0.24, "decode_flops": 0.1, "call_seconds": 5e-5,
    "overhead_gib": 0.6, "usable": 0.9,
}  # fmt: skip
"""Fitted to the demo's GRPO step of the embedded model on two quiet cores (7.8 s for 128
completions, ``docs/results/demo.md``), whose products are too thin for the peak in `gpus`."""


class Assumptions(BaseModel):
    """Shares of a peak, lengths as shares of the longest, and fixed costs."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    prompt_tokens: int = Field(default=1024, ge=1)
    """Longest prompt: memory is counted with it (paper section 4: 1,024)."""
    prompt_share: float = Field(default=0.5, gt=0, le=1)
    """Mean prompt, as a share of the longest: time is counted with it."""
    completion_share: float = Field(default=0.5, gt=0, le=1)
    """Mean completion, as a share of max_completion_length; the longest of a batch reaches it."""
    update_efficiency: float = Field(default=0.4, gt=0, le=1)
    """Share of peak FLOPs in forward and backward passes; dense transformers reach 0.3 to 0.5."""
    score_efficiency: float = Field(default=0.45, gt=0, le=1)
    """The same without gradient: reference, old policy, reward model, prefill."""
    decode_bandwidth: float = Field(default=0.6, gt=0, le=1)
    """Share of peak bandwidth while decoding, which reads all weights for every token."""
    decode_flops: float = Field(default=0.3, gt=0, le=1)
    """Share of peak FLOPs while decoding, where the batch is large enough to need it."""
    call_seconds: float = Field(default=7e-4, ge=0)
    """Python and kernel launches per layer and decoding step of transformers' generate."""
    engine_call_seconds: float = Field(default=3e-5, ge=0)
    """The same in vLLM or SGLang, with CUDA graphs."""
    link_efficiency: float = Field(default=0.6, gt=0, le=1)
    """Share of the link's bandwidth in collective operations."""
    node_link: float = Field(default=50e9, gt=0)
    """Bytes a second and GPU between machines (400 Gbit/s each)."""
    gpus_per_node: int = Field(default=8, ge=1)
    """GPUs that share the fast link."""
    reward_seconds: float = Field(default=1e-3, ge=0)
    """Rule-scored reward of one completion, on one core."""
    usable: float = Field(default=0.92, gt=0, le=1)
    """Share of memory that can be filled before fragments hurt."""
    overhead_gib: float = Field(default=2.5, ge=0)
    """Context, communication buffers and workspaces of one GPU."""


def assumptions_for(
    gpu: Gpu, words: Sequence[str] = (), *, prompt_tokens: int | None = None
) -> Assumptions:
    """Defaults of the machine, then ``key=value`` words.

    Args:
        gpu: The accelerator.
        words: Changes.
        prompt_tokens: Longest prompt, where more is known than the paper's 1,024.

    Raises:
        ConfigError: an unknown key or a bad value.
    """
    fields: dict[str, Any] = dict(_CPU) if gpu.is_cpu else {}
    if prompt_tokens is not None:
        fields["prompt_tokens"] = prompt_tokens
    for word in words:
        key, found, value = word.partition("=")
        if not found:
            raise ConfigError(f"--assume {word!r}; repair: write key=value")
        fields[key.strip()] = value
    try:
        return Assumptions.model_validate(fields)
    except ValidationError as error:
        known = ", ".join(Assumptions.model_fields)
        raise ConfigError(f"--assume: {explain(error, repair=f'keys are {known}')}") from error
