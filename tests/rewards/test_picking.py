"""An answer that is picked first pays its outcome and nothing else (profile ``recommended``)."""

from __future__ import annotations

import pytest

from social_r1.items import SocialItem
from social_r1.rewards import (
    CompositeReward,
    RewardConfig,
    RewardParts,
    explain,
    reward_config,
)
from social_r1.rewards.picking import picks_first
from social_r1.trajectory import parse

ITEM = SocialItem(
    id="q", dimension="Belief", group="g", answer=2, options=("the jar", "the bag", "the red box"),
    story="A card lay there. Ella put the key in the red box. Ben went out. Ella took it away.",
    question="Where will Ben look?",
)  # fmt: skip
CUES = "Cue Encoding: Ella puts the key in the red box, Ben goes out, Ella moves it."
MINDS = "Cue Interpretation: Ben did not see the move and believes it is where it was."
REST = (
    "Goal Clarification: The question asks what Ben thinks.\n"
    "Response Generation: He will look in the red box ({})."
)


def picked(thought: str, letter: str = "C") -> bool:
    text = f"<think>{thought.format(letter)}</think><Answer>{letter}</Answer>"
    return picks_first(ITEM, parse(text, ITEM, with_stages=False))


@pytest.mark.parametrize(
    ("thought", "expected"),
    [
        (f"{CUES}\n{MINDS}\n{REST}", False),
        (f"The answer is C.\n{CUES}\n{MINDS}\n{REST}", True),
        (f"{CUES} The answer is C.\n{MINDS}\n{REST}", True),
        (f"{CUES}\n{MINDS} So the answer is C.\n{REST}", True),
        (f"{CUES} (C)\n{MINDS} (C)\n{REST}", True),  # signed, without a verdict
        (f"{CUES} Option C.\n{MINDS}\n{REST}", True),
        (f"{CUES} (A), (B) or (C).\n{MINDS}\n{REST}", False),  # goes through all of them
        (f"{CUES[:-1]} out of (B).\n{MINDS}\n{REST}", False),  # another one than is answered
    ],
)
def test_what_counts_as_picking(thought: str, expected: bool) -> None:
    assert picked(thought) is expected


def test_a_story_with_the_article_hides_no_letter_in_brackets() -> None:
    assert picked(f"{CUES} (A)\n{MINDS} (A)\n{REST}", "A")


def test_a_clean_thought_is_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("social_r1.rewards.picking.explain", never)
    text = f"<think>{CUES} fresh.\n{MINDS}\n{REST.format('C')}</think><Answer>C</Answer>"
    assert not picks_first(ITEM, parse(text, ITEM), 1.0)


def test_what_the_scorer_saw_is_not_looked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError

    text = f"<think>The answer is C.\n{CUES}\n{MINDS}\n{REST.format('C')}</think><Answer>C</Answer>"
    reward = CompositeReward(reward_config("recommended"))
    before = reward.score([ITEM], [text], progress=0.0)
    monkeypatch.setattr("social_r1.rewards.picking.explain", never)
    assert reward.score([ITEM], [text], progress=0.0) == before
    assert before[0].weights.structure == 0.0
    assert picks_first(ITEM, parse(text, ITEM), None, explain(ITEM, parse(text, ITEM).thought))


def one(config: RewardConfig, thought: str, s: float | None, progress: float) -> RewardParts:
    text = f"<think>{thought.format('C')}</think><Answer>C</Answer>"
    free = config.model_copy(
        update={"efficiency": config.efficiency.model_copy(update={"enabled": False})}
    )
    graders = [{"content": s}]
    return CompositeReward(free).score([ITEM], [text], progress=progress, graders=graders)[0]


FORWARD = f"{CUES}\n{MINDS}\n{REST}"
PICKED = f"The answer is C.\n{FORWARD}"


def test_picking_first_pays_the_outcome_alone() -> None:
    # C = 5 ** 1.2 = 6.8986 at s = 3; S is at most .3 in the band of picking
    paper, ours = reward_config("paper"), reward_config("recommended")
    assert 1 + 3 * 6.8985 < one(paper, PICKED, 3.0, 1.0).total < 1.3 + 3 * 6.8987
    parts = one(ours, PICKED, 3.0, 1.0)
    assert parts.total == 1.0
    assert (parts.weights.structure, parts.weights.content) == (0.0, 0.0)
    assert parts.content == pytest.approx(6.8986, abs=1e-3)  # the part itself stays as it is
    assert one(ours, FORWARD, 3.0, 1.0).total == one(paper, FORWARD, 3.0, 1.0).total


@pytest.mark.parametrize(
    ("s", "total"),
    [
        (-3.0, 1.0),  # C = 0: a chain of stages over nothing
        (-1.5, 1 + 2 * 0.4353 + 0.4353),  # C = .5 ** 1.2 = .4353
        (-1.0, 1 + 2 + 1.0),  # C = 1: from here on S counts in full
        (0.0, 1 + 2 + 2.2974),
        (None, 1 + 3.0),  # missing content scales nothing
    ],
)
def test_structure_counts_as_far_as_content_is_there(s: float | None, total: float) -> None:
    parts = one(reward_config("recommended"), FORWARD, s, 0.0)
    assert parts.structure == 1.0
    assert parts.total == pytest.approx(total, abs=1e-3)


def test_the_paper_pays_for_structure_over_nothing() -> None:
    assert one(reward_config("paper"), FORWARD, -3.0, 0.0).total == pytest.approx(3.0)
