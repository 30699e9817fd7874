from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from social_r1.errors import InputError
from social_r1.hardbench.annotate import fleiss, kappa_interval, slope

TEXTBOOK = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
"""The well-known table of 10 subjects, 5 categories and 14 raters."""


def test_the_textbook_table_gives_point_two_one() -> None:
    found = fleiss(TEXTBOOK)
    assert found.value == pytest.approx(0.210, abs=5e-4)
    assert found.observed == pytest.approx(0.378, abs=5e-4)
    assert found.chance == pytest.approx(0.213, abs=5e-4)
    assert found.items == 10


def test_a_table_worked_by_hand() -> None:
    # P_1 = 1, P_2 = (1 + 4 - 3) / 6 = 1/3, P = 2/3; p = (4/6, 2/6), P_e = 20/36 = 5/9;
    # kappa = (6/9 - 5/9) / (4/9) = 1/4
    assert fleiss([[3, 0], [1, 2]]).value == pytest.approx(1 / 4)


def test_unequal_numbers_of_raters_count_by_item() -> None:
    # The third item has one vote and is left out. P = (1 + 1/3) / 2 = 2/3, p = (3/5, 2/5),
    # P_e = 13/25; kappa = (50/75 - 39/75) / (36/75) = 11/36
    found = fleiss([[2, 0], [1, 2], [1, 0]])
    assert found.value == pytest.approx(11 / 36)
    assert found.items == 2


def test_rows_may_lack_the_last_categories() -> None:
    assert fleiss([[3], [1, 2]]) == fleiss([[3, 0], [1, 2]])


def test_kappa_is_missing_where_all_votes_fall_on_one_category_or_none_pairs() -> None:
    assert fleiss([[3, 0], [3, 0]]).value is None
    assert fleiss([[1, 0], [0, 1]]).value is None
    assert fleiss([]).items == 0
    assert kappa_interval([], []).value is None


def test_the_interval_draws_blocks_and_repeats_itself() -> None:
    alone = kappa_interval(TEXTBOOK, range(10), n_boot=2000)
    assert alone == kappa_interval(TEXTBOOK, range(10), n_boot=2000)
    assert alone.low is not None
    assert alone.high is not None
    assert alone.low < 0.21 < alone.high
    # One block holds all items: every draw is the sample itself.
    whole = kappa_interval(TEXTBOOK, ["b"] * 10, n_boot=50)
    assert whole.low == pytest.approx(whole.value)
    assert whole.high == pytest.approx(whole.value)


def test_groups_must_match_items_and_votes_cannot_be_negative() -> None:
    with pytest.raises(InputError, match="2 items but 1 groups"):
        kappa_interval([[2, 0], [0, 2]], ["b"])
    with pytest.raises(InputError, match="negative"):
        fleiss([[3, -1]])


def test_the_slope_weighs_its_points_and_needs_two_of_them() -> None:
    # Two points settle the line whatever their weights: (.7 - .9) / (2 - 1)
    assert slope([(1, 0.9, 1), (2, 0.7, 3)]) == pytest.approx(-0.2)
    # Three points, weights 1, 1, 2: x̄ = 9/4, ȳ = 1/2; Sxy = (-5/4)(1/2) + (-1/4)(1/2) +
    # 2 (3/4)(-1/2) = -3/2; Sxx = 25/16 + 1/16 + 18/16 = 11/4; slope = -6/11
    assert slope([(1, 1, 1), (2, 1, 1), (3, 0, 2)]) == pytest.approx(-6 / 11)
    assert slope([(1, 0.9, 5)]) is None
    assert slope([]) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=8))
def test_kappa_never_exceeds_one_and_ignores_the_names_of_categories(
    table: list[list[int]],
) -> None:
    found = fleiss(table)
    turned = fleiss([[row[2], row[0], row[1]] for row in table])
    if found.value is None:
        assert turned.value is None
    else:
        assert found.value <= 1 + 1e-12
        assert turned.value == pytest.approx(found.value)
