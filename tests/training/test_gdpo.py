"""GDPO: one function for each part, each with a name, no gate between them."""

from __future__ import annotations

import pickle
from types import SimpleNamespace

import pytest

from social_r1.items import SocialItem
from social_r1.rewards import CompositeReward, reward_config
from social_r1.training.gdpo import part_rewards, part_weights
from social_r1.training.rewards import SocialReward

TEXTS = ["<think>Ann saw the box.</think><Answer>A</Answer>", "no form at all"]


class Fails:
    """A content scorer that never answers, and counts how often it was asked."""

    asked = 0

    def __call__(self, items, thoughts):
        Fails.asked += 1
        return [None] * len(thoughts)


@pytest.fixture
def shared() -> SocialReward:
    return SocialReward(CompositeReward(reward_config("paper"), content=Fails()), name="social_x")


def test_every_part_has_a_name_of_its_own(shared: SocialReward) -> None:
    names = [function.__name__ for function in part_rewards(shared)]
    assert names == [
        "social_x_format", "social_x_outcome", "social_x_structure", "social_x_content",
        "social_x_length",
    ]  # fmt: skip
    plain = SocialReward(CompositeReward(reward_config("outcome_only")), name="y")
    assert [f.part for f in part_rewards(plain)] == ["format", "outcome"]


def test_a_batch_is_scored_once_for_all_parts(
    shared: SocialReward, items: list[SocialItem]
) -> None:
    rows = [item.model_dump_json() for item in items[:2]]
    Fails.asked = 0
    functions = pickle.loads(pickle.dumps(part_rewards(shared)))
    values = {f.part: f(completions=TEXTS, item_json=rows, prompts=None) for f in functions}
    assert Fails.asked == 1
    parts = functions[0].shared.last
    # item 0 has gold A. The second text has no form: it was not graded, which is its own fault (0);
    # the scorer's failure on the first is missing (None).
    assert values["format"] == [1.0, 0.0]
    assert values["outcome"] == [1.0, 0.0]
    assert values["structure"] == [parts[0].structure, 0.0]
    assert values["content"] == [None, 0.0]
    assert values["length"] == [p.window * p.repetition for p in parts]


def test_weights_are_the_curriculums(shared: SocialReward) -> None:
    functions = part_rewards(shared)
    # paper: w_struct 2 -> 1, w_content 1 -> 3 over the first third of the run
    start, third = (SimpleNamespace(global_step=s, max_steps=600) for s in (0, 200))
    assert part_weights(functions, start) == [1.0, 1.0, 2.0, 1.0, 1.0]
    assert part_weights(functions, third) == [1.0, 1.0, 1.0, 3.0, 1.0]
