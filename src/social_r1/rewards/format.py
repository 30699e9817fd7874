"""Format reward R_fmt: whether the completion is well formed (paper section 3)."""

from __future__ import annotations

from social_r1.items import SocialItem
from social_r1.rewards.plain import disguises, marks_up
from social_r1.trajectory import ParseOutcome, Trajectory


def format_reward(
    trajectory: Trajectory,
    *,
    need_option: bool = False,
    clean_thought: bool = False,
    plain_for: SocialItem | None = None,
) -> float:
    """R_fmt = 1 if the whole text is one think pair and then one answer tag, else 0.

    The paper asks for no more; profile ``recommended`` for all of the following.

    Args:
        trajectory: the parsed completion.
        need_option: also ask that the tag names an option of the item.
        clean_thought: also ask that the thought holds no tags, chat markers or code fences.
        plain_for: also ask that the text is written in the plain characters of this item.
    """
    if clean_thought and marks_up(trajectory.thought):
        return 0.0
    if plain_for is not None and disguises(trajectory.text, plain_for):
        return 0.0
    if need_option:
        return float(trajectory.outcome is ParseOutcome.OK)
    return float(trajectory.well_formed)
