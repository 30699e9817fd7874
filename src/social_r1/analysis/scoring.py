"""Scores for the trajectories that the report shows: the run's own reward, with oracle content."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

from social_r1.analysis.types import JsonObject
from social_r1.analysis.words import content_scorer
from social_r1.hardbench import OracleContent
from social_r1.items import SocialItem
from social_r1.rewards import CompositeReward, ContentScorer, profile_names, reward_config
from social_r1.rewards.types import RewardParts

FALLBACK_REWARD = "recommended"
"""The reward that scores the examples when the manifest names none."""


class RewardScorer(NamedTuple):
    """Scores shown trajectories with the reward of the run; says in a sentence how."""

    reward: CompositeReward
    says: str

    def __call__(
        self, items: Sequence[SocialItem], completions: Sequence[str]
    ) -> Sequence[RewardParts]:
        """The parts with the weights of the end of the run."""
        return self.reward.score(items, completions, progress=1.0)


def reward_scorer(manifest: JsonObject, content: ContentScorer | None = None) -> RewardScorer:
    """The reward named in the manifest (``config.reward``), else ``recommended``.

    Args:
        manifest: of the run.
        content: scores the content; by default the oracle of the hard benchmark, which holds each
            claim of a thought against the item's event log. It does not score items without one.
    """
    name = _reward_name(manifest.get("config"))
    judge = content or _oracle()
    by = type(judge).__name__ if content else "the oracle (each claim against the event log)"
    whose = " (the run's own is not at hand)" if name is None else ""
    name = name or FALLBACK_REWARD
    says = (
        f"Scores beside the trajectories: reward {name}{whose} with its weights at the end of "
        f"training; stages by rules, content by {'nobody' if judge is None else by}. "
        f"In training content was scored by: {content_scorer(manifest)}."
    )
    return RewardScorer(CompositeReward(reward_config(name), content=judge), says)


def _oracle() -> ContentScorer:
    """Holds each claim against the event log."""
    return OracleContent()


def _reward_name(config: object) -> str | None:
    """``reward`` of the run's config at any depth: a shipped profile, or a file that is there."""
    if isinstance(config, dict):
        table = cast("dict[str, object]", config)
        own = table.get("reward")
        name = cast("dict[str, object]", own).get("name") if isinstance(own, dict) else own
        if isinstance(name, str) and (name in profile_names() or Path(name).is_file()):
            return name
        for inner in table.values():
            found = _reward_name(inner)
            if found is not None:
                return found
    return None
