"""Format reward R_fmt: whether the completion is well formed (paper section 3)."""

from __future__ import annotations

from social_r1.trajectory import ParseOutcome, Trajectory


def format_reward(trajectory: Trajectory, *, need_option: bool = False) -> float:
    """R_fmt = 1 if the whole text is one think pair and then one answer tag, else 0.

    Args:
        trajectory: the parsed completion.
        need_option: also ask that the tag names an option of the item; the paper does not, ours
            (profile ``recommended``) does.
    """
    if need_option:
        return float(trajectory.outcome is ParseOutcome.OK)
    return float(trajectory.well_formed)
