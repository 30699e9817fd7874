"""Facts about intervals and paired tests, with numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.errors import InputError
from social_r1.stats import (
    bootstrap_mean,
    mcnemar,
    paired_bootstrap,
    pearson,
    ranks,
    spearman,
    wilson,
)


def test_wilson_of_five_in_ten_with_z_two() -> None:
    # p = .5; scale = 1 + 4/10 = 1.4; middle = (.5 + 4/20) / 1.4 = .5
    # half = 2 sqrt(.25/10 + 4/400) / 1.4 = 2 sqrt(.035) / 1.4 = .374166 / 1.4 = .267261
    value, low, high, n = wilson(5, 10, z=2.0)
    assert (value, n) == (0.5, 10)
    assert low == pytest.approx(0.232739, abs=1e-6)
    assert high == pytest.approx(0.767261, abs=1e-6)


def test_wilson_of_none_in_four_with_z_two_stays_within_zero_and_one() -> None:
    # p = 0; scale = 2; middle = (4/8)/2 = .25; half = 2 sqrt(4/64)/2 = .25
    assert wilson(0, 4, z=2.0) == (0.0, 0.0, 0.5, 4)
    assert wilson(4, 4, z=2.0) == (1.0, 0.5, 1.0, 4)


@pytest.mark.parametrize(("k", "n"), [(1, 0), (-1, 3), (4, 3)])
def test_wilson_refuses_impossible_counts(k: int, n: int) -> None:
    with pytest.raises(InputError, match="repair"):
        wilson(k, n)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_its_estimate(counts: tuple[int, int]) -> None:
    value, low, high, _ = wilson(*counts)
    assert 0 <= low <= value <= high <= 1


def test_constant_gain_has_no_width() -> None:
    assert paired_bootstrap([0, 0.5, 0.25], [0.5, 1, 0.75], n_boot=50) == (0.5, 0.5, 0.5, 3)


def test_paired_bootstrap_agrees_with_the_normal_interval_on_many_items() -> None:
    # 100 items, 20 gained and 10 lost: mean .1, variance .3 - .01 = .29,
    # standard error sqrt(.29 / 100) = .05385, so 95 % is .1 ± .1055.
    before = [0] * 20 + [1] * 10 + [1] * 70
    after = [1] * 20 + [0] * 10 + [1] * 70
    value, low, high, n = paired_bootstrap(before, after)
    assert value == pytest.approx(0.1)
    assert n == 100
    assert low == pytest.approx(-0.0055, abs=0.011)
    assert high == pytest.approx(0.2055, abs=0.011)


def test_same_seed_gives_the_same_interval() -> None:
    values = np.random.default_rng(1).random(40).tolist()
    assert bootstrap_mean(values, seed=3) == bootstrap_mean(values, seed=3)
    assert bootstrap_mean(values, seed=3) != bootstrap_mean(values, seed=4)


def test_groups_that_move_together_widen_the_interval() -> None:
    # Blocks of four equal answers carry the information of one: the interval doubles.
    blocks = [float(i % 2) for i in range(50)]
    values = [v for v in blocks for _ in range(4)]
    groups = [i for i in range(50) for _ in range(4)]
    alone = bootstrap_mean(values)
    together = bootstrap_mean(values, groups=groups)
    assert together.value == alone.value
    assert (together.high - together.low) / (alone.high - alone.low) == pytest.approx(2, abs=0.2)


def test_unequal_groups_weigh_by_their_items() -> None:
    # Groups of 3 ones and 1 zero: the mean is over items, 3/4, and a draw is 0, 3/4 or 1.
    interval = bootstrap_mean([1, 1, 1, 0], groups=["a", "a", "a", "b"])
    assert interval == (0.75, 0.0, 1.0, 4)


def test_mcnemar_of_six_gains_and_one_loss() -> None:
    # 2 (C(7,0) + C(7,1)) / 2**7 = 2 * 8 / 128 = .125
    before = [False] * 6 + [True] + [True] * 3
    after = [True] * 6 + [False] + [True] * 3
    assert mcnemar(before, after) == (6, 1, 0.125)


def test_mcnemar_without_a_change_is_one() -> None:
    assert mcnemar([True, False], [True, False]) == (0, 0, 1.0)


def test_mcnemar_survives_thousands_of_changes() -> None:
    assert mcnemar([False] * 3000, [True] * 3000).p == pytest.approx(0.0, abs=1e-300)


def test_runs_over_different_items_are_refused() -> None:
    with pytest.raises(InputError, match="same items"):
        paired_bootstrap([1], [1, 0])
    with pytest.raises(InputError, match="same items"):
        mcnemar([True], [])
    with pytest.raises(InputError, match="no items"):
        bootstrap_mean([])
    with pytest.raises(InputError, match="one group per item"):
        bootstrap_mean([1, 0], groups=["a"])


def test_correlations_by_hand() -> None:
    # Centred: -1 0 1 and -2 -1 3: 5 / sqrt(2 · 14) = .9449; as ranks they agree.
    assert pearson([1, 2, 3], [0, 1, 5]) == pytest.approx(0.9449, abs=1e-4)
    assert spearman([1, 2, 3], [0, 1, 5]) == 1.0
    # Ranks 1 2.5 2.5 and 1 2 3, centred -1 ½ ½ and -1 0 1: 1.5 / sqrt(1.5 · 2) = .866.
    assert spearman([0, 4, 4], [1, 2, 3]) == pytest.approx(0.75**0.5)


def test_what_does_not_vary_but_by_rounding_has_no_correlation() -> None:
    assert pearson([0.1 + 0.2, 0.3, 0.3], [1, 2, 3]) is None
    assert spearman([0.1 + 0.2, 0.3, 0.3], [1, 2, 3]) is None
    assert pearson([1, 2], [1, 2]) is None  # two points always lie on a line
    assert ranks([0.1 + 0.2, 0.3, 1.0]) == [1.5, 1.5, 3.0]
    with pytest.raises(InputError, match="repair"):
        pearson([1, 2, 3], [1, 2])


@given(st.lists(st.tuples(st.integers(-9, 9), st.integers(-9, 9)), min_size=3, max_size=20))
def test_correlations_lie_between_minus_one_and_one(pairs: list[tuple[int, int]]) -> None:
    x, y = zip(*pairs, strict=True)
    for correlation in (pearson, spearman):
        found = correlation(x, y)
        assert found is None or -1 <= found <= 1
        assert found == correlation(y, x)
