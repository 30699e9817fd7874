"""A seed chooses the same everywhere, and nothing twice before everything once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from social_r1.hardbench.surface.picks import first_fresh, order, pick

COUNTS = st.integers(1, 40)


@given(st.text(max_size=8), COUNTS)
def test_everything_is_told_once_before_anything_is_told_again(seed: str, count: int) -> None:
    ways = [str(n) for n in range(count)]
    told: list[str] = []
    for _ in range(count):
        told.append(first_fresh(ways, seed, told))
    assert sorted(told) == sorted(ways)
    assert first_fresh(ways, seed, told) == told[0]


@given(st.text(max_size=8), COUNTS)
def test_an_order_has_each_place_once_and_a_pick_is_one_of_them(seed: str, count: int) -> None:
    assert sorted(order(seed, count)) == list(range(count))
    assert 0 <= pick(seed, count) < count


def test_the_choice_is_the_same_on_every_machine() -> None:
    assert [pick(f"seed-{n}", 10) for n in range(8)] == [7, 6, 6, 6, 1, 1, 0, 6]
    assert order("seed", 5) == (1, 0, 3, 4, 2)
