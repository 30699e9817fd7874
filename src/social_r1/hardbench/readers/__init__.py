"""Readers of published stories: ToMi and Hi-ToM text as logs that both oracles can answer."""

from social_r1.hardbench.readers.hitom import read_hitom
from social_r1.hardbench.readers.report import joint_presence, read_item, replay_report
from social_r1.hardbench.readers.tomi import read_tomi
from social_r1.hardbench.readers.types import Case

__all__ = [
    "Case",
    "joint_presence",
    "read_hitom",
    "read_item",
    "read_tomi",
    "replay_report",
]
