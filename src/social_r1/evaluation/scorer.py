"""Inspect scorer: the protocol's own reading, with a reason for every failure.

The value of a sample is ``{score, greedy, sampled, read, well_formed}``; its metadata hold the
judged answers. Inspect's own multiple-choice scorer is not used: it guesses where ours says why it
cannot read. `figures` computes a set's metrics (joint scores, ladders, macro means) inside Inspect.
Of several epochs Inspect hands over means alone; `every_epoch` keeps the answers beside them, so
that what has to be right together is right together in one epoch.
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
    ScoreReducer,
    Target,
    Value,
    mean,
    mean_score,
    metric,
    score_reducer,
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
EPOCHS = "epochs"
"""Key of a reduced score's metadata: the answers of each epoch, where there are several."""
SET = "set"
"""Key of a sample's metadata: name of its benchmark, if it is of one."""


@metric
def joint() -> Metric:
    """Share of groups (stories, blocks) of two or more samples that are right throughout.

    Of several epochs it is the mean.
    """

    def compute(scores: list[SampleScore]) -> Value:
        groups: dict[tuple[str, int], list[float]] = defaultdict(list)
        for score in scores:
            group = str((score.sample_metadata or {}).get("group"))
            for epoch, answers in enumerate(_by_epoch(score.score)):
                values = [one.value for one in _counted(answers)]
                groups[group, epoch].append(fmean(values) if values else nan)
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
        epochs = _by_epoch(score.score)
        # Each epoch is a pass of its own, as the samples of one run are.
        answers[ask.item.id] += epochs[0] if len(epochs) == 1 else [
            one.model_copy(update={"sample": len(found) * epoch + place})
            for epoch, found in enumerate(map(_counted, epochs))
            for place, one in enumerate(found)
        ]  # fmt: skip
    protocol = protocol_of(how)
    return [to_scored(item, to_row(item, answers[name], protocol)) for name, item in items.items()]


def _by_epoch(score: Score) -> list[list[Answer]]:
    metadata = score.metadata or {}
    epochs = metadata.get(EPOCHS) or [metadata[ANSWERS]]
    return [[Answer.model_validate(answer) for answer in answers] for answers in epochs]


def _counted(answers: list[Answer]) -> list[Answer]:
    """The greedy answer; where there is none, the sampled ones."""
    return [answer for answer in answers if answer.sample is None] or answers


@score_reducer
def every_epoch() -> ScoreReducer:
    """The mean over epochs, with the answers of each."""
    average = mean_score()

    def reduce(scores: list[Score]) -> Score:
        reduced = average(scores)
        if len(scores) == 1:
            return reduced
        answers = [(score.metadata or {})[ANSWERS] for score in scores]
        return reduced.model_copy(update={"metadata": {ANSWERS: answers[0], EPOCHS: answers}})

    return reduce


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
