"""Tests of significance: by hand, and against the exact test that they contain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from social_r1.errors import InputError
from social_r1.evaluation.comparison.significance import holm, sign_flip, unpaired
from social_r1.stats import Interval, mcnemar

BITS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=14)


def test_five_gained_and_one_lost_is_no_proof() -> None:
    before, after = [0.0] * 5 + [1.0], [1.0] * 5 + [0.0]
    # 2 * (C(6,0) + C(6,1)) / 2**6 = 14 / 64
    assert sign_flip(before, after, range(6)) == 0.21875
    assert mcnemar([x == 1 for x in before], [x == 1 for x in after]).p == 0.21875


def test_five_gained_in_one_story_and_one_lost_in_another_is_even_less() -> None:
    before, after = [0.0] * 5 + [1.0], [1.0] * 5 + [0.0]
    # Sums of the groups +5 and -1: of |±5 ± 1| in {6, 4, 4, 6} all reach 4.
    assert sign_flip(before, after, ["a"] * 5 + ["b"]) == 1.0


@given(BITS)
def test_on_single_items_it_is_mcnemars_test(pairs: list[tuple[bool, bool]]) -> None:
    before, after = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    exact = mcnemar([a for a, _ in pairs], [b for _, b in pairs])
    assert sign_flip(before, after, range(len(pairs))) == pytest.approx(exact.p)


def test_drawn_patterns_come_near_the_exact_ones() -> None:
    before, after = [0.0] * 14 + [1.0] * 6, [1.0] * 14 + [0.0] * 6
    exact = mcnemar([x == 1 for x in before], [x == 1 for x in after]).p  # 0.1153
    assert sign_flip(before, after, range(20)) == pytest.approx(exact, abs=0.015)


def test_rows_of_different_lengths_are_refused() -> None:
    with pytest.raises(InputError, match="2 before, 1 after"):
        sign_flip([1.0, 0.0], [1.0], [0, 1])


def test_holm_multiplies_the_smallest_by_the_number_of_tests() -> None:
    # 0.01 * 4, 0.02 * 3, 0.03 * 2 (not below 0.06), 0.9 * 1
    assert holm([0.9, 0.01, 0.03, 0.02]) == pytest.approx([0.9, 0.04, 0.06, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_lowers_a_p_and_keeps_their_order(p: list[float]) -> None:
    corrected = holm(p)
    assert all(old <= new <= 1 for old, new in zip(p, corrected, strict=True))
    order = sorted(range(len(p)), key=lambda i: p[i])
    assert [corrected[i] for i in order] == sorted(corrected)


def test_unpaired_bounds_are_newcombes() -> None:
    found = unpaired(Interval(0.5, 0.4, 0.6, 10), Interval(0.8, 0.7, 0.84, 20))
    # 0.3 - sqrt(0.1² + 0.1²) and 0.3 + sqrt(0.04² + 0.1²)
    assert found == pytest.approx((0.3, 0.3 - 0.02**0.5, 0.3 + 0.0116**0.5, 10))
