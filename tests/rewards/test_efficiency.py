"""Window and repetition: the paper's figures, to 1e-4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.rewards.config import EfficiencyConfig
from social_r1.rewards.efficiency import repeated_share, repetition, window

PAPER = EfficiencyConfig()


@pytest.mark.parametrize(
    ("length", "expected"),
    [
        (0, 0.000335),
        (200, 0.017986),
        (300, 0.119203),
        (400, 0.5),
        (500, 0.880797),
        (600, 0.982014),
        (1000, 0.999994),
        (2500, 0.999955),
        (2900, 0.880797),
        (3000, 0.5),
        (3100, 0.119203),
        (3500, 0.000045),
    ],
)
def test_the_window_has_the_figures_of_the_paper(length: int, expected: float) -> None:
    assert window(length, PAPER) == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize(
    ("share", "expected"),
    [(0.0, 1), (0.10, 1), (0.15, 0.6703), (0.20, 0.4493), (0.30, 0.2019), (0.50, 0.0408)],
)
def test_the_repetition_has_the_figures_of_the_paper(share: float, expected: float) -> None:
    assert repetition(share, PAPER) == pytest.approx(expected, abs=1e-4)


def test_the_window_does_not_overflow() -> None:
    assert window(10**9, PAPER) == 0.0
    sharp = PAPER.model_copy(update={"low_width": 1e-3})
    assert window(0, sharp) == 0.0


def test_shares_worked_out_by_hand() -> None:
    assert repeated_share("") == 0.0
    assert repeated_share("a" * 15) == 0.0  # shorter than one 16-gram
    assert repeated_share("a" * 16) == 0.0  # one 16-gram
    assert repeated_share("a" * 17) == 0.5  # two 16-grams, one distinct
    assert repeated_share("abcdefghij" * 4) == 0.6  # 25 16-grams, 10 distinct: 15 / 25
    assert repeated_share("abab", n=2) == pytest.approx(1 / 3)  # ab, ba, ab


def test_length_is_counted_in_characters_not_bytes() -> None:
    assert repeated_share("é" * 17) == 0.5


@given(st.text(max_size=200), st.integers(0, 10_000))
def test_both_stay_between_0_and_1(text: str, length: int) -> None:
    assert 0.0 <= window(length, PAPER) <= 1.0
    assert 0.0 < repetition(repeated_share(text), PAPER) <= 1.0


@given(st.text(alphabet="ab é钥\ud800\0", max_size=80), st.integers(1, 5))
def test_the_share_is_that_of_the_slices(text: str, n: int) -> None:
    slices = [text[i : i + n] for i in range(len(text) - n + 1)]
    share = (len(slices) - len(set(slices))) / len(slices) if slices else 0.0
    assert repeated_share(text, n) == share
