"""What Inspect finds of us through the entry point group ``inspect_ai``.

Examples::

    inspect eval social_r1/hard -T items=FILE --model openai/gpt-4o
    inspect eval social_r1/tomi -T data=DIR --model baseline/random
    inspect eval social_r1/hitom -T data=DIR -T orders=2 --model nano/shipped -T style=compact
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from inspect_ai import Task, task
from inspect_ai.dataset import MemoryDataset

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import hardbench, load_benchmark
from social_r1.evaluation.present import present
from social_r1.evaluation.providers import BaselineAPI, NanoAPI
from social_r1.evaluation.scorer import trajectory_scorer
from social_r1.evaluation.solver import answer_with_samples, to_sample
from social_r1.evaluation.types import Ask, EvalConfig
from social_r1.items import SocialItem
from social_r1.trajectory import PromptStyle

__all__ = ["BaselineAPI", "NanoAPI", "hard", "hitom", "make_task", "tomi"]

DATA_VARIABLE = "SOCIAL_R1_DATA"


@task
def hard(
    items: str, orders: int = 1, samples: int = 0, seed: int = 0, style: PromptStyle = "sip"
) -> Task:
    """Items of our own benchmark, or any item file.

    Args:
        items: item file, or the folder of a build.
        orders: seeded option orders per item.
        samples: answers sampled beside the greedy one.
        seed: of the orders and the sampling.
        style: ``sip``, or ``compact`` for the embedded model.
    """
    return _task("hard", hardbench.load(items), orders, samples, seed, style)


@task
def tomi(
    data: str | None = None, orders: int = 1, samples: int = 0, seed: int = 0,
    style: PromptStyle = "sip",
) -> Task:  # fmt: skip
    """ToMi, test split; ``data`` is the folder that holds ``tomi/``, else SOCIAL_R1_DATA."""
    return _task("tomi", _public("tomi", data), orders, samples, seed, style)


@task
def hitom(
    data: str | None = None, orders: int = 1, samples: int = 0, seed: int = 0,
    style: PromptStyle = "sip",
) -> Task:  # fmt: skip
    """Hi-ToM; ``data`` is the folder that holds ``hitom/``, else SOCIAL_R1_DATA."""
    return _task("hitom", _public("hitom", data), orders, samples, seed, style)


def make_task(name: str, asks: Sequence[Ask], config: EvalConfig) -> Task:
    """The Inspect task of a set of asks."""
    if not asks:
        raise InputError(f"set {name!r} has no items; repair: give a file or benchmark with some")
    return Task(
        dataset=MemoryDataset([to_sample(ask) for ask in asks], name=name),
        solver=answer_with_samples(config.model_dump()),
        scorer=trajectory_scorer(),
        name=name,
        metadata={"config": config.model_dump()},
    )


def _task(
    name: str, items: Sequence[SocialItem], orders: int, samples: int, seed: int,
    style: PromptStyle,
) -> Task:  # fmt: skip
    config = EvalConfig(orders=orders, samples=samples, seed=seed)
    return make_task(name, present(items, orders=orders, seed=seed, style=style), config)


def _public(name: str, data: str | Path | None) -> list[SocialItem]:
    return load_benchmark(name, data or os.environ.get(DATA_VARIABLE))
