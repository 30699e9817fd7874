"""Option orders: seeded, different, the same for every model."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from social_r1.evaluation.present import option_orders, present, subset
from social_r1.items import SocialItem

from .conftest import make_item


def test_places_lead_back_to_the_items_own_options(items: list[SocialItem]) -> None:
    for ask, item in zip(present(items, seed=3), items, strict=True):
        assert [item.options[place] for place in ask.places] == list(ask.item.options)
        assert ask.item.options[ask.item.answer] == item.options[item.answer]


def test_an_order_depends_on_seed_and_id_alone(items: list[SocialItem]) -> None:
    alone = present(items[5:6], seed=1)[0]
    among = present(items, seed=1)[5]
    assert alone.places == among.places
    assert [a.places for a in present(items, seed=1)] != [a.places for a in present(items, seed=2)]


@given(st.integers(1, 24), st.integers(0, 5))
def test_orders_of_one_item_differ_while_they_can(orders: int, seed: int) -> None:
    found = option_orders(make_item(), orders, seed)
    assert len(found) == orders
    if orders <= 8:
        assert len(set(found)) == orders


def test_the_right_letter_is_spread_by_the_seed() -> None:
    items = [make_item(number, answer=0) for number in range(200)]
    letters = [ask.item.letter for ask in present(items)]
    # 200 draws of four letters: 50 each, standard deviation 6.1; five of them are allowed.
    assert all(20 <= letters.count(letter) <= 80 for letter in "ABCD")


def test_asks_of_one_item_have_different_keys() -> None:
    assert [ask.key for ask in present([make_item()], orders=2)] == ["item-0#0", "item-0#1"]


def test_a_limit_keeps_whole_groups_in_file_order(items: list[SocialItem]) -> None:
    kept = subset(items, 9)  # blocks of four: two of the three fit
    assert len(kept) == 8
    assert len({item.group for item in kept}) == 2
    assert [item for item in items if item in kept] == kept
    assert subset(items, None) == subset(items, 12) == items


def test_a_limit_smaller_than_any_group_cuts_one(items: list[SocialItem]) -> None:
    kept = subset(items, 3)
    assert len(kept) == 3
    assert len({item.group for item in kept}) == 1


def test_a_limit_meets_every_kind_of_a_sorted_file() -> None:
    sorted_file = [make_item(n, group=f"g{n}", dimension=f"kind {n // 100}") for n in range(400)]
    kinds = [item.dimension for item in subset(sorted_file, 100)]
    assert all(kinds.count(f"kind {kind}") >= 10 for kind in range(4))
