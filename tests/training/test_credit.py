"""Stage credit, by hand."""

from __future__ import annotations

import pytest
import torch

from social_r1.errors import ConfigError
from social_r1.hardbench import OracleContent, easy_item
from social_r1.nano import load_nano
from social_r1.nano.corpus import careful_thought
from social_r1.rewards import CompositeReward, reward_config
from social_r1.training.credit import TokenStages, stage_advantages, token_advantages
from social_r1.training.rewards import SocialReward
from social_r1.trajectory import Stage, render_target


def test_a_stage_answers_for_itself_and_by_half_for_those_behind_it() -> None:
    # Cues differ (1, 0), beliefs are equal, the outcome differs the other way round. The standard
    # deviation of (1, 0) is 0.7071, so z = ±0.7071.
    values = stage_advantages([(1.0, 0.5, 1.0, 0.0), (0.0, 0.5, 1.0, 1.0)], group=2)
    z = 0.5 / (0.5**0.5 + 1e-4)
    expected = [[z - 0.5 * z, -0.5 * z, -0.5 * z, -z], [-z + 0.5 * z, 0.5 * z, 0.5 * z, z]]
    assert values.tolist() == [pytest.approx(row) for row in expected]


def test_missing_scores_take_no_part() -> None:
    values = stage_advantages([(None, None, None, 1.0), (None, None, None, 1.0)], group=2)
    assert values.abs().max() == 0


def test_tokens_get_their_stage_on_top_of_the_completion() -> None:
    spread = token_advantages(
        torch.tensor([1.0, -1.0]),
        torch.tensor([[0.1, 0.2, 0.3, 0.4], [9.0, 9.0, 9.0, 9.0]]),
        [[0, 0, 1, 2, 3], [-1, -1]],
        weight=2.0,
    )
    assert spread[0].tolist() == pytest.approx([1.2, 1.2, 1.4, 1.6, 1.8])
    assert spread[1].tolist() == [-1.0] * 5


def test_the_arithmetic_of_a_thought_of_three_stages_by_hand() -> None:
    # Two completions, A = +1 and -1. Stages: cues, interpretation, goal; the fourth is the outcome.
    #            cues  interp  goal  outcome
    # right       1     1      .5      1
    # wrong       1     0      .5      0
    # z           0   ±.7071    0    ±.7071     (deviation of (1, 0) is .7071)
    # credit: z_j + ½ Σ later  →  right: ½(.7071+.7071)=.7071, .7071+½·.7071=1.0607, .3536, .7071
    values = stage_advantages([(1.0, 1.0, 0.5, 1.0), (1.0, 0.0, 0.5, 0.0)], group=2)
    right = [0.7071, 1.0607, 0.3536, 0.7071]
    assert values[0].tolist() == pytest.approx(right, abs=2e-4)
    assert values[1].tolist() == pytest.approx([-x for x in right], abs=2e-4)
    # Tokens: two of cues, one of interpretation, one of goal, one of the answer; w = 0.5.
    spread = token_advantages(
        torch.tensor([1.0, -1.0]), values, [[0, 0, 1, 2, 3], [0, 1, 1]], weight=0.5
    )
    assert spread.shape == (2, 5)
    by_hand = [1.3536, 1.3536, 1.5303, 1.1768, 1.3536]
    assert spread[0].tolist() == pytest.approx(by_hand, abs=2e-4)
    assert spread[1].tolist() == pytest.approx([-1.3536, -1.5303, -1.5303, -1, -1], abs=2e-4)
    off = token_advantages(torch.tensor([1.0, -1.0]), values, [[0, 0, 1, 2, 3], [0, 1, 1]], 0.0)
    assert off.tolist() == [[1.0] * 5, [-1.0] * 5]


def test_every_token_of_a_gold_trace_finds_its_stage() -> None:
    tokenizer = load_nano().tokenizer
    find = TokenStages(tokenizer)
    for n in range(20):
        item = easy_item(5, n)
        target = render_target(careful_thought(item), item.letter)
        ids = tokenizer(target)["input_ids"]
        stages = find(ids, item)
        assert stages == sorted(stages)
        for index, stage in enumerate(Stage):
            text = tokenizer.decode([t for t, s in zip(ids, stages, strict=True) if s == index])
            heading = text.replace("<think>", "").strip()
            assert heading.startswith(stage.title), text


def test_a_hasty_thought_has_no_stages_to_credit() -> None:
    tokenizer = load_nano().tokenizer
    ids = tokenizer("no tags at all")["input_ids"]
    assert set(TokenStages(tokenizer)(ids, easy_item(5, 0))) == {-1}


def test_stage_scores_come_from_the_oracle_and_the_outcome() -> None:
    item = easy_item(5, 0)
    good = render_target(careful_thought(item), item.letter)
    reward = SocialReward(CompositeReward(reward_config("nano"), content=OracleContent()))
    reward(completions=[good, "nothing"], item_json=[item.model_dump_json()] * 2)
    first, second = reward.last_stages()
    assert first == (1.0, 1.0, 1.0, 1.0)
    assert second[1:] == (0.0, 0.0, 0.0)


def test_a_scorer_of_whole_thoughts_is_refused() -> None:
    reward = SocialReward(CompositeReward(reward_config("nano")))
    with pytest.raises(ConfigError, match="repair: content=oracle"):
        reward.check_stages()
