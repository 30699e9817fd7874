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
