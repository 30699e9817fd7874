"""bf16 weights and small learning rates: whose updates are rounded away.

A bf16 number has 8 significant bits. Those about .02, the usual size of a weight, are 2^-13 apart,
and a sum is rounded to the nearest of them. AdamW moves a weight by about the learning rate, so
below half that distance, 2^-14, most steps leave most weights as they were.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Any, Protocol

LEAST_LR = 2.0**-14
"""Learning rate from which AdamW's steps move bf16 weights of the usual size."""

SHARDED = ("ACCELERATE_USE_DEEPSPEED", "ACCELERATE_USE_FSDP")
"""Set by ``accelerate launch``; both keep fp32 masters of trained bf16 weights by themselves."""


class Trained(Protocol):
    """What this module reads of a config of `train` or `rm train`."""

    weights: Any
    lora_rank: int
    lr: float


def lost_updates(config: Trained) -> str | None:
    """What is wrong with such a training, and its repair in the form of our messages; else None.

    Adapters of LoRA are fp32 beside bf16 weights, which do not move.
    """
    if config.weights != "bf16" or config.lora_rank or config.lr >= LEAST_LR:
        return None
    return (
        f"weights=bf16 without LoRA at lr={config.lr:g}: such numbers are 2^-13 apart at a "
        "weight's usual size of .02, so most updates are rounded away; repair: weights=fp32 "
        "(precision=bf16 keeps the arithmetic in bf16), or lora_rank above 0"
    )


def keeps_masters(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether this process shares out its weights in a way that keeps fp32 masters of them."""
    return any(environment.get(name, "").lower() == "true" for name in SHARDED)
