"""Outcome reward R_out: whether the letter is the gold letter (paper section 3)."""

from __future__ import annotations

from social_r1.items import SocialItem
from social_r1.trajectory import Trajectory


def outcome_reward(item: SocialItem, trajectory: Trajectory) -> float:
    """R_out = 1 if the answer that was read is the item's, else 0; no answer is never right."""
    return float(trajectory.answer is not None and trajectory.answer == item.answer)
