"""The composite reward as an engine calls it: keyword arguments in, totals out, all parts logged.

One callable for the whole reward, because the paper's formula is no weighted sum of separate
functions (paper section 3). Progress is a pure function of the engine's own step, so a resumed run
is at the right place of the curriculum.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from types import SimpleNamespace
from typing import Any, Protocol, cast

from social_r1.errors import ConfigError
from social_r1.items import SocialItem
from social_r1.rewards.outcome import outcome_reward
from social_r1.rewards.types import RewardParts
from social_r1.training.credit import StageScorer, StageScores
from social_r1.training.goodhart import GoodhartWatch
from social_r1.trajectory import Trajectory

RAW = ("format", "outcome", "structure", "content_score", "content", "window", "repetition")
"""Parts logged as they are."""


class Reward(Protocol):
    """What this adapter needs of a reward; `social_r1.rewards.CompositeReward` fulfils it."""

    def parse(self, item: SocialItem, completion: str) -> Trajectory:
        """The completion as the reward reads it."""
        ...

    def score(
        self, items: Sequence[SocialItem], completions: Sequence[str], *, progress: float
    ) -> list[RewardParts]:
        """One record of parts per completion."""
        ...


class SocialReward:
    """TRL reward function around one composite reward. Picklable.

    Args:
        reward: Scores completions.
        name: Becomes ``__name__``: engines merge the metrics of functions with equal names.

    Example:
        ``GRPOTrainer(model, SocialReward(composite), train_dataset=..., ...)`` with a dataset that
        has the columns of `social_r1.training.dataset`.
    """

    def __init__(self, reward: Reward, name: str = "social_r1") -> None:
        self.reward = reward
        self.__name__ = name
        self.last: list[RewardParts] = []
        """Parts of the latest batch, in the order of its completions."""
        self.last_items: list[SocialItem] = []
        """Its items."""
        self.last_texts: list[str] = []
        """Its completions."""
        self.seconds = 0.0
        """Time the latest batch took."""
        self.watch: GoodhartWatch | None = None
        """Holds batches against the oracle; set by `train`."""
        self.watch_seconds = 0.0
        """What that took of the time."""
        self._seen: Sequence[Any] | None = None

    def __call__(
        self,
        *,
        completions: Sequence[Any],
        item_json: Sequence[str],
        trainer_state: Any = None,
        text: Sequence[str] | None = None,
        log_metric: Callable[[str, float], None] | None = None,
        log_extra: Callable[[str, list[Any]], None] | None = None,
        **_: Any,
    ) -> list[float]:
        """Score one generated batch.

        Args:
            completions: Texts or lists of chat messages.
            item_json: The item of each completion, as JSON.
            trainer_state: Gives ``global_step`` and ``max_steps``; without it progress is 1.
            text: Decoded completions of our own rollouts, used in place of ``completions``.
            log_metric: Takes the name and the batch value of a metric.
            log_extra: Takes the name and the rows of a column of the completions log.
        """
        began = time.perf_counter()
        read: dict[str, SocialItem] = {}
        for row in item_json:
            if row not in read:
                read[row] = SocialItem.model_validate_json(row)
        items = [read[row] for row in item_json]
        texts = list(text) if text is not None else [_text(c) for c in completions]
        self.last_items, self.last_texts = items, texts
        self.last = self.reward.score(items, texts, progress=progress_of(trainer_state))
        if log_metric is not None:
            read_as = [self.reward.parse(i, t) for i, t in zip(items, texts, strict=True)]
            outcomes = [str(trajectory.outcome) for trajectory in read_as]
            metrics = part_metrics(self.last, self.process_parts) | group_metrics(
                item_json, self.last
            )
            metrics |= {f"parse/{k}": v for k, v in shares(outcomes).items()}
            metrics |= self._watched(item_json, [t.thought or "" for t in read_as])
            for name, value in metrics.items():
                log_metric(name, value)
        if log_extra is not None:
            for part in ("outcome", "structure", "content_score"):
                log_extra(part, [getattr(parts, part) for parts in self.last])
        self.seconds = time.perf_counter() - began
        return [parts.total for parts in self.last]

    def once(self, *, completions: Sequence[Any], **batch: Any) -> None:
        """Score a batch, unless it is the very one that was scored last (`training.gdpo`)."""
        if completions is not self._seen:
            self(completions=completions, **batch)
            self._seen = completions

    def outcomes(self, items: Sequence[SocialItem], texts: Sequence[str]) -> list[float]:
        """R_out of completions, from parsing alone: no grader is asked."""
        pairs = zip(items, texts, strict=True)
        return [outcome_reward(item, self.reward.parse(item, text)) for item, text in pairs]

    def _watched(self, keys: Sequence[str], thoughts: Sequence[str]) -> dict[str, float]:
        """What the watch measures of the latest batch; what it could not is left out."""
        if self.watch is None:
            return {}
        began = time.perf_counter()
        figures = self.watch(self.last_items, thoughts, self.last, keys)
        self.watch_seconds = time.perf_counter() - began
        return {name: value for name, value in figures.items() if value is not None}

    @property
    def process_parts(self) -> list[str]:
        """The process parts that are switched on."""
        config = getattr(self.reward, "config", None)
        both = ("structure", "content")
        return [name for name in both if config is None or getattr(config, name).enabled]

    def check_stages(self) -> StageScorer:
        """The content scorer, if it can score stages apart.

        Raises:
            ConfigError: it cannot.
        """
        scorer = getattr(self.reward, "content", None)
        if not hasattr(scorer, "stages"):
            raise ConfigError(
                f"stage_credit needs scores of each stage, which {type(scorer).__name__} does not "
                "give; repair: content=oracle, or stage_credit=0"
            )
        return cast("StageScorer", scorer)

    def last_stages(self) -> list[StageScores]:
        """Scores of every stage of the latest batch; the last stage's is the outcome.

        Raises:
            ConfigError: the content scorer cannot score stages apart.
        """
        scorer = self.check_stages()
        pairs = zip(self.last_items, self.last_texts, strict=True)
        thoughts = [self.reward.parse(item, text).thought or "" for item, text in pairs]
        scores = scorer.stages(self.last_items, thoughts)
        return [(*s, p.outcome) for s, p in zip(scores, self.last, strict=True)]


def trl_totals(
    reward: Reward, items: Sequence[SocialItem], completions: Sequence[str], *, progress: float
) -> list[float]:
    """Totals of saved completions by way of the callable that TRL is given, as TRL calls it.

    Args:
        reward: for instance a `CompositeReward`.
        items: one per completion.
        completions: decoded texts.
        progress: share of the run that is done.
    """
    metrics: dict[str, list[float]] = {}
    return SocialReward(reward)(
        prompts=[None] * len(items),
        completions=[[{"role": "assistant", "content": text}] for text in completions],
        completion_ids=[[]] * len(items),
        item_json=[item.model_dump_json() for item in items],
        trainer_state=SimpleNamespace(global_step=progress, max_steps=1),
        log_extra=lambda column, rows: None,
        log_metric=lambda name, value: metrics.setdefault(name, []).append(value),
    )


def progress_of(trainer_state: Any) -> float:
    """Share of the run that is done, from the engine's own counters; 1 when there are none."""
    most = getattr(trainer_state, "max_steps", 0)
    return min(1.0, trainer_state.global_step / most) if most and most > 0 else 1.0


def part_metrics(
    parts: Sequence[RewardParts], on: Sequence[str] = ("structure", "content")
) -> dict[str, float]:
    """Means over one batch of every part: raw, weighted and gated, and how often one is missing.

    Args:
        parts: one per completion.
        on: process parts that the reward has; one that is switched off is not missing.

    Weighted: times its weight in force. Gated: times tau as well, as it enters the sum. A missing
    part is left out of its mean and counted in ``missing/<part>`` (share of well-formed texts).
    """
    metrics: dict[str, float] = {}

    def put(name: str, values: Sequence[float | None]) -> None:
        present = [value for value in values if value is not None]
        if present:
            metrics[name] = sum(present) / len(present)

    for name in RAW:
        put(f"parts/{name}", [getattr(p, name) for p in parts])
    put("parts/length", [float(p.length) for p in parts])
    put("weighted/outcome", [p.weights.outcome * p.outcome for p in parts])
    for name in ("structure", "content"):
        raw = [(getattr(p, name), p.weights) for p in parts]
        weighted = [None if v is None else getattr(w, name) * v for v, w in raw]
        put(f"weighted/{name}", weighted)
        pairs = zip(weighted, raw, strict=True)
        put(f"gated/{name}", [None if v is None else w.gate * v for v, (_, w) in pairs])
        # A broken form was never graded: it has no missing parts, and weights that say nothing.
        asked = [p for p in parts if p.format]
        if asked and name in on:
            missing = sum(getattr(p, name) is None for p in asked)
            metrics[f"missing/{name}"] = missing / len(asked)
        graded = [p for p in asked if getattr(p, name) is not None]
        put(f"weights/{name}", [getattr(p.weights, name) for p in graded])
    put("weights/gate", [p.weights.gate for p in parts])
    return metrics


def group_metrics(keys: Sequence[str], parts: Sequence[RewardParts]) -> dict[str, float]:
    """Shares of groups without signal: all outcomes equal, all right, all wrong.

    Counted by outcome, not by shaped reward: shaping hides that a group has nothing to teach.
    """
    groups: dict[str, list[float]] = {}
    for key, part in zip(keys, parts, strict=True):
        groups.setdefault(key, []).append(part.outcome)
    right = sum(all(group) for group in groups.values())
    wrong = sum(not any(group) for group in groups.values())
    count = len(groups)
    return {
        "groups/zero_signal": (right + wrong) / count,
        "groups/all_right": right / count,
        "groups/all_wrong": wrong / count,
    }


def shares(names: Sequence[str]) -> Mapping[str, float]:
    """Share of each name in a batch."""
    return {name: count / len(names) for name, count in Counter(names).items()}


def _text(completion: Any) -> str:
    """The text of a completion, from a string or from chat messages."""
    if isinstance(completion, str):
        return completion
    message = completion[-1]
    thinking = message.get("reasoning_content") or message.get("thinking")
    content = str(message.get("content") or "")
    return f"<think>{thinking}</think>{content}" if thinking else content
