"""Inspect scorer: the protocol's own reading, with a reason for every failure.

The value of a sample is ``{score, greedy, sampled, read, well_formed}``; its metadata hold the
judged answers. Inspect's own multiple-choice scorer is not used: it guesses where ours says why it
cannot read. `figures` computes a set's metrics (joint scores, ladders, macro means) inside Inspect.
"""

from __future__ import annotations

from collections import defaultdict
from math import nan
from statistics import fmean
from typing import Any, cast

from inspect_ai.scorer import (
    Metric,
    SampleScore,
    Score,
    Scorer,
    Target,
    Value,
    mean,
    metric,
    scorer,
    stderr,
)
from inspect_ai.solver import TaskState

from social_r1.evaluation.benchmarks import BENCHMARKS, metrics_of
from social_r1.evaluation.grading import judge, to_row, to_scored
from social_r1.evaluation.protocols import protocol_of
from social_r1.evaluation.solver import COMPLETIONS
from social_r1.evaluation.types import Answer, Ask, Completion, Item, OpenItem, Scored
from social_r1.items import SocialItem

ANSWERS = "answers"
SET = "set"
"""Key of a sample's metadata: name of its benchmark, if it is of one."""


@metric
def joint() -> Metric:
    """Share of groups (stories, blocks) of two or more samples that are right throughout."""

    def compute(scores: list[SampleScore]) -> Value:
        groups: dict[str, list[float]] = defaultdict(list)
        for score in scores:
            metadata = score.sample_metadata or {}
            groups[str(metadata.get("group"))].append(score.score.as_float())
        blocks = [values for values in groups.values() if len(values) > 1]
        return fmean(min(values) for values in blocks) if blocks else 0.0

    return compute


@metric
def figures() -> Metric:
    """The metrics of the samples' benchmark under their protocol; nothing for other sets."""

    def compute(scores: list[SampleScore]) -> Value:
        first = (scores[0].sample_metadata or {}) if scores else {}
        if first.get(SET) not in BENCHMARKS:
            return {}
        found = metrics_of(str(first[SET]), str(first["how"]))(_scored(scores))
        return cast("Value", {figure.name: figure.interval.value for figure in found})

    return compute


def _scored(scores: list[SampleScore]) -> list[Scored]:
    items: dict[str, Item] = {}
    answers: dict[str, list[Answer]] = defaultdict(list)
    how = ""
    for score in scores:
        ask = ask_of(score.sample_metadata or {})
        how = ask.how
        # The shown item has its options in the order of the ask; answers refer to the own order.
        items.setdefault(ask.item.id, _own(ask))
        answers[ask.item.id] += [
            Answer.model_validate(answer) for answer in (score.score.metadata or {})[ANSWERS]
        ]
    protocol = protocol_of(how)
    return [to_scored(item, to_row(item, answers[name], protocol)) for name, item in items.items()]


@scorer(metrics={"score": [mean(), stderr(), joint(), figures()], "*": [mean(), stderr()]})
def trajectory_scorer() -> Scorer:
    """Judge every completion of a sample."""

    async def score(state: TaskState, target: Target) -> Score:
        ask = ask_of(state.metadata)
        answers = [
            judge(ask, Completion(*completion), sample=sample)
            for sample, completion in state.metadata.get(COMPLETIONS, [])
        ]
        return to_score(answers)

    return score


def ask_of(metadata: dict[str, Any]) -> Ask:
    """The ask that `to_sample` put into a sample's metadata (its messages are not needed)."""
    kind = SocialItem if "options" in metadata["item"] else OpenItem
    return Ask(
        kind.model_validate(metadata["item"]),
        int(metadata["order"]),
        tuple(metadata["places"]),
        [],
        str(metadata["how"]),
        bool(metadata.get("opened", False)),
    )


def to_score(answers: list[Answer]) -> Score:
    """The Inspect score of one ask; what was not asked for is no number."""
    greedy = [answer.value for answer in answers if answer.sample is None]
    sampled = [answer.value for answer in answers if answer.sample is not None]
    value: dict[str, float] = {
        "score": fmean(greedy or sampled) if answers else nan,
        "greedy": greedy[0] if greedy else nan,
        "sampled": fmean(sampled) if sampled else nan,
        "read": fmean(answer.pick is not None for answer in answers) if answers else nan,
        "well_formed": fmean(answer.well_formed for answer in answers) if answers else nan,
    }
    return Score(
        value=cast("dict[str, str | int | float | bool | None]", value),
        answer=answers[0].letter or str(answers[0].said or "") if answers else None,
        explanation="; ".join(answer.outcome for answer in answers),
        metadata={ANSWERS: [answer.model_dump(mode="json") for answer in answers]},
    )


def _own(ask: Ask) -> Item:
    """The item with its options in their own order."""
    if not isinstance(ask.item, SocialItem):
        return ask.item
    back = sorted(range(len(ask.places)), key=lambda shown: ask.places[shown])
    return ask.item.reordered(back)
