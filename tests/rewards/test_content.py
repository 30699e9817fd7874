"""Content transform, and missing as a value."""

from __future__ import annotations

import math

import pytest

from social_r1.rewards import NoContent
from social_r1.rewards.config import ContentConfig
from social_r1.rewards.content import clip_score, transform

PAPER = ContentConfig()


@pytest.mark.parametrize(
    ("s", "expected"),
    [
        (-7, 0),
        (-2, 0),
        (-1, 1),
        (-0.5, 1.6267),
        (0, 2.2974),
        (0.5, 3.0028),
        (1, 3.7372),
        (2, 5.2780),
        (3, 6.8986),
    ],
)
def test_the_transform_has_the_figures_of_the_paper(s: float, expected: float) -> None:
    assert transform(s, PAPER) == pytest.approx(expected, abs=1e-4)


def test_scores_are_clipped_to_three_deviations() -> None:
    assert clip_score(12.0, PAPER) == 3.0
    assert clip_score(-12.0, PAPER) == -3.0
    assert clip_score(0.5, PAPER) == 0.5


@pytest.mark.parametrize("s", [None, math.nan, math.inf, -math.inf])
def test_a_failed_score_is_missing_not_zero(s: float | None) -> None:
    assert clip_score(s, PAPER) is None


def test_without_a_model_every_score_is_missing() -> None:
    assert NoContent()([], ["one", "two"]) == [None, None]
