"""ExploreToM: two texts of a story, binary questions as choices, places as words."""

from __future__ import annotations

import json
import random
import string
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, choices, load_benchmark
from social_r1.evaluation.protocols import protocol_of
from social_r1.evaluation.types import Completion, EvalConfig, Item, OpenItem
from social_r1.items import SocialItem
from social_r1.records import write_jsonl

from .contract import assert_contract, figures_of, framed, public

NATIVE = protocol_of("exploretom/native")

STORY: dict[str, Any] = {
    "story_id": "exploretom-7",
    "story_structure": "Nadia entered the barn. Nadia moved the kite to the tin box, which is also "
    "located in the barn. Nadia moved the kite to the big sack, which is also located in the barn.",
    "infilled_story": "Rain fell on the barn. Nadia hid her kite, twice.",
    "sprop=is_false_belief_story_1st": False,
    "param=story_type": "tomi",
    "param=num_people": 2,
}


def question(text: str, answer: str, order: int, what: str, **more: str) -> dict[str, Any]:
    """A row of ours."""
    return {
        "row": 3, "story_id": "exploretom-7", "question": text, "expected_answer": answer,
        "qprop=params": f"(['Nadia'], 'kite', '{what}')", "qprop=nth_order": order,
        "qprop=non_unique_mental_state": True, **more,
    }  # fmt: skip


KNOWS = (
    "What does Bo think about Nadia's belief on kites? (knows about it / does not know about it)"
)
ROWS = [
    question("In which container is the kite now?", "big sack", -1,
             "ground_truth-container_location"),
    question("In which room will Nadia search for the kite?", "barn", 1, "room_location-True"),
    question("Does Nadia know about kites? Answer yes or no.", "yes", 1, "<knowledge>-True"),
    question(KNOWS, "does not know about it", 2, "<knowledge>-False"),
    question("In which container was the kite before Nadia moved the kite?", "tin box", -1,
             "memory_before_event-container_location"),
    question("In which container was the kite before Nadia moved the kite?", "big sack", -1,
             "memory_before_event-container_location"),
    question("In which room will Nadia search for the kite?", "barn", 1, "room_location-True",
             infilled_story_variant="Another telling of it."),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "exploretom").mkdir()
    write_jsonl(tmp_path / "exploretom" / "stories.jsonl", [STORY])
    write_jsonl(tmp_path / "exploretom" / "questions.jsonl", ROWS)
    return tmp_path


def test_binary_questions_have_options_and_places_are_named(folder: Path) -> None:
    items = load_benchmark("exploretom", folder)
    assert_contract("exploretom", items)
    sack, barn, yes, knows = items[:4]
    assert isinstance(sack, OpenItem)
    assert (sack.accepted, sack.rejected) == (("big sack",), ("tin box",))
    assert isinstance(barn, OpenItem)
    assert (barn.rejected, barn.meta["candidates"]) == ((), 1)
    assert isinstance(yes, SocialItem)
    assert (yes.question, yes.options, yes.answer) == (
        "Does Nadia know about kites?", ("yes", "no"), 0,
    )  # fmt: skip
    assert isinstance(knows, SocialItem)
    assert (knows.question, knows.answer) == (KNOWS.split(" (")[0], 1)
    assert [item.meta["order"] for item in items[:4]] == [
        "memory", "first_order", "first_order", "second_order",
    ]  # fmt: skip


def test_all_rows_are_kept_and_a_question_with_two_answers_is_marked(folder: Path) -> None:
    items = load_benchmark("exploretom", folder)
    assert len(items) == 7
    assert items[5].id == f"{items[4].id}-2"
    assert items[6].id == f"{items[1].id}-2"
    marked = ["fault" in item.meta for item in items]
    assert marked == [False, False, False, False, True, True, False]


def test_the_infilled_set_tells_the_same_questions_on_the_told_text(folder: Path) -> None:
    raw, told = (load_benchmark(f"exploretom{end}", folder) for end in ("", "_infilled"))
    assert_contract("exploretom_infilled", told)
    assert {item.story for item in raw} == {STORY["story_structure"]}
    assert [item.story for item in told] == 6 * [STORY["infilled_story"]] + [
        "Another telling of it."
    ]
    assert [item.question for item in raw] == [item.question for item in told]
    assert told[0].id == raw[0].id.replace("exploretom/", "exploretom_infilled/")


def test_native_asks_binary_questions_in_the_authors_words(folder: Path) -> None:
    items = NATIVE.prepare(load_benchmark("exploretom", folder))
    assert [item.question for item in items] == [row["question"] for row in ROWS]
    asks = NATIVE.ask(items, EvalConfig(), "sip")
    assert len(asks) == 7
    assert asks[2].messages[-1]["content"].endswith(f"{ROWS[2]['question']} Short Answer.")
    assert isinstance(items[3], OpenItem)
    assert items[3].rejected == ("knows about it",)


def test_an_answer_that_contains_the_right_one_is_a_figure_of_its_own(folder: Path) -> None:
    asks = NATIVE.ask(NATIVE.prepare(load_benchmark("exploretom", folder)), EvalConfig(), "sip")
    for text, value, contained in (
        ("Big sack.", 1, 1), ("the big sack", 0, 1), ("tin box or big sack", 0, 1),
        ("tin box", 0, 0),
    ):  # fmt: skip
        found = NATIVE.read(asks[0], Completion(text))
        assert (found.value, found.details["contained"]) == (value, contained), text
    assert NATIVE.read(asks[0], Completion("")).reason == "empty"


def test_a_broken_row_is_named(folder: Path) -> None:
    path = folder / "exploretom" / "questions.jsonl"
    path.write_text(path.read_text().replace('"qprop=nth_order": 2', '"qprop=nth_order": 7'))
    with pytest.raises(InputError, match=r"questions\.jsonl:4: not an ExploreToM row"):
        load_benchmark("exploretom", folder)


def by_the_description(text: str, right: str) -> float:
    """Second implementation: words in lower case, `_` a space, without marks, all the same."""
    text = text.split("</think>")[-1]

    def words(one: str) -> list[str]:
        kept = [" " if letter == "_" else letter for letter in one.lower()]
        return "".join(letter for letter in kept if letter not in string.punctuation).split()

    return float(words(text) == words(right))


def outputs(rng: random.Random, item: Item) -> str:
    """A varied model output."""
    assert isinstance(item, OpenItem)
    one = rng.choice([item.accepted[0], *item.rejected, "yes", "no"])
    return rng.choice([
        one, one.title(), f"{one}.", f"the {one}", f"{one.replace(' ', '_')}", f'"{one}"', "",
        f"Nadia will search in the {one}.", f"**{one}**", f"<think>{one}", "A", f"答案：{one}",
        f"<think>hm</think> {one}!", f"{one}\n{one}", f"{one} ", f"not {one}", "I do not know",
        one.replace(" ", "  "), f"({one})", f"{one}, or else", f"{rng.choice('ab')}) {one}",
    ])  # fmt: skip


def test_native_reading_agrees_with_a_second_implementation(folder: Path) -> None:
    asks = NATIVE.ask(NATIVE.prepare(load_benchmark("exploretom", folder)), EvalConfig(), "sip")
    rng = random.Random(0)
    seen = set()
    for _ in range(1500):
        ask = rng.choice(asks)
        text = framed(rng, outputs(rng, ask.item))
        assert isinstance(ask.item, OpenItem)
        value = NATIVE.read(ask, Completion(text)).value
        assert value == by_the_description(text, ask.item.accepted[0]), text
        seen.add((ask.item.accepted[0], text, value))
    assert len({text for _, text, _ in seen}) >= 200
    assert sum(value for *_, value in seen) > 30


@pytest.mark.parametrize("name", ["exploretom", "exploretom_infilled"])
def test_the_public_set_is_whole_and_yes_stands_five_to_one(name: str) -> None:
    items = public(name)
    assert len(items) in (10744, benchmark(name).total)
    assert len({item.id for item in items}) == len(items)
    assert_contract(name, items[::9], orders=1)
    forms = Counter(item.meta["form"] for item in items)
    whole = {"yes_no": 2936 + 537, "knowledge": 2608 + 2050}
    for form, count in whole.items():
        assert forms[form] / len(items) == pytest.approx(count / 13309, abs=0.03)
    assert {type(item) for item in items} == {SocialItem, OpenItem}
    # "yes" and "does not know about it" are the longer ones.
    longest = figures_of(name, choices(items), "longest")
    assert longest["yes_no"] == pytest.approx(2936 / 3473, abs=0.02)
    assert longest["knowledge"] == pytest.approx(2608 / 4658, abs=0.02)
    chance = figures_of(name, choices(items), "random")
    assert chance["accuracy"] == pytest.approx(0.5, abs=0.03)
    alone = [item for item in items if item.meta.get("candidates") == 1]
    assert len(alone) / forms["place"] == pytest.approx(0.51, abs=0.03)


def test_columns_with_an_equals_sign_are_read_by_their_names(folder: Path) -> None:
    text = (folder / "exploretom" / "stories.jsonl").read_text()
    assert json.loads(text)["param=num_people"] == 2
    meta = load_benchmark("exploretom", folder)[0].meta
    assert (meta["people"], meta["story_type"], meta["false_belief"]) == (2, "tomi", False)
