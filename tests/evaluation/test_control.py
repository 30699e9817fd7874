"""The general-ability control: gold is computed anew from the text; options tell nothing."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from social_r1.evaluation.benchmarks import benchmark, choices, load_benchmark
from social_r1.evaluation.benchmarks.control import make, metrics
from social_r1.evaluation.protocols import plain
from social_r1.evaluation.types import Item, OpenItem, Scored
from social_r1.items import SocialItem

from .contract import assert_contract, figures_of

PARTS = ("arithmetic", "reading", "instructions")


@pytest.fixture(scope="module")
def items() -> list[Item]:
    return load_benchmark("control", None)


def of_kind(items: list[Item], *kinds: str) -> list[Item]:
    return [item for item in items if item.meta["kind"] in kinds]


# A second computation of every answer, from the words alone ---------------------------------------


def calculate(story: str) -> str:
    """``6 × 20 + 52``: products bind first."""
    expression = story.removeprefix("Work this out: ").removesuffix(".")
    assert re.fullmatch(r"[\d ×+−]+", expression)
    total = 0
    for sign, term in re.findall(r"([+−]?) ?(\d+(?: × \d+)?)", expression):
        factors = [int(word) for word in term.split(" × ")]
        product = factors[0] * (factors[1] if len(factors) == 2 else 1)
        total += -product if sign == "−" else product
    return str(total)


TAKES = ("sold", "thrown", "lent", "binder", "drive off", "towed", "eaten", "dug")


def count(story: str) -> str:
    """Sentence by sentence: two numbers are packs, "more" adds, a verb of loss takes."""
    opening, *changes = story.split(". ")
    total = 1
    for number in re.findall(r"\d+", opening):
        total *= int(number)
    for sentence in changes:
        (number,) = re.findall(r"\d+", sentence)
        adds, takes = "more" in sentence, any(word in sentence for word in TAKES)
        assert adds != takes, sentence
        total += int(number) if adds else -int(number)
    return str(total)


def kept(item: Item) -> str:
    where = dict(re.findall(r"The (\w+) is in the (\w+)", item.story))
    asked = re.findall(r"\w+", item.question)[-1]
    return where.get(asked) or next(thing for thing, place in where.items() if place == asked)


def compared(item: Item) -> str:
    sizes = re.findall(r"of ([A-Z]\w+) \D*(\d+)", item.story)
    ranked = [name for name, _ in sorted(sizes, key=lambda pair: int(pair[1]))]
    if any(word in item.question for word in ("highest", "largest", "longest")):
        ranked.reverse()
    return ranked["second" in item.question]


def in_a_row(item: Item) -> str:
    left_of = {(a, b) for a, b in re.findall(r"The (\w+) stands directly to the left of the (\w+)",
                                             item.story)}  # fmt: skip
    left_of |= {(a, b) for b, a in re.findall(
        r"The (\w+) stands directly to the right of the (\w+)", item.story)}  # fmt: skip
    after = dict(left_of)
    row = [next(a for a in after if a not in after.values())]
    while row[-1] in after:
        row.append(after[row[-1]])
    assert len(row) == 4
    return row[["first", "second", "third", "last"].index(re.findall(r"\w+", item.question)[-1])]


def moved(item: Item) -> str:
    hour = re.findall(r"\w+", item.question)[-1]
    sentence = next(one for one in item.story.split(".") if f"At {hour} o'clock" in one)
    return sentence.split()[-1]


def joined(item: Item) -> str:
    (town,) = re.findall(r"train to (\w+) wait", item.question)
    (time,) = re.findall(rf"to {town} leaves at (\d+:\d+)", item.story)
    (platform,) = re.findall(rf"The {time} train waits on platform (\d)", item.story)
    return platform


def ruled(item: Item) -> str:
    assert isinstance(item, SocialItem)
    follows: dict[str, Callable[[str], bool]] = {
        "capitals": str.isupper,
        "question mark": lambda line: line.endswith("?"),
        "three words": lambda line: len(line.split()) == 3,
        "number": lambda line: any(letter.isdigit() for letter in line),
    }
    (rule,) = [name for name in follows if name in item.story]
    (right,) = [line for line in item.options if follows[rule](line)]
    return right


def obeyed(item: Item) -> str:
    assert isinstance(item, SocialItem)
    number = 4 if "exactly four" in item.story else 5
    upper = "in capitals" in item.story
    assert upper or "in small letters" in item.story
    (right,) = [
        one for one in item.options if len(one.split()) == number and one.isupper() == upper
    ]
    return right


def written(item: Item) -> str:
    """The answer to an instruction that is written out."""
    _, line = item.story.split(": ")
    named = line.split()
    if "backwards" in item.question:
        return "".join(reversed(line))
    if "opposite" in item.question:
        return " ".join(reversed(named))
    if "begin with" in item.question:
        letter = item.question.split("begin with ")[1][0]
        return " ".join(word for word in named if word.startswith(letter))
    assert "exactly three words" in item.question
    return " ".join(named[:3] if "the first three" in item.question else named[-3:])


SOLVERS: dict[str, Callable[[Item], str]] = {
    **{kind: lambda item: calculate(item.story)
       for kind in ("sum", "chain", "product", "product_sum")},
    **{kind: lambda item: count(item.story) for kind in ("word_two", "word_three")},
    "thing": kept, "place": kept, "compare": compared, "row": in_a_row, "moves": moved,
    "join": joined, "rule": ruled, "both": obeyed,
    **dict.fromkeys(("backwards", "three_words", "opposite", "initial"), written),
}  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1000, 77777])
def test_every_answer_follows_from_the_text_by_a_second_computation(seed: int) -> None:
    items = make(seed)
    assert {item.meta["kind"] for item in items} == set(SOLVERS)
    for item in items:
        found = SOLVERS[item.meta["kind"]](item)
        if isinstance(item, SocialItem):
            assert [i for i, text in enumerate(item.options) if text == found] == [item.answer]
        else:
            assert item.accepted == (found,)


def test_worked_by_hand(items: list[Item]) -> None:
    by_id = {item.id: item for item in items}
    # 6 × 20 + 52 = 172. Left out the last step: 120. Ten too few: 162. Both: 110.
    item = by_id["control/arithmetic/3"]
    assert item.story == "Work this out: 6 × 20 + 52."
    assert isinstance(item, SocialItem)
    assert item.options[item.answer] == "172"
    assert sorted(item.options) == ["110", "120", "162", "172"]
    # 425 + 37 + 52 = 514.
    item = by_id["control/arithmetic/4"]
    assert item.story.startswith("A bakery has 425 rolls in the morning. 37 more rolls")
    assert isinstance(item, SocialItem)
    assert item.options[item.answer] == "514"


# Options tell nothing -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [0, 5])
def test_each_letter_is_right_four_times_in_each_kind(seed: int) -> None:
    found = Counter((one.meta["kind"], one.answer) for one in choices(make(seed)))
    assert len(found) == 14 * 4
    assert set(found.values()) == {4}


def test_every_shortcut_on_choices_scores_a_quarter_exactly(items: list[Item]) -> None:
    asked = choices(items)
    for rule in ("A", "B", "C", "D", "longest", "shortest"):
        for part in PARTS:
            right = 0.0
            for item in (one for one in asked if one.dimension == part):
                if rule in "ABCD":
                    right += item.letter == rule
                    continue
                pick = max if rule == "longest" else min
                best = pick(map(len, item.options))
                tied = [i for i, text in enumerate(item.options) if len(text) == best]
                right += (item.answer in tied) / len(tied)
            assert right == pytest.approx(sum(one.dimension == part for one in asked) / 4), rule


def test_the_right_number_is_of_every_rank_equally_often(items: list[Item]) -> None:
    ranks = Counter(
        sorted(map(int, item.options)).index(int(item.options[item.answer]))
        for item in choices(items)
        if item.dimension == "arithmetic"
    )
    assert ranks[0] == ranks[3] == 24
    assert ranks[1] + ranks[2] == 48


def test_options_of_a_reading_item_have_one_length_and_stand_in_its_text(
    items: list[Item],
) -> None:
    for item in choices(items):
        if item.dimension != "instructions":
            assert len({len(text) for text in item.options}) == 1
            assert all((text in item.story) == (item.dimension == "reading")
                       for text in item.options)  # fmt: skip


def test_a_slip_in_a_written_answer_is_no_right_answer(items: list[Item]) -> None:
    texts = [item for item in items if isinstance(item, OpenItem)]
    assert len(texts) == 64
    for item in texts:
        assert len(item.rejected) == 3
        assert len({plain(text) for text in (*item.accepted, *item.rejected)}) == 4


# The set ------------------------------------------------------------------------------------------


def test_the_set_keeps_the_contract_and_needs_no_data_folder(items: list[Item]) -> None:
    assert_contract("control", items)
    assert Counter(item.dimension for item in items) == dict.fromkeys(PARTS, 96)
    assert len(items) == benchmark("control").total
    assert load_benchmark("control", Path("no such folder")) == items


def test_no_two_items_are_alike_and_no_text_speaks_of_minds(items: list[Item]) -> None:
    asked = {(item.story, item.question, getattr(item, "options", ())) for item in items}
    assert len(asked) == len(items)
    minds = re.compile(r"\b(thinks?|knows?|believes?|wants?|feels?|hopes?|sees?|hears?)\b")
    assert not any(minds.search(f"{item.story} {item.question}") for item in items)


def test_the_items_are_the_same_byte_for_byte(items: list[Item]) -> None:
    text = "".join(
        json.dumps([item.id, item.story, item.question, *(
            (item.options, item.answer) if isinstance(item, SocialItem)
            else (item.accepted, item.rejected)
        )]) + "\n"
        for item in items
    )  # fmt: skip
    assert hashlib.sha256(text.encode()).hexdigest() == DIGEST


DIGEST = "b2c2c2233d8141a430d867cace6e00f483de41ead09a5145e1f8fb7f98bbbcb5"
"""Changes together with ``VERSION`` of the set."""


def test_an_item_depends_on_seed_plus_number_alone() -> None:
    assert [item.id for item in make(3, 2)][:2] == ["control/arithmetic/3", "control/arithmetic/4"]
    assert make(3, 1)[0] == make(0, 4)[3]


def test_the_figure_to_report_is_the_plain_mean_of_the_parts(items: list[Item]) -> None:
    figures = figures_of("control", items, "gold")
    assert list(figures)[:5] == ["parts_mean", *PARTS, "accuracy"]
    assert len(figures) == 5 + 18
    half = [item for item in items if item.dimension != "reading"]
    assert "reading" not in figures_of("control", half, "gold")
    # Right in arithmetic alone: (1 + 0 + 0) / 3; accuracy 96 / 288.
    rows = [Scored(item, (float(item.dimension == "arithmetic"),), (None,)) for item in items]
    found = {figure.name: figure.interval.value for figure in metrics(rows)}
    assert found["parts_mean"] == pytest.approx(1 / 3)
    assert (found["arithmetic"], found["reading"], found["instructions"]) == (1.0, 0.0, 0.0)
    assert found["arithmetic/word_three"] == 1.0
