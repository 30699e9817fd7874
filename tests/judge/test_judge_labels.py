"""Labels of pairs: asked in both orders, kept where they agree, the rest counted."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from social_r1.errors import InputError
from social_r1.judge import JudgeClient, JudgeConfig, JudgePairs
from social_r1.preference.judge_labels import Outcome, label_pairs
from social_r1.preference.types import Code, Pair

from .conftest import Endpoint

Settings = Callable[..., JudgeConfig]


def pair(name: str, chosen: str, rejected: str) -> Pair:
    return Pair(
        id=name, item_id="q", group="g", split="train", prompt="Story. Question?",
        stage="cue_interpretation", prefix="Cue Encoding: Ann left.\n", chosen=chosen,
        rejected=rejected, chosen_suffix=" c", rejected_suffix=" r", code=Code.ATTRIBUTION,
        source="trace", margin=0.4,
    )  # fmt: skip


PAIRS = [
    pair("right", "good 0", "bad 0"),
    pair("turned", "bad 1", "good 1"),
    pair("place", "alike 2", "alike 2 too"),
    pair("tie", "even 3", "even 3 too"),
    pair("half", "odd 4", "even 4"),
    pair("lost", "lost 5", "good 5"),
]
"""What the judge below does with each: agree, turn it, first shown wins, tie, tie once, fail."""


def opinion(user: str) -> str:
    first = user.partition("The first version:")[2].partition("The second version:")[0]
    second = user.partition("The second version:")[2]
    if "lost" in user:
        return "I cannot say."
    if "even" in first:
        return '{"better": "tie"}'
    if "alike" in user or "odd" in first:
        return '{"better": "first"}'
    return json.dumps({"better": "first" if "good" in first else "second" if second else "tie"})


def test_only_labels_that_hold_in_both_orders_are_kept(
    endpoint: Endpoint, settings: Settings
) -> None:
    endpoint.reply = opinion
    judge = JudgePairs(JudgeClient(settings()))
    labelled = label_pairs(PAIRS, judge)
    assert [row.outcome for row in labelled.rows] == [
        Outcome.KEPT, Outcome.KEPT, Outcome.DISAGREEMENT, Outcome.TIE, Outcome.TIE, Outcome.MISSING,
    ]  # fmt: skip
    assert [row.agrees for row in labelled.rows] == [True, False, None, None, None, None]
    assert labelled.rows[5].reason == "no_score"
    assert endpoint.requests == judge.stats.questions == 12
    told = labelled.summary()
    assert (told["pairs"], told["kept"], told["tie"], told["disagreement"]) == (6, 2, 2, 1)
    assert (told["missing"], told["missing_rate"]) == (1, pytest.approx(1 / 6))
    assert told["consistent"] == pytest.approx(2 / 3)
    assert told["agrees_with_file"] == 0.5
    # shown first and preferred: once in each kept pair, twice in the one decided by place
    assert told["first_shown_wins"] == pytest.approx(4 / 6)


def test_a_turned_pair_is_a_pair_of_the_project_with_its_sides_exchanged(
    endpoint: Endpoint, settings: Settings
) -> None:
    endpoint.reply = opinion
    kept, turned = label_pairs(PAIRS, JudgePairs(JudgeClient(settings()))).pairs
    assert kept == PAIRS[0].model_copy(update={"source": "trace/judge"})
    assert (turned.chosen_thought, turned.rejected_thought) == (
        PAIRS[1].rejected_thought, PAIRS[1].chosen_thought,
    )  # fmt: skip
    assert (turned.code, turned.margin, turned.source) == (Code.POLICY, None, "trace/judge")
    assert Pair.model_validate_json(turned.model_dump_json()) == turned


def test_the_two_orders_show_the_same_texts_exchanged_and_no_direction(
    endpoint: Endpoint, settings: Settings
) -> None:
    label_pairs(PAIRS[:1], JudgePairs(JudgeClient(settings())))
    label_pairs([pair("x", "bad 0", "good 0")], JudgePairs(JudgeClient(settings())))
    assert len(set(endpoint.users)) == 2
    assert not any(word in user for user in endpoint.users for word in ("chosen", "rejected"))
    assert all("Cue Encoding: Ann left." in user for user in endpoint.users)


def test_equal_sides_are_asked_about_once_and_never_kept(
    endpoint: Endpoint, settings: Settings
) -> None:
    labelled = label_pairs([pair("x", "alike", "alike")], JudgePairs(JudgeClient(settings())))
    assert endpoint.requests == 1
    assert labelled.pairs == []
    assert labelled.rows[0].outcome is Outcome.DISAGREEMENT


def test_no_pairs_make_no_rates(endpoint: Endpoint, settings: Settings) -> None:
    told = label_pairs([], JudgePairs(JudgeClient(settings()))).summary()
    assert (told["pairs"], told["missing_rate"], told["first_shown_wins"]) == (0, None, None)


def test_a_stage_that_is_none_is_an_error_before_anything_is_asked(
    endpoint: Endpoint, settings: Settings
) -> None:
    broken = PAIRS[0].model_copy(update={"stage": "whole"})
    with pytest.raises(InputError, match="stage 'whole' of a pair"):
        label_pairs([broken], JudgePairs(JudgeClient(settings())))
    assert endpoint.requests == 0
