"""Format and outcome."""

from __future__ import annotations

import pytest

from social_r1.items import SocialItem
from social_r1.rewards.format import format_reward
from social_r1.rewards.outcome import outcome_reward
from social_r1.trajectory import parse

ITEM = SocialItem(
    id="q", dimension="Belief", group="g", story="s", question="q", options=("x", "y"), answer=1
)


@pytest.mark.parametrize(
    ("completion", "form", "strict_form", "outcome"),
    [
        ("<think>t</think><Answer>B</Answer>", 1, 1, 1),
        ("<think>t</think><Answer>A</Answer>", 1, 1, 0),
        ("<think>t</think><Answer>C</Answer>", 1, 0, 0),
        ("<think>t</think><Answer></Answer>", 1, 0, 0),
        ("Yes. <think>t</think><Answer>B</Answer>", 0, 0, 1),
        ("<think>t</think>", 0, 0, 0),
        ("", 0, 0, 0),
    ],
)
def test_form_and_outcome_are_judged_apart(
    completion: str, form: float, strict_form: float, outcome: float
) -> None:
    read = parse(completion, ITEM)
    assert format_reward(read) == form
    assert format_reward(read, need_option=True) == strict_form
    assert outcome_reward(ITEM, read) == outcome
