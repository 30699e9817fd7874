"""How good a reward model is: accuracy per stage and code, and what can be had without the story.

A pair counts as right when the better thought scores higher; a tie counts half. Intervals are
Wilson's; twin swaps come in mirrored pairs, so their intervals are a little too wide, not narrow.

The *story-blind* baseline is a logistic regression on words, lengths and claims of the thoughts
alone. On twin swaps it is at one half by construction; how far above one half it gets on typed
corruptions is what they give away.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from social_r1.errors import InputError
from social_r1.hardbench.oracle import OracleContent
from social_r1.items import SocialItem
from social_r1.judge.rows import read_thoughts
from social_r1.preference.types import Code, Pair
from social_r1.records import read_items, read_jsonl
from social_r1.rewards.types import ContentScorer
from social_r1.stats import Interval, bootstrap_mean, ranks, wilson
from social_r1.trajectory.parse import parse


class Accuracy(NamedTuple):
    """Share of pairs in which the better thought scores higher."""

    all: Interval
    stage: Mapping[str, Interval]
    code: Mapping[str, Interval]
    twin: Mapping[str, Interval]
    """Twin swaps by stage: the part that no story-blind scorer can win."""
    dimension: Mapping[str, Interval]
    order: Mapping[str, Interval]
    """By how many minds the question nests."""
    source: Mapping[str, Interval]
    """``trace``, ``rollout`` or ``candidate``."""
    length: Mapping[str, Interval]
    """By whether the better thought is the ``longer``, the ``shorter`` or ``as long``: whoever goes
    by length is right on the first and wrong on the second."""


def accuracies(pairs: Sequence[Pair], better: Sequence[float], worse: Sequence[float]) -> Accuracy:
    """Accuracy over all pairs, per stage, per code, and of twin swaps per stage.

    Raises:
        InputError: no pairs.
    """
    if not pairs:
        raise InputError("no pairs to evaluate; repair: give a file with held-out pairs")
    hits = [1.0 if b > w else 0.5 if b == w else 0.0 for b, w in zip(better, worse, strict=True)]
    twins = [(p, h) for p, h in zip(pairs, hits, strict=True) if p.code is Code.TWIN]
    return Accuracy(
        wilson(sum(hits), len(hits)),
        _by(pairs, hits, lambda p: p.stage),
        _by(pairs, hits, lambda p: p.code.value),
        _by([p for p, _ in twins], [h for _, h in twins], lambda p: p.stage),
        _by(pairs, hits, lambda p: p.dimension or "not told"),
        _by(pairs, hits, lambda p: "not told" if p.order is None else str(p.order)),
        _by(pairs, hits, lambda p: p.source),
        _by(pairs, hits, _by_length),
    )


def _by_length(pair: Pair) -> str:
    gap = len(pair.chosen_thought) - len(pair.rejected_thought)
    return "longer" if gap > 0 else "shorter" if gap < 0 else "as long"


def _by(
    pairs: Sequence[Pair], hits: Sequence[float], key: Callable[[Pair], str]
) -> dict[str, Interval]:
    found: dict[str, list[float]] = defaultdict(list)
    for pair, hit in zip(pairs, hits, strict=True):
        found[key(pair)].append(hit)
    return {name: wilson(sum(v), len(v)) for name, v in sorted(found.items())}


class Bin(NamedTuple):
    """Pairs on which the scorer is about equally sure."""

    low: float
    high: float
    confidence: float
    """Mean of sigmoid(|r1 - r2|), the chance that Bradley and Terry give the higher score."""
    accuracy: float
    n: int


class Reliability(NamedTuple):
    """Whether a scorer is as often right as it is sure."""

    bins: tuple[Bin, ...]
    ece: float
    """Expected calibration error: mean of |accuracy - confidence|, weighted by pairs."""


def reliability(better: Sequence[float], worse: Sequence[float], bins: int = 10) -> Reliability:
    """The reliability curve of raw scores on pairs, over ten equal steps from .5 to 1.

    >>> reliability([2.0, 0.0], [0.0, 2.0]).ece  # sure by .88, right half of the time
    0.3808
    """
    found: list[list[tuple[float, float]]] = [[] for _ in range(bins)]
    for b, w in zip(better, worse, strict=True):
        sure = 1 / (1 + math.exp(-min(abs(b - w), 700.0)))
        hit = 1.0 if b > w else 0.5 if b == w else 0.0
        found[min(int((sure - 0.5) * 2 * bins), bins - 1)].append((sure, hit))
    rows = [
        Bin(
            round(0.5 + i / 2 / bins, 3),
            round(0.5 + (i + 1) / 2 / bins, 3),
            round(math.fsum(s for s, _ in said) / len(said), 4),
            round(math.fsum(h for _, h in said) / len(said), 4),
            len(said),
        )
        for i, said in enumerate(found)
        if said
    ]
    total = sum(row.n for row in rows) or 1
    gaps = math.fsum(row.n * abs(row.accuracy - row.confidence) for row in rows)
    return Reliability(tuple(rows), round(gaps / total, 4))


def length_bias(pairs: Sequence[Pair], better: Sequence[float], worse: Sequence[float]) -> float:
    """Correlation, over pairs, of the score difference with the difference in length; 0 is none."""
    scores = np.array(better) - np.array(worse)
    lengths = np.array([len(p.chosen_thought) - len(p.rejected_thought) for p in pairs], float)
    return _correlation(scores, lengths)


class Agreement(NamedTuple):
    """Rank correlation (Spearman) of scores with others', on thoughts that a policy wrote."""

    overall: float
    within: float
    """Mean over items: what a group-normalised advantage sees."""
    items: int
    """Items whose thoughts differ in the others' eyes."""
    thoughts: int
    missing: int
    within_interval: Interval | None
    """95 % of ``within``, by bootstrap over items; None where no item's thoughts differ."""


def oracle_agreement(scorer: ContentScorer, items: Path, rollouts: Path) -> Agreement:
    """Compare a scorer with the event log on saved completions.

    Args:
        scorer: the content scorer.
        items: JSONL file of items that carry a log.
        rollouts: JSONL file of rows with ``item_id`` and ``completion``.

    Raises:
        InputError: a row names an unknown item, or no thought can be compared.
    """
    known = {item.id: item for item in read_items(items)}
    asked: list[SocialItem] = []
    thoughts: list[str] = []
    for number, row in read_jsonl(rollouts):
        item = known.get(str(row.get("item_id")))
        if item is None:
            raise InputError(
                f"{rollouts}:{number}: item {row.get('item_id')!r} is not in {items}; "
                "repair: give the items that were sampled"
            )
        said = parse(str(row.get("completion", "")), item, with_stages=False)
        if said.well_formed:
            asked.append(item)
            thoughts.append(said.thought)
    return agreement(asked, scorer(asked, thoughts), OracleContent()(asked, thoughts))


def judge_agreement(scorer: ContentScorer, judged: Path, items: Path | None) -> Agreement:
    """Compare a scorer with a language model as judge.

    Args:
        scorer: the content scorer.
        judged: rows that `social-r1 judge score --rubric content` wrote.
        items: the items of rows that name theirs by ``item_id``.

    Raises:
        InputError: a row that cannot be read, or no thought that both have scored.
    """
    rows = list(read_thoughts(judged, items=items))
    asked, thoughts = [row.item for row in rows], [row.thought for row in rows]
    given = [(row.fields.get("graders") or {}).get("content") for row in rows]
    return agreement(asked, scorer(asked, thoughts), given)


def agreement(
    items: Sequence[SocialItem], scores: Sequence[float | None], truth: Sequence[float | None]
) -> Agreement:
    """Rank correlations of scores with the truth, where both are there."""
    found = [
        (item.id, s, t)
        for item, s, t in zip(items, scores, truth, strict=True)
        if s is not None and t is not None
    ]
    if len(found) < 2:
        raise InputError("fewer than two thoughts to compare; repair: give more completions")
    groups: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for name, s, t in found:
        groups[name].append((s, t))
    mixed = [rows for rows in groups.values() if len({t for _, t in rows}) > 1]
    inside = [spearman([s for s, _ in rows], [t for _, t in rows]) for rows in mixed]
    return Agreement(
        spearman([s for _, s, _ in found], [t for *_, t in found]),
        float(np.mean(inside)) if inside else 0.0,
        len(mixed),
        len(found),
        len(items) - len(found),
        bootstrap_mean(inside) if inside else None,
    )


def spearman(x: Sequence[float], y: Sequence[float]) -> float:
    """Rank correlation; ties share their rank, no variation gives 0, and two numbers ±1.

    `social_r1.stats.spearman` says nothing of two; here the thoughts about an item may be no more.

    >>> round(spearman([1, 2, 3], [10, 30, 20]), 6)
    0.5
    """
    return _correlation(np.array(ranks(x)), np.array(ranks(y)))


def _correlation(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    if x.std() == 0 or y.std() == 0:
        return 0.0
    return float(np.corrcoef(x, y)[0, 1])


class StoryBlind(NamedTuple):
    """A linear scorer of thoughts that never sees the story."""

    words: tuple[str, ...]
    weights: NDArray[np.float64]

    def score(self, thought: str) -> float:
        """Weighted sum of the thought's features."""
        return float(features(thought, self.words) @ self.weights)


def features(thought: str, words: Sequence[str]) -> NDArray[np.float64]:
    """Counts of the given words, and length, claims and lines, each on a scale of about one."""
    counts = Counter(_tokens(thought))
    rest = (len(thought) / 100, thought.count("[") / 5, thought.count("\n"), thought.count(".") / 5)
    return np.array([*(counts[w] for w in words), *rest], dtype=np.float64)


def fit_story_blind(
    pairs: Sequence[Pair], *, words: int = 150, ridge: float = 1.0, rounds: int = 12
) -> StoryBlind:
    """Logistic regression on feature differences, by Newton's method.

    Args:
        pairs: pairs to learn from.
        words: how many of the commonest words become features.
        ridge: quadratic penalty.
        rounds: Newton steps.
    """
    common = Counter(w for p in pairs for w in _tokens(p.chosen_thought))
    chosen = tuple(w for w, _ in common.most_common(words))
    x = np.array(
        [features(p.chosen_thought, chosen) - features(p.rejected_thought, chosen) for p in pairs]
    )
    w = np.zeros(x.shape[1])
    for _ in range(rounds):
        share = 1 / (1 + np.exp(np.clip(x @ w, -30, 30)))  # of being wrong
        slope = x.T @ share - ridge * w
        bend = (x * (share * (1 - share))[:, None]).T @ x + ridge * np.eye(len(w))
        w = w + np.linalg.solve(bend, slope)
    return StoryBlind(chosen, w)


def story_blind_accuracy(train: Sequence[Pair], test: Sequence[Pair]) -> Accuracy:
    """What the story-blind baseline, fitted on ``train``, gets on ``test``."""
    baseline = fit_story_blind(train)
    return accuracies(
        test,
        [round(baseline.score(p.chosen_thought), 9) for p in test],
        [round(baseline.score(p.rejected_thought), 9) for p in test],
    )


def _tokens(text: str) -> list[str]:
    return re.findall(r"[A-Za-z]+|\[\d+\]", text)
