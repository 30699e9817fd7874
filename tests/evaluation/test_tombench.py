"""The traps of ToMBench, in rows of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import load_benchmark
from social_r1.evaluation.benchmarks.tombench import ABILITY, ANSWER, TASKS
from social_r1.items import SocialItem

NAN = float("nan")


def row(options: tuple[Any, ...], answer: str, **changes: Any) -> dict[str, Any]:
    """One row with both languages; missing options are the bare token NaN."""
    filled = (*options, *[NAN] * (4 - len(options)))
    fields = {
        ABILITY: "Belief: Location false beliefs", "序号\nINDEX": 1,
        "STORY": "Nadia hid a scarf in the hamper.", "QUESTION": "Where will Tariq look?",
        "故事": "-", "问题": "-", ANSWER: answer,
        **{f"OPTION-{letter}": text for letter, text in zip("ABCD", filled, strict=True)},
        **{f"选项{letter}": text if text is NAN else "-"
           for letter, text in zip("ABCD", filled, strict=True)},
    }  # fmt: skip
    return fields | changes


def load(tmp_path: Path, task: str, *rows: dict[str, Any]) -> list[SocialItem]:
    """Items of a folder in which one task holds these rows and every other one a plain row."""
    folder = tmp_path / "tombench" / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for name in TASKS:
        told = rows if name == task else (row(("x", "y"), "A", STORY=f"Of {name}."),)
        text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in told)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    return [i for i in load_benchmark("tombench", tmp_path) if i.meta["task"] == task]


TASK = "False Belief Task"


def test_missing_options_are_left_out(tmp_path: Path) -> None:
    [item] = load(tmp_path, TASK, row(("the hamper", "the tin"), "B"))
    assert item.options == ("the hamper", "the tin")
    assert item.answer == 1
    assert (item.dimension, item.meta["ability"], item.meta["order"]) == (
        "Belief", "Location false beliefs", 1,
    )  # fmt: skip


def test_an_answer_with_a_point_behind_it_is_read(tmp_path: Path) -> None:
    [item] = load(tmp_path, TASK, row(("yes", "no"), "A. "))
    assert item.answer == 0


def test_letters_are_taken_off_only_where_they_name_their_own_slot(tmp_path: Path) -> None:
    options = ("A handbag", "B. A belt", "C:a cap", "A. A hood")
    [item] = load(tmp_path, TASK, row(options, "B"))
    assert item.options == ("A handbag", "A belt", "a cap", "A. A hood")


def test_an_option_that_stands_twice_is_offered_once(tmp_path: Path) -> None:
    [item] = load(tmp_path, TASK, row(("angry", "glad", "angry", "sad"), "D"))
    assert item.options == ("angry", "glad", "sad")
    assert item.options[item.answer] == "sad"


def test_a_row_whose_languages_do_not_fit_together_is_left_out(tmp_path: Path) -> None:
    odd = row(("a", "b", "c", "d"), "A", 选项C=NAN, 选项D=NAN)
    assert load(tmp_path, TASK, odd, row(("a", "b"), "A")) == load(
        tmp_path, TASK, row(("a", "b"), "A")
    )


@pytest.mark.parametrize(
    ("raw", "dimension", "ability"),
    [
        ("Non-literal communication: White lies", "Non-literal", "White lies"),
        ("Non-Literal Communication: Humor", "Non-literal", "Humor"),
        ("Knowledge: Information-knowledge links ", "Knowledge", "Information-knowledge links"),
        ("Belief: Content false beliefs Belief: Second-order beliefs", "Belief",
         "Second-order beliefs"),
    ],
)  # fmt: skip
def test_spellings_of_abilities_are_made_one(
    tmp_path: Path, raw: str, dimension: str, ability: str
) -> None:
    [item] = load(tmp_path, TASK, row(("a", "b"), "A", **{ABILITY: raw}))
    assert (item.dimension, item.meta["ability"]) == (dimension, ability)


def test_ids_come_from_the_words_and_do_not_shift(tmp_path: Path) -> None:
    first, second = row(("a", "b"), "A"), row(("a", "b"), "A", STORY="Another one.")
    both = load(tmp_path, TASK, first, second)
    assert load(tmp_path, TASK, second) == both[1:]
    assert both[0].group != both[1].group


@pytest.mark.parametrize("changes", [{ANSWER: "E"}, {ANSWER: "D"}, {ABILITY: "Belief"}])
def test_a_broken_row_is_named_with_its_line(tmp_path: Path, changes: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"False Belief Task\.jsonl:1: .*repair"):
        load(tmp_path, TASK, row(("a", "b"), "A") | changes)


def test_the_authors_files_have_their_known_make_up(benchmarks_dir: Path) -> None:
    if not (benchmarks_dir / "tombench").is_dir():
        pytest.skip("no tombench/ in the data folder")
    items = load_benchmark("tombench", benchmarks_dir)
    assert {item.dimension for item in items} == {
        "Belief", "Desire", "Emotion", "Intention", "Knowledge", "Non-literal",
    }  # fmt: skip
    assert len({item.meta["ability"] for item in items}) == 32
    assert len({item.meta["task"] for item in items}) == 20
    assert {len(item.options) for item in items} == {2, 3, 4}
