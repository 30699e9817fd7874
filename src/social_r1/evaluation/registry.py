"""What Inspect finds of us through the entry point group ``inspect_ai``: a task for every set.

Examples::

    inspect eval social_r1/hard -T items=FILE --model openai/gpt-4o
    inspect eval social_r1/tombench -T data=DIR -T protocol=native --model openai/gpt-4o
    inspect eval social_r1/hitom -T data=DIR -T orders=2 --model nano/shipped -T style=compact
    inspect eval social_r1/sotopia -T data=DIR -T partner=M2 -T judge=M3 --model M1
    inspect eval-set social_r1/simpletom social_r1/hitom --log-buffer 1 --log-dir logs --model M
    inspect score LOG --scorer social_r1/trajectory_scorer --action overwrite
    inspect view bundle --log-dir logs --output-dir site

Inspect writes a log in pieces; with ``--log-buffer 1`` a killed ``eval-set`` finds every finished
sample again. A log names its scorer without the package, so ``inspect score`` has to be told. A
missing set, or a parameter that a task cannot take, is said in one line.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Annotated, ParamSpec

from inspect_ai import Epochs, Task, task
from inspect_ai._util.error import PrerequisiteError
from inspect_ai.dataset import MemoryDataset
from pydantic import Field, ValidationError, validate_call

from social_r1.errors import InputError, SocialR1Error
from social_r1.evaluation.benchmarks import (
    BENCHMARKS,
    DATA_VARIABLE,
    benchmark,
    hardbench,
    load_benchmark,
)
from social_r1.evaluation.present import subset
from social_r1.evaluation.protocols import SOCIAL_R1
from social_r1.evaluation.providers import BaselineAPI, NanoAPI
from social_r1.evaluation.run import protocol_for
from social_r1.evaluation.scorer import SET, every_epoch, trajectory_scorer
from social_r1.evaluation.solver import answer_with_samples, to_sample
from social_r1.evaluation.sotopia.task import sotopia_task
from social_r1.evaluation.types import Ask, EvalConfig, ProtocolName
from social_r1.records import explain
from social_r1.trajectory import PromptStyle

__all__ = ["TASKS", "BaselineAPI", "NanoAPI", "TaskRefused", "hard", "make_task"]

Parameters = ParamSpec("Parameters")


class TaskRefused(PrerequisiteError, InputError):
    """What a task cannot be made of; `inspect` prints errors of this kind alone as one line."""


def refusing(make: Callable[Parameters, Task]) -> Callable[Parameters, Task]:
    """The same task, its parameters held against their types.

    Raises:
        TaskRefused: a wrong parameter, or any error of ours.
    """
    checked = validate_call(make)

    @wraps(make)
    def made(*args: Parameters.args, **parameters: Parameters.kwargs) -> Task:
        try:
            return checked(*args, **parameters)
        except ValidationError as error:
            why = explain(error, repair="mend these parameters (-T NAME=VALUE)")
            raise TaskRefused(f"{make.__name__}: {why}") from error
        except SocialR1Error as error:
            raise TaskRefused(str(error)) from error

    return made


@task
@refusing
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
    config = EvalConfig(orders=orders, samples=samples, seed=seed)
    return make_task("hard", SOCIAL_R1.ask(hardbench.load(items), config, style), config)


def _public(name: str) -> Callable[..., Task]:
    """The task of a public set; its data are where ``data`` or SOCIAL_R1_DATA says."""

    def public(
        data: str | None = None,
        protocol: ProtocolName = "social-r1",
        orders: int = 1,
        samples: int = 0,
        limit: Annotated[int, Field(ge=1)] | None = None,
        seed: int = 0,
        style: PromptStyle = "sip",
    ) -> Task:
        config = EvalConfig(protocol=protocol, orders=orders, samples=samples, seed=seed)
        items = subset(load_benchmark(name, data or os.environ.get(DATA_VARIABLE) or None), limit)
        how = protocol_for(name, protocol)
        return make_task(name, how.ask(how.prepare(items), config, style), config)

    public.__name__ = public.__qualname__ = name
    public.__doc__ = f"{name}: {benchmark(name).source.paper}. {benchmark(name).caveat}."
    return public


TASKS: dict[str, Callable[..., Task]] = {name: task(refusing(_public(name))) for name in BENCHMARKS}
"""Name of a public set to its Inspect task."""
TASKS["sotopia"] = task(name="sotopia")(refusing(sotopia_task))
globals().update(TASKS)  # ``inspect eval social_r1/<name>`` looks tasks up here


def make_task(
    name: str,
    asks: Sequence[Ask],
    config: EvalConfig,
    wanted: Sequence[Sequence[int | None]] | None = None,
) -> Task:
    """The Inspect task of a set of asks.

    Args:
        name: of the set; the metrics of a benchmark are found by it.
        asks: the questions.
        config: how often each is asked.
        wanted: for each ask the numbers of the answers to ask for; None asks for all.

    Raises:
        InputError: the set has no items.
    """
    if not asks:
        raise InputError(f"set {name!r} has no items; repair: give a file or benchmark with some")
    base = name.removesuffix(".native")
    samples = [to_sample(ask, wanted[i] if wanted else None) for i, ask in enumerate(asks)]
    for sample in samples:
        sample.metadata = {**(sample.metadata or {}), SET: base}
    return Task(
        dataset=MemoryDataset(samples, name=name),
        solver=answer_with_samples(config.model_dump()),
        scorer=trajectory_scorer(),
        epochs=Epochs(1, every_epoch()),
        name=name,
        metadata={"config": config.model_dump()},
    )
