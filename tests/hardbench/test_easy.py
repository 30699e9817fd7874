"""The easy regime: shortcuts that happen to be right, the same bytes for the same seed."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter

import pytest

from social_r1.hardbench.assemble import proofs, world
from social_r1.hardbench.core import Replay
from social_r1.hardbench.easy import EasySpec, easy_item
from social_r1.hardbench.solvers import Case, first_leaver, reality
from social_r1.items import SocialItem

GOLDEN = "e1456d304591b605"


@pytest.fixture(scope="module")
def items() -> list[SocialItem]:
    return [easy_item(3, n) for n in range(250)]


def case(item: SocialItem) -> Case:
    here = world(item)
    return Case(here.script, here.log, here.question, item.options, item.story, Replay(here.log))


def digest(count: int = 12) -> str:
    """What a reader of the first items sees, and its answers."""
    seen = hashlib.sha256()
    for n in range(count):
        item = easy_item(0, n)
        for text in (item.id, item.story, item.question, *item.options, item.letter):
            seen.update(text.encode() + b"\0")
    return seen.hexdigest()[:16]


def test_a_popular_shortcut_is_right_on_every_belief_item(items: list[SocialItem]) -> None:
    beliefs = [i for i in items if i.meta["form"] == "belief"]
    assert len(beliefs) > 120
    for item in beliefs:
        assert item.options[item.answer] in (reality(case(item)), first_leaver(case(item)))


def test_neither_shortcut_is_always_right(items: list[SocialItem]) -> None:
    beliefs = [i for i in items if i.meta["form"] == "belief"]
    for shortcut in (reality, first_leaver):
        right = sum(shortcut(case(i)) == i.options[i.answer] for i in beliefs)
        assert 0.4 < right / len(beliefs) < 0.95


def test_both_oracles_give_the_recorded_answer(items: list[SocialItem]) -> None:
    for item in items[:100]:
        gold = item.options[item.answer]
        assert proofs(item) == {"replay": gold, "kripke": gold}


def test_every_form_and_order_occurs(items: list[SocialItem]) -> None:
    kinds = Counter((i.meta["form"], i.meta["order"]) for i in items)
    assert set(kinds) == {
        ("reality", 0),
        ("memory", 0),
        ("belief", 1),
        ("belief", 2),
        ("belief", 3),
        ("knowledge", 1),
        ("knowledge", 2),
    }
    assert {i.dimension for i in items} == {"Belief", "Knowledge"}


def test_options_are_distinct_and_the_answer_is_spread_over_them(items: list[SocialItem]) -> None:
    assert all(len(set(i.options)) == len(i.options) for i in items)
    letters = Counter(i.letter for i in items)
    assert all(0.15 < letters[x] / len(items) < 0.36 for x in "ABCD")


def test_places_among_the_options_are_all_named_in_the_story(items: list[SocialItem]) -> None:
    for item in items:
        if item.meta["form"] != "knowledge":
            assert all(option in item.story for option in item.options)


def test_a_wish_for_many_options_is_met(items: list[SocialItem]) -> None:
    wide = EasySpec(options=(2, 3), forms=(("belief", 1, 1.0),))
    assert {len(easy_item(1, n, wide).options) for n in range(20)} == {2, 3}


def test_ids_are_unique(items: list[SocialItem]) -> None:
    assert len({i.id for i in items}) == len(items)
    assert easy_item(3, 0, split="other").id != items[0].id


def test_an_item_depends_on_seed_and_index_alone(items: list[SocialItem]) -> None:
    backwards = [easy_item(3, n) for n in reversed(range(10))]
    assert backwards[::-1] == items[:10]
    assert easy_item(4, 0) != items[0]


def test_the_first_items_are_what_they_always_were() -> None:
    assert digest() == GOLDEN


@pytest.mark.parametrize("seed", ["0", "4711"])
def test_items_do_not_depend_on_the_hash_seed_of_the_process(seed: str) -> None:
    code = (
        "import hashlib\n"
        "from social_r1.hardbench.easy import easy_item\n"
        "text = ''.join(easy_item(0, n).model_dump_json() for n in range(12))\n"
        "print(hashlib.sha256(text.encode()).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    here = "".join(easy_item(0, n).model_dump_json() for n in range(12))
    assert done.stdout.strip() == hashlib.sha256(here.encode()).hexdigest()
