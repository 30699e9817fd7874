"""The Inspect score of an ask: values beside each other, answers kept whole."""

from __future__ import annotations

import pytest
from inspect_ai.scorer import SampleScore

from social_r1.evaluation.grading import judge
from social_r1.evaluation.present import present
from social_r1.evaluation.scorer import SET, ask_of, every_epoch, figures, joint, to_score
from social_r1.evaluation.solver import to_sample
from social_r1.evaluation.types import Answer, Completion
from social_r1.trajectory import render_target

from .conftest import make_item


def test_greedy_and_sampled_answers_are_two_values() -> None:
    ask = present([make_item(0)])[0]
    right, wrong = ask.item.letter, "ABCD".replace(ask.item.letter, "")[0]
    texts = [(None, right), (0, right), (1, wrong), (2, wrong), (3, "")]
    answers = [
        judge(ask, Completion(render_target("x", letter) if letter else ""), sample=sample)
        for sample, letter in texts
    ]
    score = to_score(answers)
    assert score.value == {
        "score": 1.0, "greedy": 1.0, "sampled": 0.25, "read": 0.8, "well_formed": 0.8,
    }  # fmt: skip
    assert score.answer == right
    assert score.explanation == "ok; ok; ok; ok; empty"
    assert [Answer.model_validate(a) for a in score.metadata["answers"]] == answers


def test_an_ask_survives_the_way_through_a_sample() -> None:
    ask = present([make_item(3)], orders=2)[1]
    back = ask_of(to_sample(ask).metadata)
    assert (back.key, back.order, back.places) == (ask.key, ask.order, ask.places)
    assert (back.item.options, back.item.answer) == (ask.item.options, ask.item.answer)


def scored(group: str, values: list[int], right: int = 0) -> SampleScore:
    """One question of a group, right (1) or wrong (0) in each epoch."""
    ask = present([make_item(right, group=group)])[0]
    letters = [ask.item.letter, "ABCD".replace(ask.item.letter, "")[0]]
    scores = [
        to_score([judge(ask, Completion(render_target("x", letters[1 - value])), sample=None)])
        for value in values
    ]
    metadata = {**(to_sample(ask).metadata or {}), SET: "simpletom"}
    return SampleScore(score=every_epoch()(scores), sample_metadata=metadata)


def test_joint_asks_for_every_sample_of_a_group() -> None:
    groups = {"a": [1, 1], "b": [1, 0], "alone": [1]}
    scores = [scored(group, [value]) for group, values in groups.items() for value in values]
    assert joint()(scores) == 0.5


def test_what_is_right_in_turn_is_never_right_together() -> None:
    # Epoch 1: both of a, one of b. Epoch 2: one of a, the other of b. Joint 1/2 and 0: .25.
    epochs = [("a", [1, 1]), ("a", [1, 0]), ("b", [1, 0]), ("b", [0, 1])]
    scores = [scored(group, values, right) for right, (group, values) in enumerate(epochs)]
    assert [score.score.as_dict()["score"] for score in scores] == [1.0, 0.5, 0.5, 0.5]
    assert joint()(scores) == 0.25
    # 3 of 4 are right in the first epoch, 2 of 4 in the second.
    assert figures()(scores)["accuracy"] == pytest.approx(5 / 8)
