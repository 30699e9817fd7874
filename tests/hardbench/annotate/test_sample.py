from __future__ import annotations

from collections import Counter

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.annotate import draw_no_story, draw_sample
from social_r1.items import SocialItem


def test_half_of_each_dimension_is_whole_blocks_and_the_rest_other_groups(
    pool: list[SocialItem],
) -> None:
    found = draw_sample(pool, n=240, per_dimension=16, seed=0)
    assert Counter(i.dimension for i in found.items) == {"Belief": 16, "Desire": 16}
    assert len(found.blocks) == 4  # two blocks of four are half of sixteen
    groups = Counter(i.group for i in found.items)
    assert all(groups[b] == 4 for b in found.blocks)
    assert all(n == 1 for g, n in groups.items() if g not in found.blocks)
    assert not found.short


def test_levels_come_in_turn(pool: list[SocialItem]) -> None:
    found = draw_sample(pool, n=240, per_dimension=16, seed=3)
    singles = [i for i in found.items if i.group not in found.blocks]
    levels = Counter((i.dimension, i.difficulty) for i in singles)
    assert max(levels.values()) - min(levels.values()) <= 1
    blocks = {(i.group, i.difficulty) for i in found.items if i.group in found.blocks}
    assert len({level for _, level in blocks}) > 1


def test_the_same_seed_draws_the_same_items_and_another_others(pool: list[SocialItem]) -> None:
    first = draw_sample(pool, n=24, per_dimension=12, seed=1)
    assert first == draw_sample(pool, n=24, per_dimension=12, seed=1)
    assert first != draw_sample(pool, n=24, per_dimension=12, seed=2)


def test_n_bounds_the_whole_and_what_is_missing_is_said(pool: list[SocialItem]) -> None:
    small = draw_sample(pool, n=7, per_dimension=40, seed=0)
    assert Counter(i.dimension for i in small.items) == {"Belief": 4, "Desire": 3}
    # Each dimension has 44 items.
    assert draw_sample(pool, n=240, per_dimension=50, seed=0).short == {"Belief": 6, "Desire": 6}
    with pytest.raises(InputError, match="1 items for 2 dimensions"):
        draw_sample(pool, n=1, per_dimension=40, seed=0)
    with pytest.raises(InputError, match="0 dimensions"):
        draw_sample([], n=0, per_dimension=1, seed=0)


def test_twins_and_single_items_of_blocks_are_no_blocks(pool: list[SocialItem]) -> None:
    for mark in ({"of": "x"}, {"whole": False}):
        marked = [i.model_copy(update={"meta": mark}) for i in pool]
        assert draw_sample(marked, n=32, per_dimension=16, seed=0).blocks == ()


def test_the_control_asks_each_block_once(pool: list[SocialItem]) -> None:
    control = draw_no_story(pool, n=120, seed=0)
    groups = [i.group for i in control]
    assert len(groups) == len(set(groups)) == 52  # all that there are
    assert len(draw_no_story(pool, n=10, seed=0)) == 10
    strata = Counter((i.dimension, i.difficulty) for i in draw_no_story(pool, n=12, seed=0))
    assert set(strata.values()) == {2}  # six strata
