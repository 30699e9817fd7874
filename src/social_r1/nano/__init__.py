"""The embedded small model: tokenizer, shape, cold start, fast sampler, shipped checkpoint."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from social_r1.nano.checkpoint import Nano, load_nano, shipped_checkpoint
    from social_r1.nano.sampler import FastSampler, Sample, supports

_HOME = {
    "FastSampler": "sampler",
    "Sample": "sampler",
    "supports": "sampler",
    "Nano": "checkpoint",
    "load_nano": "checkpoint",
    "shipped_checkpoint": "checkpoint",
}
"""Public name -> module; loaded on first use, because torch is heavy."""

__all__ = ["FastSampler", "Nano", "Sample", "load_nano", "shipped_checkpoint", "supports"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
