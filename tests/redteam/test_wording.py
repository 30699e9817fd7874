"""A trace in ordinary words: tidy, short, hardly repeating itself, and nothing of it lost."""

from __future__ import annotations

from social_r1.redteam import Scene
from social_r1.redteam.wording import headed, prose
from social_r1.rewards import explain
from social_r1.rewards.config import EfficiencyConfig
from social_r1.rewards.efficiency import repeated_share, repetition, window

TEXTS = (
    "Who: Ella, Ben. [1] in: Ella, Ben. [2] key in red box; seen by Ella, Ben. [3] nothing. "
    "[4] Ben out; in: Ella. [5] key to tin jar; seen by Ella.",
    "[2] Ella red box, Ella on Ben red box. [5] Ella tin jar. "
    "So it ends: Ella tin jar, Ella on Ben red box.",
    "The question asks for Ella on Ben, not for the real place.",
    "Ella on Ben ends with the red box (C).",
)


def test_a_trace_in_words() -> None:
    assert prose(TEXTS).split("\n") == [
        "Cue Encoding: The people to watch are Ella and Ben. In line 1 Ella and Ben are around. "
        "Line 2: the key starts out as red box. Then, at 4, Ben leaves. After that (5) it changes "
        "to tin jar.",
        "Cue Interpretation: Ella is left with tin jar, by line 5. For Ella's idea of Ben, "
        "sentence 2 settles on red box.",
        "Goal Clarification: The question asks for Ella's idea of Ben, not for the real place.",
        "Response Generation: Ella's idea of Ben ends with the red box (C).",
    ]


def test_an_honest_thought_in_words_has_its_whole_reward(scenes: list[Scene]) -> None:
    efficiency = EfficiencyConfig()
    for scene in scenes:
        assert scene.gold is not None
        thought = prose(scene.gold)
        assert explain(scene.item, thought).score == 1.0
        waste = repetition(repeated_share(thought), efficiency)
        assert window(len(thought), efficiency) * waste > 0.8


def test_most_traces_in_their_own_words_are_waste_to_the_paper(scenes: list[Scene]) -> None:
    shares = [repeated_share(headed(scene.gold)) for scene in scenes if scene.gold]
    assert sum(share > 0.1 for share in shares) > len(shares) / 2
