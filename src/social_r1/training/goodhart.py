"""The Goodhart watch: does the reward model still measure what it stands for (ours; DESIGN 4)?

A reward that is optimised can part from what it was meant to measure (Goodhart's law; of reward
models Gao et al., arXiv 2210.10760). In the laboratory the truth is at hand: the oracle holds every
claim of a thought against the event log. So each generated batch is measured twice, by the reward
model and by the oracle. *The oracle is only watched, never rewarded.*

`measure` makes one flat row of a batch; `social_r1.training.alarm` compares rows over time.

    watch/groups                  groups of the batch; marks a row as watched
    watch/thoughts                thoughts behind score and truth
    watch/score, watch/truth      mean content score s of the reward model, and of the oracle; both
                                  are scores s, about 0 on average and about 1 in spread; over the
                                  same thoughts, the well-formed ones that have both
    watch/score_sd, truth_sd      their standard deviations over these thoughts
    watch/pearson, spearman       correlation of score and truth over the batch
    watch/pearson_within, spearman_within
                                  mean over groups of the correlation inside a group, which is what
                                  a group-normalised advantage sees; groups whose truth varies
                                  count, and one whose score does not vary counts as 0
    watch/ranked_groups           how many groups that were
    watch/corr/A_B                correlation of the raw parts A and B over well-formed completions;
                                  None where one of them does not vary
    watch/earned/PART             mean of what a part adds to the reward, weighted and gated
    watch/length                  mean characters of a well-formed thought
    watch/zero/right, wrong, mixed
                                  shares of groups whose rewards are all equal, by their outcomes

Without a reward model (content by the oracle itself, or by nobody) there is truth but no score.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from statistics import fmean, pstdev
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from social_r1.errors import InputError
from social_r1.hardbench.oracle import OracleContent
from social_r1.items import SocialItem
from social_r1.rewards.composition import explain_parts
from social_r1.rewards.types import ContentScorer, RewardParts
from social_r1.stats import pearson, spearman

MARK = "watch/groups"
"""The key that every watched row has."""
RAW = ("outcome", "structure", "content", "window", "repetition")
"""Parts whose correlations are watched."""
EARNING = ("format", "outcome", "structure", "content")
"""Parts that add to the reward."""
EQUAL = 1e-9
"""Rewards of a group that differ by no more than this give it no signal."""

PAIRS = {f"watch/corr/{a}_{b}": (a, b) for a, b in combinations(RAW, 2)}
MAYBE = (
    "watch/score", "watch/score_sd", "watch/truth", "watch/truth_sd", "watch/pearson",
    "watch/spearman", "watch/pearson_within", "watch/spearman_within", "watch/length", *PAIRS,
)  # fmt: skip
"""Figures that a batch may lack: None in the log's row."""

Figures = dict[str, float | None]


class GoodhartConfig(BaseModel):
    """When the watch speaks up; `social_r1.training.alarm` has the rules and their reasons."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    enabled: bool = True
    """Watch at all; costs about a millisecond for each four thoughts."""
    window: int = Field(default=8, ge=1)
    """W: the last W watched steps are compared with the first W."""
    rise: float = Field(default=0.3, gt=0)
    """A change of score or truth that matters, in standard deviations of the first W steps."""
    share: float = Field(default=0.25, ge=0, le=1)
    """The truth must have risen by at least this share of the score's rise."""
    rank: float = Field(default=0.2, ge=-1, le=1)
    """Least rank correlation of score and truth within groups, over the last W steps."""
    gap: float = Field(default=1.0, gt=0)
    """How far the score may run ahead of the truth, in the same unit as `rise`."""


def measure(
    thoughts: Sequence[str],
    parts: Sequence[RewardParts],
    groups: Sequence[int],
    truth: Sequence[float | None],
    *,
    scored: bool = True,
) -> Figures:
    """The figures of one batch; see the module for their names.

    Args:
        thoughts: the thought of each completion.
        parts: its reward.
        groups: its group: completions of one prompt have one number.
        truth: the oracle's score s of its thought; None where there is none.
        scored: whether the content score, if there is one, is another than the oracle's.

    Raises:
        InputError: the lists differ in length.
    """
    if not len(thoughts) == len(parts) == len(groups) == len(truth):
        raise InputError(
            f"{len(thoughts)} thoughts, {len(parts)} rewards, {len(groups)} groups and "
            f"{len(truth)} truths; repair: give one of each per completion"
        )
    members: dict[int, list[int]] = {}
    for place, group in enumerate(groups):
        members.setdefault(group, []).append(place)
    formed = [place for place, part in enumerate(parts) if part.format]
    lengths = [float(len(thoughts[place])) for place in formed]
    return {
        MARK: float(len(members)),
        **_agreement(parts, groups, truth, formed, scored),
        **_correlations([parts[place] for place in formed]),
        **_earned(parts),
        "watch/length": fmean(lengths) if lengths else None,
        **_zero_signal([[parts[place] for place in places] for places in members.values()]),
    }


def _agreement(
    parts: Sequence[RewardParts],
    groups: Sequence[int],
    truth: Sequence[float | None],
    formed: Sequence[int],
    scored: bool,
) -> Figures:
    """Score and truth over the thoughts that have both; the truth alone where nobody scores."""
    scored = scored and any(parts[place].content_score is not None for place in formed)
    found: list[tuple[int, float, float]] = []
    for place in formed:
        s, t = parts[place].content_score if scored else 0.0, truth[place]
        if s is not None and t is not None:
            found.append((groups[place], s, t))
    score, held = [s for _, s, _ in found], [t for *_, t in found]
    figures: Figures = {
        "watch/thoughts": float(len(found)),
        "watch/truth": fmean(held) if held else None,
        "watch/truth_sd": pstdev(held) if held else None,
    }
    if not scored:
        return figures
    inside: dict[int, list[tuple[float, float]]] = {}
    for group, s, t in found:
        inside.setdefault(group, []).append((s, t))
    varied = [
        ([s for s, _ in rows], [t for _, t in rows])
        for rows in inside.values()
        if len(rows) > 2 and max(t for _, t in rows) - min(t for _, t in rows) > EQUAL
    ]
    return figures | {
        "watch/score": fmean(score) if score else None,
        "watch/score_sd": pstdev(score) if score else None,
        "watch/pearson": pearson(score, held),
        "watch/spearman": spearman(score, held),
        "watch/pearson_within": fmean(pearson(*v) or 0.0 for v in varied) if varied else None,
        "watch/spearman_within": fmean(spearman(*v) or 0.0 for v in varied) if varied else None,
        "watch/ranked_groups": float(len(varied)),
    }


def _correlations(parts: Sequence[RewardParts]) -> Figures:
    """Correlation of every two raw parts, over completions that have both."""
    figures: Figures = {}
    for key, (a, b) in PAIRS.items():
        pairs = [(getattr(part, a), getattr(part, b)) for part in parts]
        both = [(x, y) for x, y in pairs if x is not None and y is not None]
        figures[key] = pearson([x for x, _ in both], [y for _, y in both])
    return figures


def _earned(parts: Sequence[RewardParts]) -> Figures:
    """Mean of what each part adds to the reward; a missing part adds nothing."""
    gated = [explain_parts(part)["gated"] for part in parts]
    return {f"watch/earned/{name}": fmean(row[name] or 0.0 for row in gated) for name in EARNING}


def _zero_signal(groups: Sequence[Sequence[RewardParts]]) -> Figures:
    """Shares of groups whose rewards are all equal, by outcome: all right, all wrong, mixed."""
    counts = {"right": 0, "wrong": 0, "mixed": 0}
    for group in groups:
        totals = [part.total for part in group]
        if max(totals) - min(totals) > EQUAL:
            continue
        outcomes = {part.outcome for part in group}
        counts["mixed" if len(outcomes) > 1 else "right" if outcomes == {1.0} else "wrong"] += 1
    return {f"watch/zero/{name}": count / len(groups) for name, count in counts.items()}


def group_ids(keys: Sequence[str], size: int) -> list[int]:
    """Groups of a batch: runs of equal keys, at most ``size`` long.

    A key alone is not enough: where a batch crosses the end of an epoch, an item comes twice.

    >>> group_ids(["a", "a", "a", "a", "b", "b"], 2)
    [0, 0, 1, 1, 2, 2]
    """
    ids: list[int] = []
    run = 0
    for place, key in enumerate(keys):
        run = run + 1 if place and key == keys[place - 1] and run < size else 1
        ids.append((ids[-1] if ids else -1) + (run == 1))
    return ids


@dataclass(frozen=True)
class GoodhartWatch:
    """The watch of one run. Picklable, without state: what it knows of the past are the log's rows.

    Example:
        ``GoodhartWatch(GoodhartConfig(), group_size=8)(items, thoughts, parts, keys)``
    """

    config: GoodhartConfig
    group_size: int
    """Completions of a prompt."""
    scored: bool = True
    """False where the content score is the oracle's own, so that there is nothing to compare."""
    oracle: ContentScorer = field(default_factory=OracleContent)

    def __call__(
        self,
        items: Sequence[SocialItem],
        thoughts: Sequence[str],
        parts: Sequence[RewardParts],
        keys: Sequence[str],
    ) -> Figures:
        """Measure one batch; ``keys`` say which completions have one prompt."""
        truth = [self._truth(*one) for one in zip(items, thoughts, parts, strict=True)]
        groups = group_ids(keys, self.group_size)
        return measure(thoughts, parts, groups, truth, scored=self.scored)

    def _truth(self, item: SocialItem, thought: str, parts: RewardParts) -> float | None:
        """The oracle's score; None for a broken form, and for an item whose log is not ours."""
        if not parts.format:
            return None
        try:
            [found] = self.oracle([item], [thought])
        except InputError:
            return None
        return found if found is not None and math.isfinite(found) else None


def watch_for(config: GoodhartConfig, group_size: int, reward: Any) -> GoodhartWatch | None:
    """The watch of a reward; None where it is switched off.

    Args:
        config: when to watch.
        group_size: completions of a prompt.
        reward: a reward whose attribute ``content``, if it has one, scores content.
    """
    if not config.enabled:
        return None
    by_oracle = isinstance(getattr(reward, "content", None), OracleContent)
    return GoodhartWatch(config, group_size, scored=not by_oracle)
