"""What a completion is worth: the composite reward and its parts (DESIGN 3, paper section 3).

    CompositeReward(reward_config("paper")).score(items, completions, progress=0.0)

Each part is a pure function in the module of its name; ``composition`` holds the one formula.
"""

from social_r1.rewards.composition import CompositeReward, explain_parts, missing_parts
from social_r1.rewards.config import RewardConfig, profile_names, reward_config
from social_r1.rewards.content import NoContent
from social_r1.rewards.structure import RuleStructure, StructureReport, explain
from social_r1.rewards.types import ContentScorer, RewardParts, StructureScorer, Weights

__all__ = [
    "CompositeReward",
    "ContentScorer",
    "NoContent",
    "RewardConfig",
    "RewardParts",
    "RuleStructure",
    "StructureReport",
    "StructureScorer",
    "Weights",
    "explain",
    "explain_parts",
    "missing_parts",
    "profile_names",
    "reward_config",
]
