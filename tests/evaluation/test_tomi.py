"""ToMi in words: the container alone is right; wrong labels are marked; two splits."""

from __future__ import annotations

import random
import string
from collections import Counter
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, choices, load_benchmark
from social_r1.evaluation.protocols import protocol_of
from social_r1.evaluation.types import Completion, EvalConfig, OpenItem

from .contract import assert_contract, figures_of, public

NATIVE = protocol_of("tomi/native")

STORY = """\
1 Nadia entered the back_porch.
2 Tariq entered the back_porch.
3 The scarf is in the yellow_hamper.
4 Tariq exited the back_porch.
5 Nadia moved the scarf to the tin_trunk."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """``tomi/`` with both splits: one story of ours, its second-order label right and wrong."""
    (tmp_path / "tomi").mkdir()
    for split, nested in (("test", "yellow_hamper"), ("train", "tin_trunk")):
        questions = [
            ("Where is the scarf really?", "tin_trunk", "reality"),
            ("Where does Nadia think that Tariq searches for the scarf?", nested,
             "second_order_0_tom"),
        ]  # fmt: skip
        text = "".join(f"{STORY}\n6 {asked}\t{answer}\t1\n" for asked, answer, _ in questions)
        (tmp_path / "tomi" / f"fb_all_{split}.txt").write_text(text)
        traces = "".join(f"enter,move,{kind},false_belief\n" for *_, kind in questions)
        (tmp_path / "tomi" / f"fb_all_{split}.trace").write_text(traces)
    return tmp_path


def test_a_label_that_a_replay_contradicts_is_kept_and_marked(folder: Path) -> None:
    test, train = (choices(load_benchmark(name, folder)) for name in ("tomi", "tomi_train"))
    assert_contract("tomi", test)
    assert_contract("tomi_train", train)
    assert [item.meta.get("fault") for item in test] == [None, None]
    assert [item.meta.get("fault") for item in train] == [
        None, "a replay of the story proves yellow hamper",
    ]  # fmt: skip
    assert train[1].options[train[1].answer] == "tin trunk"
    assert test[0].id.startswith("tomi/")
    assert train[0].id == test[0].id.replace("tomi/", "tomi_train/")


def test_a_byte_order_mark_is_no_part_of_the_story_and_other_bytes_are_named(folder: Path) -> None:
    items = load_benchmark("tomi", folder)
    for name in ("fb_all_test.txt", "fb_all_test.trace"):
        path = folder / "tomi" / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_benchmark("tomi", folder) == items
    path.write_bytes(b"enter\xff")
    with pytest.raises(InputError, match=r"fb_all_test\.trace: not UTF-8 at byte 5 .*repair"):
        load_benchmark("tomi", folder)


def test_native_asks_without_options(folder: Path) -> None:
    items = NATIVE.prepare(load_benchmark("tomi", folder))
    assert isinstance(items[0], OpenItem)
    assert (items[0].accepted, items[0].rejected) == (("tin trunk",), ("yellow hamper",))
    ask = NATIVE.ask(items, EvalConfig(), "sip")[0]
    assert ask.messages[-1]["content"].endswith(
        "Question: Where is the scarf really?\nAnswer with the name of the place alone."
    )
    for text, value in {
        "tin_trunk": 1, "Tin trunk.": 1, "the tin trunk": 0, "It is in the tin_trunk": 0, "": 0,
        "<think>hamper?</think> tin trunk": 1, "<think>tin trunk": 0,
    }.items():  # fmt: skip
        assert NATIVE.read(ask, Completion(text)).value == value, text


def by_the_description(text: str, right: str) -> float:
    """Second implementation: the container itself, letter by letter, case and marks aside."""
    text = text[text.find("</think>") + 8 :] if "</think>" in text else text
    kept = "".join(
        " " if letter == "_" else letter for letter in text
        if letter == "_" or letter not in string.punctuation
    )  # fmt: skip
    return float(kept.lower().split() == right.split())


def test_native_reading_agrees_with_a_second_implementation(folder: Path) -> None:
    asks = NATIVE.ask(NATIVE.prepare(load_benchmark("tomi", folder)), EvalConfig(), "sip")
    rng = random.Random(0)
    seen = set()
    for _ in range(1500):
        ask = rng.choice(asks)
        first, second = rng.choice(["yellow", "tin"]), rng.choice(["hamper", "trunk"])
        gap, end = rng.choice(["_", " ", "  ", "-", ""]), rng.choice(["", ".", "!", "\n", "。"])
        place = f"{first}{gap}{second}{end}"
        text = rng.choice([
            place, place.upper(), f"the {place}", f"In the {place}", f"**{place}**", f"{place} A",
            "", "A", "B.", f"答案是{place}", f"<think>{place}", f"<think>no</think>{place}",
            f"{place} or {second}", "I do not know", f'"{place}"',
        ])  # fmt: skip
        item = ask.item
        assert isinstance(item, OpenItem)
        value = NATIVE.read(ask, Completion(text)).value
        assert value == by_the_description(text, item.accepted[0]), text
        seen.add((text, value))
    assert len({text for text, _ in seen}) >= 200
    assert sum(value for _, value in seen) > 20


@pytest.mark.parametrize(("name", "here", "wrong"), [("tomi", 4680, 0.232),
                                                     ("tomi_train", 4842, 0.261)])  # fmt: skip
def test_the_public_splits_are_whole_and_as_wrong_as_measured(
    name: str, here: int, wrong: float
) -> None:
    items = choices(public(name))
    assert len(items) in (here, benchmark(name).total)
    assert_contract(name, items[::9], orders=1)
    assert len({item.id for item in items}) == len(items)
    assert {len(item.options) for item in items} == {2}
    assert set(Counter(item.group for item in items).values()) == {6}
    kinds = {item.dimension for item in items if "fault" in item.meta}
    assert kinds == {"second_order_0_no_tom", "second_order_1_no_tom"}
    nested = [item for item in items if item.meta["order"] == 2]
    marked = sum("fault" in item.meta for item in nested)
    assert marked / len(nested) == pytest.approx(wrong, abs=0.01)
    for rule in ("random", "longest", "A"):
        assert figures_of(name, items, rule)["accuracy"] == pytest.approx(0.5, abs=0.03)
