"""Figures about reward models, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.oracle import OracleContent
from social_r1.items import SocialItem
from social_r1.preference.evaluate import (
    accuracies,
    agreement,
    fit_story_blind,
    judge_agreement,
    length_bias,
    oracle_agreement,
    reliability,
    spearman,
    story_blind_accuracy,
)
from social_r1.preference.subject import Subject
from social_r1.preference.types import Code, Pair
from social_r1.records import write_jsonl
from social_r1.trajectory.prompt import render_target, render_thought


def pair(code: Code, stage: str, better: str = "a", worse: str = "b") -> Pair:
    return Pair(
        id=f"{code}{stage}", item_id="i", group="g", split="val", prompt="q", stage=stage,
        prefix="", chosen=better, rejected=worse, code=code, source="test",
    )  # fmt: skip


def test_accuracy_counts_a_tie_as_half() -> None:
    rows = [
        pair(Code.TWIN, "cue_encoding"),
        pair(Code.TWIN, "cue_encoding"),
        pair(Code.MISQUOTE, "cue_encoding"),
        pair(Code.NON_SEQUITUR, "response_generation"),
    ]
    found = accuracies(rows, [1, 1, 1, 0], [0, 1, 0, 1])
    assert found.all.value == 2.5 / 4
    assert found.stage["cue_encoding"].value == 2.5 / 3
    assert found.code["R1"].value == 0
    assert found.twin["cue_encoding"].value == 0.75
    assert found.twin.keys() == {"cue_encoding"}


def test_no_pairs_is_an_error() -> None:
    with pytest.raises(InputError, match="no pairs"):
        accuracies([], [], [])


def test_a_story_blind_scorer_stands_at_one_half_on_twin_swaps(pairs: list[Pair]) -> None:
    swaps = [p for p in pairs if p.code is Code.TWIN]
    found = story_blind_accuracy(pairs, swaps)  # even on what it was fitted on
    assert found.all.value == 0.5


def test_a_story_blind_scorer_sees_parasitism() -> None:
    rows = [
        pair(Code.PARASITISM, "cue_encoding", f"w{i} left.", f"Option {o}. w{i} left.")
        for i, o in enumerate("ABCDABCD")
    ]
    blind = fit_story_blind(rows, ridge=0.1)
    assert blind.score("w9 left.") > blind.score("Option B. w9 left.")


def test_length_bias_is_one_when_the_score_is_the_length() -> None:
    rows = [pair(Code.MISQUOTE, "cue_encoding", "a" * n, "b" * 3) for n in (1, 4, 9)]
    assert length_bias(rows, [1, 4, 9], [3, 3, 3]) == pytest.approx(1)
    assert length_bias(rows, [0, 0, 0], [0, 0, 0]) == 0


def test_rank_correlation_by_hand() -> None:
    # ranks 1 2 3 4 against 1 3 2 4: 1 - 6 * 2 / (4 * 15) = 0.8
    assert spearman([1, 2, 3, 4], [10, 30, 20, 40]) == pytest.approx(0.8)
    assert spearman([1, 1, 1], [1, 2, 3]) == 0


def test_agreement_within_items_ignores_differences_between_them(
    items: list[SocialItem],
) -> None:
    a, b = items[:2]
    asked = [a, a, b, b]
    truth = [0.1, 0.2, 0.8, 0.9]
    found = agreement(asked, [0.2, 0.1, 0.9, 0.8], truth)
    assert found.within == pytest.approx(-1)
    assert found.overall == pytest.approx(0.6)  # ranks 2 1 4 3: 1 - 6 * 4 / 60
    assert found.within_interval == pytest.approx((-1, -1, -1, 2))  # of both items alike
    missing = agreement(asked, [0.1, None, 0.8, 0.9], truth)
    assert (missing.thoughts, missing.missing, missing.items) == (3, 1, 1)
    alike = agreement([a, b], [0.1, 0.2], [0.5, 0.7])
    assert (alike.within, alike.within_interval) == (
        0,
        None,
    )  # one thought an item: nothing differs


class Shifted:
    """The oracle on another scale."""

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        return [None if s is None else 3 * s - 1 for s in OracleContent()(items, thoughts)]


def test_the_oracle_agrees_with_itself_on_saved_completions(
    items: list[SocialItem], tmp_path: Path
) -> None:
    rows = []
    for item in items[:3]:
        good = render_thought(Subject.of(item).texts)
        for thought in (good, good.replace("seen by", "seen by no one,"), "[1] nothing."):
            rows.append({"item_id": item.id, "completion": render_target(thought, "A")})
    rows.append({"item_id": items[0].id, "completion": "no form at all"})
    write_jsonl(tmp_path / "r.jsonl", rows)
    write_jsonl(tmp_path / "i.jsonl", items[:3])
    found = oracle_agreement(Shifted(), tmp_path / "i.jsonl", tmp_path / "r.jsonl")
    assert found.thoughts == 9
    assert found.overall == pytest.approx(1)
    assert found.within == pytest.approx(1)
    write_jsonl(tmp_path / "i.jsonl", items[1:3])
    with pytest.raises(InputError, match=r"r\.jsonl:1: item"):
        oracle_agreement(Shifted(), tmp_path / "i.jsonl", tmp_path / "r.jsonl")


def test_reliability_compares_sureness_with_being_right() -> None:
    # sigmoid(2) = .881: sure on two pairs, right on one; sigmoid(0) = .5: a tie counts half.
    found = reliability([2.0, 0.0, 1.0], [0.0, 2.0, 1.0])
    assert [(b.low, b.n, b.accuracy) for b in found.bins] == [(0.5, 1, 0.5), (0.85, 2, 0.5)]
    assert found.bins[1].confidence == pytest.approx(0.8808, abs=1e-4)
    assert found.ece == pytest.approx(2 / 3 * 0.3808, abs=1e-4)


def test_accuracy_per_dimension_and_order() -> None:
    rows = [
        pair(Code.TWIN, "cue_encoding").model_copy(update={"dimension": d, "order": o})
        for d, o in (("Belief", 1), ("Belief", 2), ("Desire", 2))
    ]
    found = accuracies(rows, [1, 0, 1], [0, 1, 0])
    assert {k: v.value for k, v in found.dimension.items()} == {"Belief": 0.5, "Desire": 1.0}
    assert {k: v.value for k, v in found.order.items()} == {"1": 1.0, "2": 0.5}


def test_the_judges_scores_are_compared_where_both_have_one(
    items: list[SocialItem], tmp_path: Path
) -> None:
    item = items[0]
    gold = render_thought(Subject.of(item).texts)
    said = [(gold, 0.9), ("nothing.", 0.1), (f"{gold} ", 0.8), ("nothing at all.", None)]
    write_jsonl(
        tmp_path / "judged.jsonl",
        [
            {"item": item.model_dump(mode="json"), "thought": text, "graders": {"content": grade}}
            for text, grade in said
        ],
    )
    found = judge_agreement(OracleContent(), tmp_path / "judged.jsonl", None)
    assert (found.thoughts, found.missing, found.items) == (3, 1, 1)
    assert found.overall > 0.8  # gold, gold, nothing against .9, .8, .1: one tie
    assert found.within == found.overall


def test_accuracy_per_source() -> None:
    rows = [pair(Code.TWIN, "cue_encoding"), pair(Code.POLICY, "cue_encoding")]
    rows[1] = rows[1].model_copy(update={"source": "rollout"})
    found = accuracies(rows, [1, 0], [0, 1])
    assert {k: v.value for k, v in found.source.items()} == {"rollout": 0.0, "test": 1.0}


def test_a_scorer_that_goes_by_length_is_right_where_the_better_thought_is_longer() -> None:
    rows = [
        pair(Code.TWIN, "cue_encoding", "long one", "short"),
        pair(Code.TWIN, "cue_encoding", "short", "long one"),
        pair(Code.TWIN, "cue_encoding", "same", "size"),
    ]
    found = accuracies(rows, [8, 5, 4], [5, 8, 4])  # the score is the length
    assert {k: v.value for k, v in found.length.items()} == {
        "as long": 0.5, "longer": 1.0, "shorter": 0.0,
    }  # fmt: skip
