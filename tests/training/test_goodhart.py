"""The Goodhart watch on tiny batches, every figure worked out by hand."""

from __future__ import annotations

import pickle

import pytest

from social_r1.errors import InputError
from social_r1.hardbench import OracleContent, easy_item
from social_r1.nano.corpus import careful_thought
from social_r1.rewards import CompositeReward, reward_config
from social_r1.rewards.types import RewardParts, Weights
from social_r1.training.goodhart import (
    MAYBE,
    GoodhartConfig,
    GoodhartWatch,
    group_ids,
    measure,
    watch_for,
)
from social_r1.training.rewards import SocialReward
from social_r1.trajectory import render_target


def part(
    score: float | None,
    *,
    outcome: float = 1.0,
    total: float = 1.0,
    structure: float | None = 0.5,
    window: float = 1.0,
    form: float = 1.0,
) -> RewardParts:
    """A reward whose content C is s + 2, with weights 1, 2, 1 and τ = 1/2."""
    content = None if score is None else score + 2
    plain = Weights(outcome=1.0, structure=2.0, content=1.0, gate=0.5)
    return RewardParts(form, outcome, structure, score, content, window, 1.0, 9, plain, total)


def of(parts: list[RewardParts], groups: list[int], truth: list[float | None], **more):
    return measure(["x" * 4] * len(parts), parts, groups, truth, **more)


def test_score_and_truth_are_means_over_the_thoughts_that_have_both() -> None:
    parts = [part(1.0), part(-1.0), part(None), part(3.0, form=0.0), part(3.0)]
    found = of(parts, [0] * 5, [2.0, 0.0, 2.0, 2.0, None])
    # The third has no score, the fourth no form, the fifth no log: two are left.
    assert found["watch/thoughts"] == 2
    assert (found["watch/score"], found["watch/score_sd"]) == (0.0, 1.0)
    assert (found["watch/truth"], found["watch/truth_sd"]) == (1.0, 1.0)


def test_correlations_over_the_batch() -> None:
    # s: 0 1 2, truth 0 2 1. Centred: -1 0 1 and -1 1 0: 1 / sqrt(2 · 2) = .5; ranks are the same.
    found = of([part(0.0), part(1.0), part(2.0)], [0, 0, 0], [0.0, 2.0, 1.0])
    assert found["watch/pearson"] == pytest.approx(0.5)
    assert found["watch/spearman"] == pytest.approx(0.5)
    # s: 0 1 9 in the order of the truth: ranks agree, the numbers not quite.
    # Centred: -10/3 -7/3 17/3 and -1 0 1: 9 / sqrt(438/9 · 2) = .912.
    found = of([part(0.0), part(1.0), part(9.0)], [0, 0, 0], [0.0, 1.0, 2.0])
    assert found["watch/pearson"] == pytest.approx(0.912, abs=0.001)
    assert found["watch/spearman"] == 1.0


def test_a_score_that_knows_hard_items_from_easy_ones_only_has_no_correlation_within_groups() -> (
    None
):
    # Group 0 is better than group 1 for both, and inside each the score turns the truth round.
    parts = [part(s) for s in (2.0, 1.0, 0.0, -1.0, -2.0, -3.0)]
    truth = [1.0, 1.5, 2.0, -2.0, -1.5, -1.0]
    found = of(parts, [0, 0, 0, 1, 1, 1], truth)
    assert found["watch/pearson"] is not None
    assert found["watch/pearson"] > 0.7
    assert found["watch/pearson_within"] == pytest.approx(-1.0)
    assert found["watch/spearman_within"] == pytest.approx(-1.0)


def test_within_groups_a_blind_score_counts_as_zero_and_equal_truths_do_not_count() -> None:
    parts = [part(s) for s in (0.0, 1.0, 2.0, 1.0, 1.0, 1.0, 0.0, 1.0, 2.0)]
    truth = [0.0, 1.0, 2.0, 0.0, 1.0, 2.0, 1.0, 1.0, 1.0]
    found = of(parts, [0, 0, 0, 1, 1, 1, 2, 2, 2], truth)
    assert found["watch/ranked_groups"] == 2
    assert found["watch/spearman_within"] == pytest.approx(0.5)  # (1 + 0) / 2


def test_parts_are_correlated_where_both_vary() -> None:
    # Outcome 1 1 0 0 with S 1 .5 .5 0: centred ½ ½ -½ -½ and ½ 0 0 -½: ½ / sqrt(1 · ½) = .7071.
    outcomes, structures = (1, 1, 0, 0), (1.0, 0.5, 0.5, 0.0)
    parts = [part(0.0, outcome=o, structure=s) for o, s in zip(outcomes, structures, strict=True)]
    broken = part(None, outcome=0, structure=None, form=0.0)
    found = of([*parts, broken], [0] * 5, [None] * 5)
    assert found["watch/corr/outcome_structure"] == pytest.approx(0.5**0.5)
    assert found["watch/corr/outcome_content"] is None  # C is 2 throughout
    assert found["watch/corr/outcome_window"] is None
    assert len([key for key in found if key.startswith("watch/corr/")]) == 10


def test_what_parts_earn_is_weighted_and_gated_and_a_missing_one_earns_nothing() -> None:
    # Right form, window ½: outcome 1 · ½; S ½ · 2 · τ ½ · ½ = ¼; C 3 · 1 · ½ · ½ = ¾.
    found = of([part(1.0, window=0.5), part(None, outcome=0.0, form=0.0)], [0, 0], [None, None])
    assert found["watch/earned/outcome"] == pytest.approx(0.5 / 2)
    assert found["watch/earned/structure"] == pytest.approx(0.25 / 2)
    assert found["watch/earned/content"] == pytest.approx(0.75 / 2)
    assert found["watch/earned/format"] == 0


def test_groups_without_signal_are_told_apart_by_their_outcomes() -> None:
    rows = [
        (1, 3.0),
        (1, 3.0 + 1e-12),
        (0, 0.01),
        (0, 0.01),
        (1, 1.0),
        (0, 1.0),
        (1, 2.0),
        (1, 3.0),
    ]
    parts = [part(None, outcome=outcome, total=total) for outcome, total in rows]
    found = of(parts, [0, 0, 1, 1, 2, 2, 3, 3], [None] * 8)
    assert found["watch/groups"] == 4
    for name in ("right", "wrong", "mixed"):
        assert found[f"watch/zero/{name}"] == 0.25


def test_length_is_that_of_well_formed_thoughts() -> None:
    parts = [part(0.0), part(0.0), part(0.0, form=0.0)]
    found = measure(["four", "eleven char", "x" * 99], parts, [0, 0, 0], [None] * 3)
    assert found["watch/length"] == (4 + 11) / 2


def test_without_a_reward_model_there_is_truth_but_no_score() -> None:
    truth = [1.0, 0.0, None]
    by_nobody = of([part(None), part(None), part(None)], [0, 0, 0], truth)
    by_oracle = of([part(1.0), part(0.0), part(2.0)], [0, 0, 0], truth, scored=False)
    for found in (by_nobody, by_oracle):
        assert (found["watch/truth"], found["watch/thoughts"]) == (0.5, 2)
        assert "watch/score" not in found
        assert "watch/spearman" not in found
    assert by_oracle["watch/corr/structure_content"] is None  # still looked at; S does not vary


def test_a_batch_without_a_readable_thought_is_measured_too() -> None:
    found = of(
        [part(None, structure=None, form=0.0, total=0.0, outcome=0.0)] * 2, [0, 0], [None] * 2
    )
    assert found["watch/thoughts"] == 0
    assert found["watch/zero/wrong"] == 1
    assert all(found[key] is None for key in MAYBE if key in found)


def test_lists_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError, match=r"2 thoughts, 1 rewards.*repair"):
        measure(["a", "b"], [part(0.0)], [0, 0], [0.0, 0.0])


def test_an_item_that_comes_twice_in_a_batch_makes_two_groups() -> None:
    assert group_ids(["a"] * 3 + ["b"] * 3 + ["a"] * 3, 3) == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert group_ids(["a"] * 6, 3) == [0, 0, 0, 1, 1, 1]


class Liar:
    """A reward model that likes long thoughts."""

    def __call__(self, items, thoughts):
        return [len(thought) / 1000 for thought in thoughts]


def test_the_oracle_is_watched_and_never_rewarded() -> None:
    item = easy_item(5, 0)
    gold, nothing = careful_thought(item), "x" * 900
    texts = [render_target(thought, item.letter) for thought in (gold, nothing, nothing + "x")]
    reward = SocialReward(CompositeReward(reward_config("nano"), content=Liar()))
    rows = [item.model_dump_json()] * 3
    unwatched = reward(completions=texts, item_json=rows, log_metric=lambda *_: None)
    reward.watch = watch_for(GoodhartConfig(), 3, reward.reward)
    logged: dict[str, float] = {}
    assert reward(completions=texts, item_json=rows, log_metric=logged.__setitem__) == unwatched
    # The oracle gives 2 to the gold thought and -2 to each of the others.
    assert logged["watch/truth"] == pytest.approx(-2 / 3)
    assert logged["watch/score"] == pytest.approx((len(gold) + 900 + 901) / 3000)
    assert reward.watch_seconds > 0
    assert None not in logged.values()


def test_the_watch_is_off_on_demand_and_knows_the_oracle() -> None:
    class Mine:
        content = OracleContent()

    assert watch_for(GoodhartConfig(enabled=False), 8, Mine()) is None
    watch = watch_for(GoodhartConfig(), 8, Mine())
    assert watch is not None
    assert not watch.scored
    assert pickle.loads(pickle.dumps(watch)).group_size == 8


def test_an_item_with_another_kind_of_log_has_no_truth() -> None:
    item = easy_item(5, 0)
    strange = item.model_copy(update={"meta": {"script": "not ours"}})
    watch = GoodhartWatch(GoodhartConfig(), group_size=2)
    found = watch([strange, item], ["x", "x"], [part(0.0), part(0.0)], ["a", "b"])
    assert found["watch/thoughts"] == 1
