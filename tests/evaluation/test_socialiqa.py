"""SocialIQA: labels in a file of their own, rows that repeat or contradict each other, no ids."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, load_benchmark
from social_r1.evaluation.benchmarks.socialiqa import CONFLICT, EQUAL, NATIVE, REPEATED
from social_r1.evaluation.types import Completion, EvalConfig, Item
from social_r1.items import SocialItem

from .contract import assert_contract, figures_of, framed, public, read_value

Told = tuple[str, str, str, str, str, str]
"""Context, question, answers A, B and C, label."""

INK: Told = ("Mira spilled ink on the rug.", "What will Mira do next?",
             "fetch a cloth", "buy more ink", "sing to the rug", "1")  # fmt: skip
BUS: Told = ("Others waited while Jon found his ticket. ", "How would Others feel?",
             "cold", "glad that Jon has found it", "impatient", "3")  # fmt: skip
EQUALS: Told = ("Ada lent Ben her bike.", "Why did Ada do this?",
                "help Ben", "help Ben", "get rid of it", "2")  # fmt: skip


def write(folder: Path, *rows: Told, labels: list[str] | None = None) -> Path:
    place = folder / "socialiqa"
    place.mkdir(exist_ok=True)
    names = ("context", "question", "answerA", "answerB", "answerC")
    lines = [json.dumps(dict(zip(names, row[:5], strict=True))) for row in rows]
    (place / "dev.jsonl").write_text("\n".join(lines) + "\n")
    told = labels if labels is not None else [row[5] for row in rows]
    (place / "dev-labels.lst").write_text("\n".join(told) + "\n")
    return folder


def load(folder: Path, *rows: Told) -> list[SocialItem]:
    items = load_benchmark("socialiqa", write(folder, *rows))
    return [item for item in items if isinstance(item, SocialItem)]


def faults(items: list[SocialItem]) -> list[str]:
    return [item.meta.get("fault", "") for item in items]


# Reading the files --------------------------------------------------------------------------------


def test_the_contract_is_kept(tmp_path: Path) -> None:
    items = load(tmp_path, INK, BUS, EQUALS, INK)
    assert_contract("socialiqa", items)
    assert {item.split for item in items} == {"dev"}


def test_labels_belong_to_their_lines(tmp_path: Path) -> None:
    ink, bus = load(tmp_path, INK, BUS)
    assert (ink.options[ink.answer], bus.options[bus.answer]) == ("fetch a cloth", "impatient")
    assert bus.story == "Others waited while Jon found his ticket."
    assert "Others" in bus.question


def test_questions_on_one_context_are_one_group(tmp_path: Path) -> None:
    other: Told = (INK[0], "How would Mira feel?", "sorry", "proud", "bored", "1")
    ink, feel, bus = load(tmp_path, INK, other, BUS)
    assert ink.group == feel.group != bus.group


def test_two_equal_options_are_one_and_either_is_right(tmp_path: Path) -> None:
    (item,) = load(tmp_path, EQUALS)
    assert (item.options, item.answer) == (("help Ben", "get rid of it"), 0)
    assert faults([item]) == [EQUAL]


def test_a_repeated_row_stays_and_is_marked(tmp_path: Path) -> None:
    items = load(tmp_path, INK, BUS, INK)
    assert faults(items) == ["", "", REPEATED]
    assert items[2].id == f"{items[0].id}-2"


def test_rows_that_contradict_each_other_stay_and_are_marked(tmp_path: Path) -> None:
    # The same options with another label, and again in another order: all three are in conflict.
    again: Told = (*INK[:5], "2")
    turned: Told = (*INK[:2], INK[3], INK[2], INK[4], "2")
    items = load(tmp_path, INK, again, turned)
    assert faults(items) == [CONFLICT, CONFLICT, CONFLICT]
    # Another order that names the same text is none.
    assert faults(load(tmp_path, INK, turned)) == ["", ""]


def test_ids_do_not_depend_on_the_other_rows(tmp_path: Path) -> None:
    whole = {item.id: item.question for item in load(tmp_path, INK, BUS, EQUALS, INK)}
    part = {item.id: item.question for item in load(tmp_path, EQUALS, BUS)}
    assert part.items() < whole.items()


def test_figures_without_the_faulty_items_stand_beside(tmp_path: Path) -> None:
    # A is right for the ink, twice, and for the equal options; wrong for the bus.
    items: list[Item] = [*load(tmp_path, INK, BUS, EQUALS, INK)]
    assert figures_of("socialiqa", items, "A", NATIVE) == {"accuracy": 0.75, "without_faults": 0.5}


def test_as_many_labels_as_rows(tmp_path: Path) -> None:
    write(tmp_path, INK, BUS, labels=["1"])
    with pytest.raises(InputError, match="1 labels for 2 rows; repair"):
        load_benchmark("socialiqa", tmp_path)


@pytest.mark.parametrize("label", ["0", "4", "A"])
def test_a_label_is_one_of_three(tmp_path: Path, label: str) -> None:
    write(tmp_path, INK, BUS, labels=["1", label])
    with pytest.raises(InputError, match=r"dev\.jsonl:2: not a SocialIQA row"):
        load_benchmark("socialiqa", tmp_path)


def test_a_byte_order_mark_is_no_label_and_other_bytes_are_named(tmp_path: Path) -> None:
    items = load(tmp_path, INK, BUS)
    labels = tmp_path / "socialiqa" / "dev-labels.lst"
    labels.write_bytes(b"\xef\xbb\xbf" + labels.read_bytes())
    assert load_benchmark("socialiqa", tmp_path) == items
    labels.write_bytes(b"1\n\xff\n")
    with pytest.raises(InputError, match=r"dev-labels\.lst: not UTF-8 at byte 2 .*repair"):
        load_benchmark("socialiqa", tmp_path)


def test_a_broken_row_is_named(tmp_path: Path) -> None:
    path = write(tmp_path, INK) / "socialiqa" / "dev.jsonl"
    path.write_text(path.read_text().replace("answerC", "answer3"))
    with pytest.raises(InputError, match=r"dev\.jsonl:1: not a SocialIQA row"):
        load_benchmark("socialiqa", tmp_path)


# The lettered prompt ------------------------------------------------------------------------------


def test_the_prompt_keeps_the_order_of_the_file(tmp_path: Path) -> None:
    (ask,) = NATIVE.ask(load(tmp_path, BUS), EvalConfig(orders=3, seed=5), "sip")
    assert ask.messages == [{
        "role": "user",
        "content": "Context: Others waited while Jon found his ticket.\n"
        "Question: How would Others feel?\nA. cold\nB. glad that Jon has found it\nC. impatient\n"
        "Answer:",
    }]  # fmt: skip
    assert "no prompt" in NATIVE.rule


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("C", 1), ("(C)", 1), ("The answer is C.", 1), ("答案是C。", 1), ("<think>C", 1),
        ("c", 0), ("B, not C", 0), ("", 0), ("Cold", 0), ("A person would say C", 0),
    ],
)  # fmt: skip
def test_the_first_lone_capital_is_read(tmp_path: Path, text: str, value: int) -> None:
    assert read_value(NATIVE, load(tmp_path, BUS)[0], text) == value


def by_the_description(text: str, right: str, options: int) -> float:
    """Second implementation of the rule, character by character."""
    word = "".join(c if c.isascii() and (c.isalnum() or c == "_") else " " for c in text)
    letters = [one for one in word.split() if one in ("A", "B", "C")]
    return float(bool(letters) and letters[0] == right and "ABC".index(right) < options)


def outputs(rng: random.Random) -> str:
    """A varied model output: clean, chatty, several letters, lower case, Chinese, empty, cut."""
    letter, other = rng.choice("ABC"), rng.choice("ABCD")
    return rng.choice([
        letter, f"{letter}.", f"({letter})", f"[[{letter}]]", f"**{letter}**", letter.lower(),
        f"Answer: {letter}", f"the answer is {letter}", f"{letter}. fetch a cloth", f"{letter}\n",
        f"{letter} or {other}", f"not {other} but {letter}", f"答案是{letter}", f"选（{letter}）",
        f"<think>maybe {other}", f"<think>maybe {other}</think>{letter}", f"{letter}{other}",
        "", "   ", "none of them", "A new cloth", "Actually, no", f"{letter}_1", f"{letter}2",
        f"A cloth, so {letter}", f"option-{letter}", f"é{letter}", f"ABC {letter}", "D",
        f"I'd say {letter}!", "\u200b", f"{other}: wrong. {letter}: right.",
    ])  # fmt: skip


def test_native_reading_agrees_with_a_second_implementation(tmp_path: Path) -> None:
    rng = random.Random(0)
    asks = NATIVE.ask(load(tmp_path, INK, BUS, EQUALS), EvalConfig(), "sip")
    seen: set[tuple[str, float]] = set()
    for _ in range(800):
        ask, text = rng.choice(asks), framed(rng, outputs(rng))
        assert isinstance(ask.item, SocialItem)
        value = NATIVE.read(ask, Completion(text)).value
        assert value == by_the_description(text, ask.item.letter, len(ask.item.options)), text
        seen.add((text, value))
    assert len({text for text, _ in seen}) >= 200


# The public file ----------------------------------------------------------------------------------


def test_the_public_set_is_whole_and_its_shortcuts_are_as_measured() -> None:
    items, found = public("socialiqa"), benchmark("socialiqa")
    whole = len(items) == found.total
    assert whole or len(items) == 1561
    assert_contract("socialiqa", items)
    assert len({item.group for item in items}) == (1930 if whole else 1540)
    marks = [str(item.meta.get("fault", "")) for item in items]
    count = {fault: sum(fault in mark for mark in marks) for fault in (EQUAL, CONFLICT, REPEATED)}
    # Four (five) questions contradict themselves in two rows each.
    assert count == {
        EQUAL: 5 if whole else 4, CONFLICT: 10 if whole else 8, REPEATED: 24 if whole else 17,
    }  # fmt: skip
    native = {
        rule: figures_of("socialiqa", items, rule, NATIVE)["accuracy"]
        for rule in ("A", "B", "C", "longest", "shortest", "random")
    }
    assert native["C"] == pytest.approx(0.336, abs=0.01)
    assert all(abs(native[letter] - 1 / 3) < 0.01 for letter in "ABC")
    assert native["longest"] == pytest.approx(0.356, abs=0.02)
    assert native["shortest"] == pytest.approx(0.320, abs=0.02)
    assert native["random"] == pytest.approx(1 / 3, abs=0.03)
