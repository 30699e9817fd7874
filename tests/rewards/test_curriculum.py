"""The curriculum is a pure function of progress."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.errors import InputError
from social_r1.rewards import reward_config
from social_r1.rewards.config import GateConfig, RewardConfig
from social_r1.rewards.curriculum import gate, phase, weights

PAPER = reward_config("paper")
CLOCK = RewardConfig(gate=GateConfig(kind="schedule"))


@pytest.mark.parametrize(
    ("step", "structure", "content"),
    [(0, 2, 1), (100, 1.5, 2), (200, 1, 3), (400, 1, 3), (600, 1, 3)],
)
def test_weights_move_over_the_first_third_of_the_run(
    step: int, structure: float, content: float
) -> None:
    w = weights(PAPER, step / 600, right=True)
    assert (w.outcome, w.structure, w.content) == pytest.approx((1, structure, content))


def test_a_fraction_of_0_is_the_end_from_the_start() -> None:
    assert phase(0.0, 0.0) == 1.0


@pytest.mark.parametrize("progress", [-0.01, 1.01, float("nan")])
def test_progress_outside_the_run_is_an_error(progress: float) -> None:
    with pytest.raises(InputError, match="progress"):
        phase(progress, 1 / 3)


def test_the_correctness_gate_does_not_know_the_time() -> None:
    assert {gate(PAPER, p / 10, right=True) for p in range(11)} == {1.0}
    assert {gate(PAPER, p / 10, right=False) for p in range(11)} == {0.2}


@pytest.mark.parametrize(("progress", "tau"), [(0, 0.2), (1 / 6, 0.6), (1 / 3, 1.0), (1, 1.0)])
def test_the_clock_gate_does_not_know_the_answer(progress: float, tau: float) -> None:
    assert gate(CLOCK, progress, right=True) == pytest.approx(tau)
    assert gate(CLOCK, progress, right=False) == pytest.approx(tau)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_curriculum_is_monotone(one: float, other: float) -> None:
    early, late = sorted((one, other))
    before, after = weights(PAPER, early, right=True), weights(PAPER, late, right=True)
    assert before.structure >= after.structure
    assert before.content <= after.content
    assert before.outcome == after.outcome
    assert gate(CLOCK, early, right=False) <= gate(CLOCK, late, right=False)


def test_parts_that_are_off_have_no_weight() -> None:
    assert weights(reward_config("no_content"), 0.5, right=True).content == 0.0
    assert weights(reward_config("no_structure"), 0.5, right=True).structure == 0.0
