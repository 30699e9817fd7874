"""The structure scorer against computed traces: gold ones, damaged ones, and hasty ones."""

from __future__ import annotations

import pytest

from social_r1.hardbench.easy import EasySpec, easy_item
from social_r1.items import SocialItem
from social_r1.nano.corpus import careful_thought, hasty_thought
from social_r1.rewards import explain, reward_config
from social_r1.rewards.efficiency import repeated_share, repetition, window
from social_r1.trajectory import Stage

ITEMS = [easy_item(11, n, EasySpec(options=(2, 15) if n % 4 == 0 else (4, 4))) for n in range(40)]


@pytest.mark.parametrize("item", ITEMS, ids=[item.id for item in ITEMS])
def test_a_gold_trace_is_a_concise_forward_chain(item: SocialItem) -> None:
    gold = careful_thought(item)
    assert explain(item, gold).score >= 0.9
    assert explain(item, gold.replace("\n", " ")).score >= 0.9


def test_a_gold_trace_without_one_of_its_stages_falls_to_the_middle_band() -> None:
    for n, item in enumerate(ITEMS):
        lines = careful_thought(item).split("\n")
        del lines[n % len(Stage)]
        assert 0.4 <= explain(item, "\n".join(lines)).score <= 0.6


def test_a_gold_trace_with_two_stages_swapped_falls_to_the_middle_band() -> None:
    for n, item in enumerate(ITEMS):
        lines = careful_thought(item).split("\n")
        at = n % 3
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
        assert 0.4 <= explain(item, "\n".join(lines)).score <= 0.6


def test_an_option_that_is_named_first_and_defended_after_is_picking() -> None:
    hasty = [(item, hasty_thought(item)) for item in ITEMS]
    found = [explain(item, thought).score for item, thought in hasty if thought]
    assert len(found) > 10
    assert max(found) <= 0.3


def test_the_nano_profile_does_not_punish_gold_traces_for_their_length() -> None:
    efficiency = reward_config("nano").efficiency
    for item in ITEMS:
        gold = careful_thought(item)
        length = window(len(gold), efficiency)
        assert length * repetition(repeated_share(gold), efficiency) > 0.7
