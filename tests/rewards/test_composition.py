"""One formula: the paper's figures, missing parts, variants and bounds."""

from __future__ import annotations

import math
import pickle
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.errors import InputError
from social_r1.items import SocialItem
from social_r1.rewards import (
    CompositeReward,
    RewardConfig,
    RewardParts,
    explain_parts,
    missing_parts,
    profile_names,
    reward_config,
)
from social_r1.rewards.config import GateConfig

ITEM = SocialItem(
    id="q",
    dimension="Belief",
    group="g",
    story="Ann put the key in the jar and left.",
    question="Where will Ann look?",
    options=("box", "jar", "bag", "bed"),
    answer=1,
)
UNIT = reward_config("no_length")
"""The paper with R_len = 1."""
RIGHT = "<think>Ann put the key there.</think><Answer>B</Answer>"
WRONG = RIGHT.replace(">B<", ">A<")
BROKEN = RIGHT + " I hope this helps."
C_MAX = 5**1.2


def one(
    config: RewardConfig,
    completion: str,
    structure: float | None,
    content: float | None,
    progress: float = 0.0,
) -> RewardParts:
    grades = {"structure": structure, "content": content}
    return CompositeReward(config).score([ITEM], [completion], progress=progress, graders=[grades])[
        0
    ]


@pytest.mark.parametrize(
    ("completion", "structure", "s", "start", "middle", "end"),
    [
        (RIGHT, 1.0, 1, 6.7372, 9.9744, 13.2116),
        (RIGHT, 0.3, -1, 2.6, 3.45, 4.3),
        (RIGHT, 0.0, -3, 1.0, 1.0, 1.0),
        (WRONG, 1.0, 2, 1.4556, 2.4112, 3.3668),
        (WRONG, 1.0, 1, 1.1474, 1.7949, 2.4423),
        (WRONG, 0.3, -1, 0.32, 0.49, 0.66),
    ],
)
def test_the_total_has_the_figures_of_the_paper(
    completion: str, structure: float, s: float, start: float, middle: float, end: float
) -> None:
    totals = [one(UNIT, completion, structure, s, step / 600).total for step in (0, 100, 200, 600)]
    assert totals == pytest.approx([start, middle, end, end], abs=1e-4)


def test_length_and_repetition_multiply_the_whole() -> None:
    # 500 characters, each 16-gram once: G = 0.880797, Q = 1; R = 6.7372 · 0.880797 = 5.9341
    thought = "".join(f"{n:04d}," for n in range(100))
    parts = one(reward_config("paper"), f"<think>{thought}</think><Answer>B</Answer>", 1.0, 1.0)
    assert parts.length == 500
    assert parts.window == pytest.approx(0.880797, abs=1e-6)
    assert parts.repetition == 1.0
    assert parts.total == pytest.approx(5.9341, abs=1e-4)


def test_a_broken_form_is_worth_nothing_whatever_else_is_right() -> None:
    for name in profile_names():
        parts = one(reward_config(name), BROKEN, 1.0, 3.0)
        assert parts.format == 0.0
        assert parts.outcome == 1.0
        assert parts.total == 0.0


def test_a_right_form_is_worth_at_least_the_floor() -> None:
    # a short thought and a wrong answer: the window alone would leave 0.000335 · 0.2 · ...
    assert one(reward_config("paper"), WRONG, 0.0, -3.0).total == 0.01


def test_outcome_only_is_outcome_plus_format() -> None:
    config = reward_config("outcome_only")
    assert one(config, RIGHT, 0.0, -3.0).total == 2.0
    assert one(config, WRONG, 1.0, 3.0).total == 1.0


@pytest.mark.parametrize(
    ("name", "progress", "total"),
    [
        ("no_content", 0.0, 1 + 2 * 0.5),
        ("no_content", 1.0, 1 + 1 * 0.5),
        ("no_structure", 0.0, 1 + 1 * 1.0),
        ("no_structure", 1.0, 1 + 3 * 1.0),
    ],
)
def test_a_part_that_is_off_hands_nothing_on(name: str, progress: float, total: float) -> None:
    config = reward_config(name).model_copy(update={"efficiency": UNIT.efficiency})
    assert one(config, RIGHT, 0.5, -1.0, progress).total == pytest.approx(total)


@pytest.mark.parametrize(("progress", "total"), [(0.0, 1 + 3 * 0.5), (1.0, 1 + 4 * 0.5)])
def test_missing_content_hands_its_weight_to_structure(progress: float, total: float) -> None:
    parts = one(UNIT, RIGHT, 0.5, None, progress)
    assert parts.total == pytest.approx(total)
    assert parts.content is None
    assert parts.weights.content == 0.0


@pytest.mark.parametrize(
    ("progress", "total"), [(0.0, 1 + 1 + 2 / C_MAX), (1.0, 1 + 3 + 1 / C_MAX)]
)
def test_missing_structure_hands_its_weight_to_content(progress: float, total: float) -> None:
    parts = one(UNIT, RIGHT, None, -1.0, progress)  # C = 1
    assert parts.total == pytest.approx(total)
    assert parts.weights.structure == 0.0


def test_with_both_missing_only_the_outcome_is_left() -> None:
    assert one(UNIT, RIGHT, None, None).total == 1.0
    assert one(UNIT, WRONG, None, None).total == 0.01


def test_a_missing_structure_reaches_exactly_the_complete_maximum() -> None:
    assert one(UNIT, RIGHT, None, 3.0, 1.0).total == pytest.approx(
        one(UNIT, RIGHT, 1.0, 3.0, 1.0).total
    )


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_failed_content_model_is_never_a_present(structure: float, progress: float) -> None:
    failed = one(UNIT, RIGHT, structure, None, progress).total
    assert failed <= one(UNIT, RIGHT, structure, -1.0, progress).total + 1e-9
    assert failed <= one(UNIT, RIGHT, structure, 0.0, progress).total


def test_values_out_of_range_are_clamped_and_nonsense_is_missing() -> None:
    assert one(UNIT, RIGHT, 7.0, 9.0) == one(UNIT, RIGHT, 1.0, 3.0)
    assert one(UNIT, RIGHT, -7.0, -9.0) == one(UNIT, RIGHT, 0.0, -3.0)
    assert one(UNIT, RIGHT, math.nan, math.inf) == one(UNIT, RIGHT, None, None)


class Spy:
    """A scorer that remembers which thoughts it was shown."""

    def __init__(self, value: float | None) -> None:
        self.value = value
        self.seen: list[str] = []

    def __call__(self, items: Sequence[SocialItem], thoughts: Sequence[str]) -> list[float | None]:
        self.seen += thoughts
        return [self.value] * len(thoughts)


def test_graders_are_asked_only_where_their_word_can_count() -> None:
    structure, content = Spy(0.5), Spy(1.0)
    reward = CompositeReward(UNIT, structure=structure, content=content)
    recorded = [None, None, {"content": None}]
    first, broken, last = reward.score(
        [ITEM] * 3, [RIGHT, BROKEN, WRONG], progress=0.0, graders=recorded
    )
    assert structure.seen == ["Ann put the key there."] * 2
    assert content.seen == ["Ann put the key there."]
    assert (first.structure, first.content_score) == (0.5, 1.0)
    assert (broken.structure, broken.content_score) == (None, None)
    assert last.content_score is None
    assert missing_parts(reward, last) == ("content",)
    assert missing_parts(reward, broken) == ()
    # Without a scorer, and with no recorded grade, nobody was asked for C.
    assert missing_parts(CompositeReward(UNIT), last) == ()
    assert missing_parts(CompositeReward(UNIT), last, given={"content"}) == ("content",)


def test_a_part_that_is_off_is_not_computed() -> None:
    spy = Spy(1.0)
    config = reward_config("outcome_only")
    reward = CompositeReward(config, structure=spy, content=spy)
    (parts,) = reward.score([ITEM], [RIGHT], progress=0.0)
    assert spy.seen == []
    assert (parts.structure, parts.content, parts.window, parts.repetition) == (None, None, 1, 1)
    assert missing_parts(reward, parts) == ()


def test_each_completion_may_have_its_own_progress() -> None:
    grades = [{"structure": 1.0, "content": 1.0}] * 2
    early, late = CompositeReward(UNIT).score(
        [ITEM, ITEM], [RIGHT, RIGHT], progress=[0.0, 1.0], graders=grades
    )
    assert (early.total, late.total) == pytest.approx((6.7372, 13.2116), abs=1e-4)


def test_lists_of_different_length_are_an_error() -> None:
    with pytest.raises(InputError, match="2 completions"):
        CompositeReward(UNIT).score([ITEM], [RIGHT, WRONG], progress=0.0)


def test_no_completions_give_no_rewards() -> None:
    assert CompositeReward(UNIT).score([], [], progress=0.0) == []


def test_a_reward_can_cross_a_process() -> None:
    reward = CompositeReward(reward_config("recommended"))
    again = pickle.loads(pickle.dumps(reward))
    assert again.score([ITEM], [RIGHT], progress=0.5) == reward.score([ITEM], [RIGHT], progress=0.5)


def test_recommended_shuts_the_two_doors() -> None:
    paper, ours = reward_config("paper"), reward_config("recommended")
    wordy = RIGHT.replace(">B<", ">Definitely B<")
    assert one(paper, wordy, 1.0, 1.0).format == 1.0
    assert one(ours, wordy, 1.0, 1.0).total == 0.0
    (half,) = CompositeReward(ours).score([ITEM], [RIGHT], progress=0.0)
    assert half.structure is not None
    assert half.structure <= 0.3


def test_the_explained_parts_sum_to_the_total() -> None:
    counted = " ".join(str(n) for n in range(100, 300))
    parts = one(reward_config("paper"), RIGHT.replace("there", counted), 0.6, 0.4, 0.2)
    explained = explain_parts(parts)
    gated = [value for value in explained["gated"].values() if value is not None]
    assert sum(gated) == pytest.approx(parts.total)
    assert explained["weighted"]["structure"] == pytest.approx(parts.weights.structure * 0.6)
    assert explain_parts(one(UNIT, RIGHT, 0.6, None))["gated"]["content"] is None


CONFIGS = [reward_config(name) for name in profile_names()]
CONFIGS.append(RewardConfig(name="clock", gate=GateConfig(kind="schedule")))
UNSURE = st.none() | st.floats(-5, 5) | st.just(math.nan)


@given(
    st.sampled_from(CONFIGS), st.sampled_from([RIGHT, WRONG, BROKEN, ""]), UNSURE, UNSURE,
    st.floats(0, 1),
)  # fmt: skip
def test_every_reward_is_finite_and_inside_its_bounds(
    config: RewardConfig,
    completion: str,
    structure: float | None,
    content: float | None,
    progress: float,
) -> None:
    total = one(config, completion, structure, content, progress).total
    bounds = config.bounds()
    assert math.isfinite(total)
    assert bounds.low <= total <= bounds.high + 1e-9


@pytest.mark.parametrize("config", CONFIGS, ids=[config.name for config in CONFIGS])
def test_the_bounds_are_reached(config: RewardConfig) -> None:
    long = "<think>" + "".join(f"{n:05d}," for n in range(150)) + "</think><Answer>B</Answer>"
    best = max(one(config, long, 1.0, 3.0, p).total for p in (0.0, 1.0))
    assert best == pytest.approx(config.bounds().high, rel=1e-3)
    assert one(config, BROKEN, 1.0, 3.0).total == config.bounds().low


@given(st.floats(0, 1), st.floats(-3, 3), st.floats(0, 1))
def test_a_right_answer_is_worth_more_than_a_wrong_one(
    structure: float, s: float, progress: float
) -> None:
    right = one(UNIT, RIGHT, structure, s, progress).total
    assert right > one(UNIT, WRONG, structure, s, progress).total
