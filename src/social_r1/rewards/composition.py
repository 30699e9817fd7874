"""The composite reward: one formula, one implementation (paper section 3; DESIGN 3).

    R = R_fmt · (bonus + R_out + τ · (w_struct · S + w_content · C)) · R_len
    R = 0 when R_fmt = 0, otherwise max(floor, R)

Where we depart from the released reward:

1. *Missing is not a score.* A grader that fails gives None. Its term drops out and its weight goes
   to the other process term, at the price of what that term has earned: with fractions of the
   maximum S and C / C_max (C_max = C at the clip), the missing term counts as the other's fraction
   on the unit scale, so

       C missing:  τ · (w_struct + w_content) · S
       S missing:  τ · (w_content + w_struct / C_max) · C

   The process weight w_struct + w_content stays in force, and the greatest reward is never above
   the complete one's. Scaling C's share of the maximum (6.9 · w_content) onto S instead would make
   a failing content model worth more than a good thought; this rule makes it worth at most as much
   as C = S ≤ 1, a score one deviation below the mean. Both missing: only the outcome is left.
2. *A part that is off is not missing.* It is not computed and its weight is 0; nothing moves.
3. *A broken form costs no grading.* With R_fmt = 0 the total is 0, so no grader is asked; recorded
   grades are still shown.
4. S is always clamped to [0, 1], s always clipped.
5. *A broken form is worth 0 in every variant*, in ``outcome_only`` (R_out + R_fmt) too, where a
   plain sum would still pay 1 for a right letter in a broken form.
6. *S and C can be made to count only together* (profile ``recommended``, off in ``paper``): a chain
   of stages that says nothing true is no reasoning, and a true one behind a verdict is a defence.
   With ``structure.needs_content`` = c, w_struct is scaled by min(1, C / c), unless C is missing;
   with ``structure.picking_voids_process`` both weights are 0 where an option is picked before the
   cues are interpreted (`social_r1.rewards.picking`). Both only lower a reward.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.rewards.config import RewardConfig
from social_r1.rewards.content import NoContent, clip_score, transform
from social_r1.rewards.curriculum import weights
from social_r1.rewards.efficiency import repeated_share, repetition, window
from social_r1.rewards.format import format_reward
from social_r1.rewards.outcome import outcome_reward
from social_r1.rewards.picking import picks_first
from social_r1.rewards.structure import RuleStructure, StructureReport, explain
from social_r1.rewards.types import ContentScorer, RewardParts, StructureScorer, Weights
from social_r1.trajectory import Trajectory, parse

Grades = Mapping[str, float | None]
"""Recorded grader outputs of one completion: ``structure`` in [0, 1], ``content`` = s, or None."""


class _Scored(NamedTuple):
    """One completion between parsing and composition."""

    item: SocialItem
    trajectory: Trajectory
    format: float
    structure: float | None
    content_score: float | None
    picked: bool


@dataclass(frozen=True)
class _KeptRule(RuleStructure):
    """The rule scorer in one call; what it saw of an item's thought is looked at again there."""

    seen: dict[tuple[int, str], StructureReport] = field(
        default_factory=dict[tuple[int, str], StructureReport]
    )
    """By ``id`` of the item, which lives as long as the call."""

    def one(self, item: SocialItem, thought: str) -> float:
        """S of one thought."""
        report = self.seen[id(item), thought] = explain(item, thought)
        return self.of(report)


@dataclass(frozen=True)
class CompositeReward:
    """The reward of a config, with its graders. Picklable, without state.

    Example:
        ``CompositeReward(reward_config("paper")).score([item], [completion], progress=0.0)``
    """

    config: RewardConfig
    structure: StructureScorer | None = None
    """None stands for the rule scorer of `social_r1.rewards.structure`."""
    content: ContentScorer | None = None
    """None stands for no content model: always missing."""
    prefilled_think: bool = False
    """The chat template writes ``<think>`` into the prompt; completions begin behind it."""

    def parse(self, item: SocialItem, completion: str) -> Trajectory:
        """The completion as this reward reads it."""
        return parse(
            completion,
            item,
            strict_case=self.config.format.strict_case,
            answer_rule=self.config.format.answer_rule,
            prefilled_think=self.prefilled_think,
            with_stages=False,
        )

    def score(
        self,
        items: Sequence[SocialItem],
        completions: Sequence[str],
        *,
        progress: float | Sequence[float],
        graders: Sequence[Grades | None] | None = None,
    ) -> list[RewardParts]:
        """Reward every completion.

        Args:
            items: one item per completion (repeat it for a group).
            completions: decoded texts.
            progress: share of the run that is done, in [0, 1]; one for all or one each.
            graders: recorded grader outputs; a key that is there replaces the call, and its None
                means missing.

        Raises:
            InputError: lengths differ, or progress is not in [0, 1].
        """
        n = len(completions)
        moments = list(progress) if isinstance(progress, Sequence) else [progress] * n
        none: Grades = {}
        recorded = [none if g is None else g for g in graders] if graders else [none] * n
        if not len(items) == len(moments) == len(recorded) == n:
            raise InputError(
                f"{len(items)} items, {n} completions, {len(moments)} progress values and "
                f"{len(recorded)} grader rows; repair: give one of each per completion"
            )
        scored = self._grade(items, completions, recorded)
        return [
            compose(self.config, *one[:-1], moment, picked=one.picked)
            for one, moment in zip(scored, moments, strict=True)
        ]

    def _grade(
        self, items: Sequence[SocialItem], completions: Sequence[str], recorded: Sequence[Grades]
    ) -> list[_Scored]:
        """Parse, and ask the graders that are on, in one call each, about well-formed texts."""
        config = self.config
        trajectories = [self.parse(i, c) for i, c in zip(items, completions, strict=True)]
        formats = [
            format_reward(
                trajectory,
                need_option=config.format.need_option,
                clean_thought=config.format.clean_thought,
                plain_for=item if config.format.plain_text else None,
            )
            for item, trajectory in zip(items, trajectories, strict=True)
        ]
        thoughts = [t.thought for t in trajectories]
        rule = _KeptRule(incomplete_cap=config.structure.incomplete_cap)
        asked: dict[str, list[float | None]] = {}
        for name, on, grader in (
            ("structure", config.structure.enabled, self.structure or rule),
            ("content", config.content.enabled, self.content or NoContent()),
        ):
            values = [grades.get(name) if on else None for grades in recorded]
            open_rows = [k for k, f in enumerate(formats) if on and f and name not in recorded[k]]
            if open_rows:
                answers = grader([items[k] for k in open_rows], [thoughts[k] for k in open_rows])
                for k, value in zip(open_rows, answers, strict=True):
                    values[k] = value
            asked[name] = values
        picked = self._picked(items, trajectories, formats, asked["structure"], rule.seen)
        grades = asked["structure"], asked["content"]
        return [
            _Scored(*row) for row in zip(items, trajectories, formats, *grades, picked, strict=True)
        ]

    def _picked(
        self,
        items: Sequence[SocialItem],
        trajectories: Sequence[Trajectory],
        formats: Sequence[float],
        structure: Sequence[float | None],
        seen: Mapping[tuple[int, str], StructureReport],
    ) -> list[bool]:
        """Which thoughts pick an option first, if the config minds."""
        minds = self.config.structure.picking_voids_process
        ruled = self.structure is None or isinstance(self.structure, RuleStructure)
        return [
            bool(minds and form)
            and picks_first(
                item, trajectory, score if ruled else None, seen.get((id(item), trajectory.thought))
            )
            for item, trajectory, form, score in zip(
                items, trajectories, formats, structure, strict=True
            )
        ]


def compose(
    config: RewardConfig,
    item: SocialItem,
    trajectory: Trajectory,
    format_value: float,
    structure: float | None,
    content_score: float | None,
    progress: float,
    *,
    picked: bool = False,
) -> RewardParts:
    """Put the parts of one completion together; see the module for the formula.

    Args:
        config: the constants.
        item: the question.
        trajectory: the parsed completion.
        format_value: R_fmt.
        structure: S, or None when missing.
        content_score: s, or None when missing.
        progress: share of the run that is done.
        picked: whether the thought picks an option first, and the config minds.
    """
    s_struct = _clamp(structure) if config.structure.enabled else None
    s = clip_score(content_score, config.content) if config.content.enabled else None
    c = None if s is None else transform(s, config.content)
    outcome = outcome_reward(item, trajectory)
    planned = weights(config, progress, right=outcome == 1.0)
    in_force = renormalise(planned, config, structure=s_struct, content=c)
    in_force = _together(in_force, config, content=c, picked=picked)
    g = q = 1.0
    if config.efficiency.enabled:
        g = window(len(trajectory.thought), config.efficiency)
        q = repetition(
            repeated_share(trajectory.thought, config.efficiency.ngram), config.efficiency
        )
    process = in_force.structure * (s_struct or 0.0) + in_force.content * (c or 0.0)
    inner = in_force.format + in_force.outcome * outcome + in_force.gate * process
    total = max(config.floor, inner * g * q) if format_value else 0.0
    return RewardParts(
        format=format_value,
        outcome=outcome,
        structure=s_struct,
        content_score=s,
        content=c,
        window=g,
        repetition=q,
        length=len(trajectory.thought),
        weights=in_force,
        total=total,
    )


def renormalise(
    planned: Weights, config: RewardConfig, *, structure: float | None, content: float | None
) -> Weights:
    """Hand the weight of a missing process term to the one that is there (departure 1).

    Returns:
        The weights in force; a term that is off or missing has weight 0.
    """
    w_structure, w_content = planned.structure, planned.content
    if content is None and structure is not None:
        return planned._replace(structure=w_structure + w_content, content=0.0)
    if structure is None and content is not None:
        share = w_structure / max(config.content_max, 1.0)
        return planned._replace(structure=0.0, content=w_content + share)
    if structure is None and content is None:
        return planned._replace(structure=0.0, content=0.0)
    return planned


def _together(
    weights: Weights, config: RewardConfig, *, content: float | None, picked: bool
) -> Weights:
    """Let S and C count only together, where the config asks for it (departure 6)."""
    needed = config.structure.needs_content
    if content is not None and content < needed:
        weights = weights._replace(structure=weights.structure * content / needed)
    return weights._replace(structure=0.0, content=0.0) if picked else weights


def explain_parts(parts: RewardParts) -> dict[str, dict[str, float | None]]:
    """Every part raw, weighted, and gated (as it enters the sum), for logs and replay.

    Returns:
        ``{"raw": …, "weighted": …, "gated": …}``; a part that is missing or off is None. The gated
        values sum to the reward before floor, times R_len, if the form is right.
    """
    w = parts.weights
    process = {
        "structure": None if parts.structure is None else w.structure * parts.structure,
        "content": None if parts.content is None else w.content * parts.content,
    }
    direct = {"format": w.format * parts.format, "outcome": w.outcome * parts.outcome}
    scale = parts.format * parts.window * parts.repetition
    gated = {k: None if v is None else w.gate * v * scale for k, v in process.items()}
    return {
        "raw": {k: v for k, v in parts._asdict().items() if k not in ("weights", "total")},
        "weighted": {**direct, **process},
        "gated": {**{k: v * scale for k, v in direct.items()}, **gated},
    }


def missing_parts(
    reward: CompositeReward, parts: RewardParts, given: Collection[str] = ()
) -> tuple[str, ...]:
    """Parts that are on but have no value although the form is right: failed graders, to count.

    Args:
        reward: what scored the trajectory.
        parts: its parts.
        given: parts whose grade came with the trajectory. Without one and without a scorer nobody
            was asked for C, so nobody failed.
    """
    if not parts.format:
        return ()
    config = reward.config
    asked = reward.content is not None or "content" in given
    pairs = (
        ("structure", config.structure.enabled, parts.structure),
        ("content", config.content.enabled and asked, parts.content),
    )
    return tuple(name for name, on, value in pairs if on and value is None)


def _clamp(value: float | None) -> float | None:
    if value is None or not math.isfinite(value):
        return None
    return max(0.0, min(1.0, float(value)))
