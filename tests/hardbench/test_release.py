"""Releases: the same bytes from the same seed however many processes, splits apart, all proved."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pytest

from social_r1.errors import InputError
from social_r1.hardbench.check import check_apart, check_items
from social_r1.hardbench.compose import WEIGHTS
from social_r1.hardbench.mix import HELD_OUT_ACTS, HELD_OUT_DOMAIN, RichSpec, behind
from social_r1.hardbench.release import (
    RELEASES,
    TEST,
    TRAIN,
    Built,
    Split,
    build_release,
    build_split,
)
from social_r1.hardbench.surface.rich import HELD_OUT_FRAME
from social_r1.items import SocialItem


@pytest.fixture(scope="module")
def built() -> Built:
    return build_release("core-800", 3, scale=0.13, workers=2)


def dumped(release: Built) -> list[str]:
    return [i.model_dump_json() for items in (*release.values(), release.twins) for i in items]


def test_the_items_do_not_depend_on_the_number_of_processes(built: Built) -> None:
    assert dumped(built) == dumped(build_release("core-800", 3, scale=0.13, workers=1))


def test_another_seed_gives_other_items(built: Built) -> None:
    other = build_release("core-800", 4, scale=0.02, workers=1)
    assert not set(dumped(other)) & set(dumped(built))


def test_every_item_and_twin_is_proved_and_reads_back(built: Built) -> None:
    items = [i for found in built.values() for i in found]
    assert check_items([*items, *built.twins]) == []
    assert len({i.id for i in [*items, *built.twins]}) == len(items) + len(built.twins)


def test_train_and_test_share_neither_words_nor_structures(built: Built) -> None:
    assert check_apart([*built["train"], *built["test"]]) == []


def test_the_test_split_has_one_item_of_each_block_and_train_whole_blocks(built: Built) -> None:
    assert len({i.group for i in built["test"]}) == len(built["test"]) == 13
    assert {
        sum(i.group == g for i in built["train"]) for g in {i.group for i in built["train"]}
    } == {4}


def test_the_dimensions_are_even(built: Built) -> None:
    counts = Counter(i.dimension for i in built["train"])
    assert len(counts) == 6
    assert min(counts.values()) >= 12


def test_directional_twins_flip_and_invariant_ones_do_not(built: Built) -> None:
    gold = {i.id: i.answer for i in built["test"]}
    kinds = {"twin:DIR", "twin:INV"}
    assert {t.meta["design"] for t in built.twins} == kinds
    for twin in built.twins:
        same = twin.answer == gold[twin.meta["of"]]  # other names may change how it is printed
        assert same is (twin.meta["design"] == "twin:INV")


def test_training_never_sees_what_is_held_out() -> None:
    made = build_split("t", "train", Split(TRAIN, 40), 40, set())
    acts = {row["act"] for item, _ in made for row in item.meta["script"]["lines"]}
    assert not acts & {a.value for a in HELD_OUT_ACTS}
    assert {a.value for a in HELD_OUT_ACTS} <= {a.value for a in WEIGHTS}
    assert HELD_OUT_DOMAIN not in {item.meta["domain"] for item, _ in made}
    assert HELD_OUT_FRAME not in {item.meta["frame"] for item, _ in made}


def test_levels_run_from_one_to_five(built: Built) -> None:
    assert {i.difficulty for i in built["train"]} <= {1, 2, 3, 4, 5}
    assert len({i.difficulty for i in built["train"]}) >= 4


def test_the_sizes_are_those_of_the_original_and_of_the_plan() -> None:
    sizes = {n: {s: split.items for s, split in r.items()} for n, r in RELEASES.items()}
    assert sizes["core-800"] == {"test": 100, "train": 700}
    assert sizes["plus"] == {"test": 2000, "ood": 2000, "val": 1500, "train": 12000}


def test_a_split_that_no_story_can_fill_is_refused_with_what_to_change() -> None:
    split = Split(RichSpec(acts=(0, 0), tries=20), 4)
    with pytest.raises(InputError, match=r"in 20 stories of 0 to 0 acts.*repair: allow longer"):
        build_split("nothing-happens", "train", split, 4, set())


def test_an_unknown_release_is_refused() -> None:
    with pytest.raises(InputError, match="core-800"):
        build_release("core-900")


def test_walks_of_life_that_came_too_often_wait() -> None:
    assert behind(("farm", "lab", "home"), {}) == ("farm", "lab", "home")
    # Four blocks on three: 1.33 on average.
    assert behind(("farm", "lab", "home"), {"farm": 2, "lab": 1, "home": 1}) == ("lab", "home")
    assert behind(("harbour",), {"harbour": 7}) == ("harbour",)


def test_an_item_of_another_bank_of_words_is_a_problem_and_no_crash(built: Built) -> None:
    item = next(i for i in built["test"] if i.meta["matter"] == "location")
    thing = item.meta["thing"]
    old = json.loads(item.model_dump_json().replace(thing, "gold sock"))
    found = [p.what for p in check_items([SocialItem.model_validate(old)]) if p.where == item.id]
    assert any("'gold sock' is not in this version's bank of words; repair" in w for w in found)


@pytest.mark.slow
@pytest.mark.parametrize("depth", [2, 3])
def test_no_shortcut_leans_where_minds_are_nested(depth: int) -> None:
    """400 items of one form and depth: each within the band of .20 to .30 that HARDBENCH sets."""
    spec = replace(TEST, forms=(("Belief", (("belief", depth, 1.0),)),))
    drawn = build_split("nested", "test", Split(spec, 400), 400, set())
    rights: Counter[str] = Counter()
    for item, _ in drawn:
        assert (item.meta["form"], item.meta["order"]) == ("belief", depth)
        gold = item.options[item.answer]
        rights.update(name for name, said in item.meta["solvers"].items() if said == gold)
    assert len(drawn) == 400
    asked = ("drop_inner", "drop_outer", "first_leaver", "absent_ignorant", "egocentric")
    assert {name: n for name in asked if not 80 <= (n := rights[name]) <= 120} == {}
