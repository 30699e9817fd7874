"""Inspect scorer: the parser that training uses, with a reason for every failure.

The value of a sample is ``{greedy, sampled, read, well_formed}``; its metadata hold the judged
answers, from which `social_r1.evaluation.run` makes the rows. Inspect's own multiple-choice scorer
is not used: it guesses where our parser says why it cannot read.
"""

from __future__ import annotations

from collections import defaultdict
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

from social_r1.evaluation.grading import judge
from social_r1.evaluation.solver import COMPLETIONS
from social_r1.evaluation.types import Answer, Ask, Completion
from social_r1.items import SocialItem

ANSWERS = "answers"


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


@scorer(metrics={"greedy": [mean(), stderr(), joint()], "*": [mean(), stderr()]})
def trajectory_scorer() -> Scorer:
    """Judge every completion of a sample."""

    async def score(state: TaskState, target: Target) -> Score:
        ask = ask_of(state.metadata)
        answers = [
            judge(ask, Completion(*completion), sample=sample)
            for sample, completion in state.metadata[COMPLETIONS]
        ]
        return to_score(answers)

    return score


def ask_of(metadata: dict[str, Any]) -> Ask:
    """The ask that `to_sample` put into a sample's metadata (its messages are not needed)."""
    return Ask(
        SocialItem.model_validate(metadata["item"]),
        int(metadata["order"]),
        tuple(metadata["places"]),
        [],
    )


def to_score(answers: list[Answer]) -> Score:
    """The Inspect score of one ask."""
    greedy = [float(answer.correct) for answer in answers if answer.sample is None]
    sampled = [float(answer.correct) for answer in answers if answer.sample is not None]
    value: dict[str, float] = {
        "read": fmean(answer.option is not None for answer in answers),
        "well_formed": fmean(answer.well_formed for answer in answers),
    }
    if greedy:
        value["greedy"] = greedy[0]
    if sampled:
        value["sampled"] = fmean(sampled)
    return Score(
        value=cast("dict[str, str | int | float | bool | None]", value),
        answer=answers[0].letter,
        explanation="; ".join(str(answer.outcome) for answer in answers),
        metadata={ANSWERS: [answer.model_dump(mode="json") for answer in answers]},
    )
