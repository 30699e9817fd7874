"""Curriculum and gate: the weights in force at one moment of the run (paper section 3).

Pure functions of progress in [0, 1]. Nothing here counts steps, so nothing restarts on resume.
"""

from __future__ import annotations

from social_r1.errors import InputError
from social_r1.rewards.config import Ramp, RewardConfig
from social_r1.rewards.types import Weights


def phase(progress: float, fraction: float) -> float:
    """How far the curriculum has come: linear from 0 to 1 over ``fraction`` of the run, then 1.

    Raises:
        InputError: progress is not in [0, 1].

    >>> phase(1 / 6, 1 / 3)
    0.5
    """
    if not 0.0 <= progress <= 1.0:
        raise InputError(
            f"progress {progress} is not in [0, 1]; repair: give step / total steps of the run"
        )
    return 1.0 if progress >= fraction else progress / fraction


def ramp(values: Ramp, at: float) -> float:
    """The value between ``start`` (``at`` = 0) and ``end`` (``at`` = 1)."""
    return values.start + (values.end - values.start) * at


def gate(config: RewardConfig, progress: float, *, right: bool) -> float:
    """Tau, which multiplies the process terms.

    ``correctness``: ``gate.right`` (1.0) for a right answer, ``gate.wrong`` (0.2) for a wrong one.
    ``schedule``: a clock, the same for both, rising linearly from ``gate.wrong`` to ``gate.right``
    along the curriculum and staying there.
    """
    if config.gate.kind == "correctness":
        return config.gate.right if right else config.gate.wrong
    at = phase(progress, config.curriculum_fraction)
    return ramp(Ramp(start=config.gate.wrong, end=config.gate.right), at)


def weights(config: RewardConfig, progress: float, *, right: bool) -> Weights:
    """The weights in force, before a missing part hands its weight on; a part that is off has 0."""
    at = phase(progress, config.curriculum_fraction)
    return Weights(
        outcome=config.outcome_weight,
        structure=ramp(config.structure.weight, at) if config.structure.enabled else 0.0,
        content=ramp(config.content.weight, at) if config.content.enabled else 0.0,
        gate=gate(config, progress, right=right),
        format=config.format.bonus,
    )
