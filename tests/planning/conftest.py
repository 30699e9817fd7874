"""A model whose figures can be worked out in the head, and a run of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from social_r1.planning.gpus import Gpu
from social_r1.planning.shapes import Shape
from social_r1.training import TrainConfig, build_config

TOY = Shape(
    "toy", "these tests", layers=2, hidden=4, heads=2, kv_heads=1, head_dim=3, feed_forward=5,
    vocab=7, tied=False,
)  # fmt: skip
"""Blocks: q 4x6, k and v 4x3 each, o 6x4, gate and up 4x5 each, down 5x4: 72 + 60 weights."""

ROUND = Gpu("round", memory=100 * 2**30, flops=1e12, bandwidth=1e12, link=1e9, source="these tests")


@pytest.fixture
def toy() -> Shape:
    return TOY


@pytest.fixture
def round_gpu() -> Gpu:
    return ROUND


@pytest.fixture
def run() -> Callable[..., TrainConfig]:
    """A config of 4 prompts x 2 completions; changes on top."""

    def make(**changes: object) -> TrainConfig:
        fields = {
            "profile": "readme", "items": "i", "out": "o", "prompts_per_step": 4, "group_size": 2,
            "updates_per_batch": 1, "micro_batch_size": 2, "max_completion_length": 100,
            "steps": 10, "save_every": 20,
        }  # fmt: skip
        return build_config(fields | changes)

    return make
