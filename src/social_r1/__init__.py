"""Social-R1: train, test and understand language models that reason about other people.

The names below are the library: each command is a thin call of one of them. They are imported when
they are first used, so ``import social_r1`` is quick and needs no optional dependency.

>>> import social_r1
>>> social_r1.SocialItem.__name__
'SocialItem'
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

__version__ = "0.1.0"

_HOME = {
    "SocialItem": "items",
    "read_items": "records",
    "read_jsonl": "records",
    "write_jsonl": "records",
    "write_manifest": "records",
    "parse": "trajectory",
    "segment": "trajectory",
    "render_prompt": "trajectory",
    "Stage": "trajectory",
    "ParseOutcome": "trajectory",
    "Trajectory": "trajectory",
    "CompositeReward": "rewards",
    "RewardConfig": "rewards",
    "RewardParts": "rewards",
    "reward_config": "rewards",
    "train": "training",
    "TrainConfig": "training",
    "load_config": "training",
    "evaluate": "evaluation",
    "EvalConfig": "evaluation",
    "Reach": "evaluation",
    "load_run": "analysis",
    "write_report": "analysis",
    "SocialR1Error": "errors",
    "InputError": "errors",
    "ConfigError": "errors",
    "MissingExtraError": "errors",
}
"""Public name → module, below ``social_r1``, that defines it."""

if find_spec("verifiers") is not None:  # its `vf-eval social-r1` looks among the public names
    _HOME["SocialTaskset"] = "integrations.verifiers_taskset"

__all__ = [*_HOME]  # noqa: PLE0604  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'social_r1' has no attribute {name!r}")
    return getattr(import_module(f"social_r1.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
