"""Which of two thoughts is better: pairs, and the content reward model (paper section 3).

    build_pairs(items, n, seed)    twin swaps and typed corruptions of gold traces
    rollout_pairs(items, ...)      a policy's own thoughts, ranked by the event log
    load_scorer(folder)            a trained reward model as a `ContentScorer`

Training is `social_r1.preference.train_rm.train_rm`; it and `heads` load torch, this page does not.
"""

from social_r1.preference.config import RewardModelConfig
from social_r1.preference.pairs import build_pairs
from social_r1.preference.rollout_pairs import rollout_pairs
from social_r1.preference.scorer import CheckpointContent, load_scorer
from social_r1.preference.types import Code, Pair, read_pairs

__all__ = [
    "CheckpointContent",
    "Code",
    "Pair",
    "RewardModelConfig",
    "build_pairs",
    "load_scorer",
    "read_pairs",
    "rollout_pairs",
]
