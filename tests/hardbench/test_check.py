"""The check of a file of items: what it proves anew, and what it finds."""

from __future__ import annotations

import pytest

from social_r1.errors import InputError
from social_r1.hardbench import check_apart, check_items
from social_r1.items import SocialItem

Sets = dict[str, list[SocialItem]]


def test_every_answer_and_every_block_stands_up_to_the_check(sets: Sets) -> None:
    for items in sets.values():
        assert check_items(items) == []


def test_words_and_structures_apart_pass_and_shared_ones_do_not(sets: Sets) -> None:
    assert check_apart([*sets["train"], *sets["hard"], *sets["ood"], *sets["easy"]]) == []
    leaked = sets["hard"][0].model_copy(update={"id": "leak", "split": "train"})
    found = [p.what for p in check_apart([leaked, *sets["hard"]])]
    assert "shares its structure with leak" in found
    assert any(what.startswith("shares the word") for what in found)


def test_validation_has_the_words_of_training_but_none_of_its_structures(sets: Sets) -> None:
    first = sets["train"][0]
    same = first.model_copy(update={"id": "same", "split": "val"})
    (problem,) = check_apart([first, same])
    assert (problem.where, problem.what) == ("same", f"shares its structure with {first.id}")


def test_the_check_finds_a_wrong_answer_a_changed_story_and_a_broken_block(sets: Sets) -> None:
    four = sets["hard"][:4]
    wrong = four[0].model_copy(update={"answer": (four[0].answer + 1) % 4})
    found = " ".join(p.what for p in check_items([wrong, *four[1:]]))
    assert "replay answers" in found
    assert "kripke answers" in found
    assert "not each option once" in found
    changed = four[0].model_copy(update={"story": four[0].story + "\n99 It rained outside."})
    assert "its story is not what its script gives" in check_items([changed, *four[1:]])[0].what
    asked = four[0].model_copy(update={"question": "Who?"})
    assert "differ in question" in check_items([asked, *four[1:]])[-1].what


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"question": "What colour is the moon?"}, "its question is not what its script gives"),
        ({"dimension": "Desire"}, "its dimension is not what its script gives"),
        ({"meta": {"solvers": {"reality": "the moon"}}}, "its meta.solvers is not what"),
        ({"meta": {"order": 9}}, "its meta.order is not what"),
    ],
)
def test_what_is_printed_of_an_item_must_follow_from_its_script(
    sets: Sets, changes: dict, says: str
) -> None:
    item = sets["easy"][0]
    meta = item.meta | changes.get("meta", {})
    changed = item.model_copy(update=changes | {"meta": meta})
    assert [says in p.what for p in check_items([changed])] == [True]


def test_one_answer_under_two_letters_is_found(sets: Sets) -> None:
    item = sets["easy"][0]
    twice = tuple(item.options[item.answer] for _ in item.options)
    found = [p.what for p in check_items([item.model_copy(update={"options": twice})])]
    assert "one option stands there twice" in found


def test_a_relay_block_must_have_the_same_words_but_for_names(sets: Sets) -> None:
    relay = next(i for i in sets["hard"] if i.meta["design"] == "relay")
    four = [i for i in sets["hard"] if i.group == relay.group]
    longer = four[0].model_copy(update={"story": four[0].story + " Indeed."})
    assert "its stories differ in more than who is who" in [
        p.what for p in check_items([longer, *four[1:]])
    ]


@pytest.mark.parametrize("part", ["script", "form", "chain", "thing", "style"])
def test_an_item_whose_meta_is_broken_is_named(sets: Sets, part: str) -> None:
    item = sets["hard"][0]
    lacking = {key: value for key, value in item.meta.items() if key != part}
    with pytest.raises(InputError, match=rf"item {item.id}.*repair"):
        check_items([item.model_copy(update={"meta": lacking})])
    broken = item.meta | {"script": {"lines": [{"act": "dance"}]}}
    with pytest.raises(InputError, match="that can be staged"):
        check_items([item.model_copy(update={"meta": broken})])
