"""What a run reads and where it writes, looked at before it begins.

Files and folders must be there; a hub id is taken at its word.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from social_r1.errors import SocialR1Error
from social_r1.preference.content import content_scorer
from social_r1.preference.run_folder import check_writable
from social_r1.records import read_items
from social_r1.rewards.config import reward_config
from social_r1.training.config import TrainConfig
from social_r1.training.dataset import choose_split
from social_r1.training.policy import policy_source
from social_r1.training.trackers import check_trackers


class Fault(NamedTuple):
    """One field that names something which cannot be used."""

    field: str
    error: SocialR1Error


def faults(config: TrainConfig) -> Iterator[Fault]:
    """All that is not there, field by field."""
    for field, look in _looks(config).items():
        try:
            look()
        except SocialR1Error as error:
            yield Fault(field, error)


def check_inputs(config: TrainConfig) -> None:
    """See that everything is there.

    Raises:
        SocialR1Error: the first thing that is not.
    """
    for fault in faults(config):
        raise fault.error


def _looks(config: TrainConfig) -> dict[str, Callable[[], object]]:
    looks: dict[str, Callable[[], object]] = {
        "items": lambda: choose_split(read_items(config.items), config.split),
        "reward": lambda: reward_config(config.reward),
        "model": lambda: policy_source(config.model),
        "report_to": lambda: check_trackers(config.report_to, config.engine),
        "out": lambda: check_writable(config.out),
    }
    if config.eval_items is not None:
        fixed = config.eval_items
        looks["eval_items"] = lambda: read_items(fixed)
    if config.engine == "trl":  # verl's may be an address, and has its own check
        looks["content"] = lambda: content_scorer(config.content)
    return looks
