"""MotiveBench, in rows of our own: three questions a row, six fixed orders, a first character."""

from __future__ import annotations

import ast
import json
import random
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, load_benchmark
from social_r1.evaluation.benchmarks.motivebench import NATIVE, ORDERS, metrics
from social_r1.evaluation.shortcuts import play
from social_r1.evaluation.types import Completion, EvalConfig, Item, Scored
from social_r1.items import SocialItem

from .contract import assert_contract, figures_of, framed, public, read_value

WHY = ("to rest", "to win a bet", "to see Kim's boat", "to eat", "to hide", "to read in peace")
WHAT = ("sleeps", "counts the boats", "waves", "cooks", "runs home", 'opens a "book"')
BOTH = ("rest; sleep", "bet; count", "boat; wave", "food; cook", "fear; run", "peace; open a book")


def row_of(idx: int, answers: str = "BCF") -> dict[str, Any]:
    """A row of ours in the authors' schema; ``answers`` are the letters of its three questions."""
    questions = {
        "Motivation Reasoning Question": f"Lena, {idx}, went to the lake at dawn. Why did she go?",
        "Behavior Reasoning Question": f"Lena ({idx}) wanted peace.\nWhat does she do at the lake?",
        "Motivation and Behavior Reasoning Question": f"Lena number {idx} is at the lake. Choose.",
    }
    row: dict[str, Any] = {"idx": idx}
    for number, ((key, text), options) in enumerate(
        zip(questions.items(), (WHY, WHAT, BOTH), strict=True), 1
    ):
        row[key] = text
        row[f"Options {number}"] = [f"{'ABCDEF'[i]}. {told}" for i, told in enumerate(options)]
        row[f"Correct Answer {number}"] = answers[number - 1]
    return row


def write(folder: Path, second: str = "Blog", file: str = "", **rows: list[dict[str, Any]]) -> Path:
    """The three files; ``second`` names the folder of the second part."""
    parts = {"Amazon": [row_of(0)], "Blog": [row_of(0)], "Persona": [row_of(0), row_of(1)]} | rows
    for part, told in parts.items():
        place = second if part == "Blog" else part
        name = (file or place) if part == "Blog" else part
        path = folder / "motivebench" / place / f"{name}_questions.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
    return folder


def load(folder: Path, *args: str, **rows: list[dict[str, Any]]) -> list[SocialItem]:
    items = load_benchmark("motivebench", write(folder, *args, **rows))
    return [item for item in items if isinstance(item, SocialItem)]


# Reading the files --------------------------------------------------------------------------------


def test_the_contract_is_kept(tmp_path: Path) -> None:
    items = load(tmp_path)
    assert len(items) == 4 * 3
    assert_contract("motivebench", items)


def test_numbers_start_anew_in_each_file_and_ids_do_not_clash(tmp_path: Path) -> None:
    items = load(tmp_path)
    assert [item.id for item in items if item.dimension == "Q1"] == [
        "motivebench/Amazon/0/q1", "motivebench/Blog/0/q1",
        "motivebench/Persona/0/q1", "motivebench/Persona/1/q1",
    ]  # fmt: skip
    assert [item.dimension for item in items[:3]] == ["Q1", "Q2", "Q3"]
    assert len({item.group for item in items}) == 4


def test_ids_do_not_depend_on_the_other_rows(tmp_path: Path) -> None:
    (tmp_path / "part").mkdir()
    whole = {item.id for item in load(tmp_path)}
    part = {item.id for item in load(tmp_path / "part", Persona=[row_of(1)])}
    assert part < whole


@pytest.mark.parametrize(("folder", "file"), [("Blog", ""), ("Yelp", ""), ("Yelp", "Blog")])
def test_the_second_part_may_be_called_blog_or_yelp(tmp_path: Path, folder: str, file: str) -> None:
    items = load(tmp_path, folder, file)
    assert [item.id for item in items[3:6]] == [f"motivebench/Blog/0/q{i}" for i in (1, 2, 3)]
    assert items[3].meta["part"] == "Blog"


def test_options_lose_their_letters_and_answers_are_letters(tmp_path: Path) -> None:
    why, what, both = load(tmp_path)[:3]
    assert (why.options, why.answer) == (WHY, 1)
    assert what.options[what.answer] == "waves"
    assert both.options[both.answer] == "peace; open a book"


def test_an_option_that_merely_begins_like_a_letter_keeps_its_words(tmp_path: Path) -> None:
    row = row_of(0) | {"Options 1": ["A. B. King's book", *row_of(0)["Options 1"][1:]]}
    assert load(tmp_path, Amazon=[row])[0].options[0] == "B. King's book"
    bare = row_of(0) | {"Options 1": ["A. Smith", "tea", "B. Jones", "milk", "rum", "soup"]}
    assert load(tmp_path, Amazon=[bare])[0].options[0] == "A. Smith"


def test_each_question_has_its_own_story_and_its_last_sentence_asks(tmp_path: Path) -> None:
    why, what, both = load(tmp_path)[:3]
    assert (why.story, why.question) == ("Lena, 0, went to the lake at dawn.", "Why did she go?")
    assert (what.story, what.question) == (
        "Lena (0) wanted peace.", "What does she do at the lake?",
    )  # fmt: skip
    assert both.story == "Lena number 0 is at the lake. Choose."
    assert both.question == "Which of the options fits best?"


def test_equal_options_are_one_and_are_marked(tmp_path: Path) -> None:
    row = row_of(0) | {"Options 2": [f"{letter}. wave" for letter in "ABCDE"] + ["F. run"]}
    found = load(tmp_path, Amazon=[row])[1]
    assert (found.options, found.answer) == (("wave", "run"), 0)
    assert found.meta["fault"] == "two options are equal"


def test_a_number_that_comes_twice_is_told_apart(tmp_path: Path) -> None:
    other = row_of(0) | {"Motivation Reasoning Question": "Omar left. Why?"}
    items = load(tmp_path, Amazon=[row_of(0), other])
    assert len({item.id for item in items}) == len(items) == 5 * 3


@pytest.mark.parametrize("part", ["Amazon", "Blog", "Persona"])
def test_a_missing_file_is_named(tmp_path: Path, part: str) -> None:
    write(tmp_path)
    (tmp_path / "motivebench" / part / f"{part}_questions.json").unlink()
    with pytest.raises(InputError, match=f"lacks {part}/{part}_questions.json.*repair"):
        load_benchmark("motivebench", tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"Correct Answer 2": "G"},
        {"Correct Answer 2": ""},
        {"Options 3": None},
        {"Motivation Reasoning Question": 3},
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(InputError, match=r"Persona_questions\.json\[1\]: not a MotiveBench row"):
        load(tmp_path, Persona=[row_of(0), row_of(1) | change])


@pytest.mark.parametrize("text", ["{", '{"0": []}'])
def test_a_file_that_is_no_array_is_named(tmp_path: Path, text: str) -> None:
    path = write(tmp_path) / "motivebench" / "Amazon" / "Amazon_questions.json"
    path.write_text(text)
    with pytest.raises(InputError, match=r"Amazon_questions\.json: not .*repair"):
        load_benchmark("motivebench", tmp_path)


# The authors' protocol ----------------------------------------------------------------------------


def test_each_question_is_asked_in_the_six_orders_as_a_python_list(tmp_path: Path) -> None:
    items = load(tmp_path)[:3]
    asks = NATIVE.ask(items, EvalConfig(orders=1, seed=3), "sip")
    assert len(asks) == 3 * 6
    shown: list[list[str]] = []
    for ask in asks[:6]:
        text = ask.messages[-1]["content"]
        assert "Lena, 0, went to the lake at dawn. Why did she go?" in text
        assert "one character" in text
        literal = next(line for line in text.splitlines() if line.startswith("Options: "))
        shown.append(ast.literal_eval(literal.removeprefix("Options: ")))
    assert shown[0] == [f"{'ABCDEF'[i]}. {told}" for i, told in enumerate(WHY)]
    # Third order, [3, 1, 6, 5, 4, 2]: the right option, number 2, comes last.
    assert shown[2] == [
        "A. to see Kim's boat", "B. to rest", "C. to read in peace",
        "D. to hide", "E. to eat", "F. to win a bet",
    ]  # fmt: skip
    assert asks[2].item.letter == "F"  # type: ignore[union-attr]
    assert all(sorted(order) == [1, 2, 3, 4, 5, 6] for order in ORDERS)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("B", 1), (" B", 1), ("B. to win a bet", 1), ("Because of the bet", 1),
        ("The answer is B.", 0), ("(B)", 0), ("", 0), ("答案是B", 0), ("A or B", 0),
        ("b", 1), ("**B**", 1), ("'B'", 1), ('"b". ', 1), (".B", 1), ("'*b", 1), ("*'b", 0),
        ("nb", 1), ("saint\n b", 1), ("answer: B", 0), ("\n\nB\n", 1),
    ],
)  # fmt: skip
def test_the_first_character_is_the_answer_whatever_it_is(
    tmp_path: Path, text: str, value: int
) -> None:
    assert read_value(NATIVE, load(tmp_path)[0], text) == value


def test_a_letter_that_is_no_option_is_counted(tmp_path: Path) -> None:
    ask = NATIVE.ask(load(tmp_path)[:1], EvalConfig(), "sip")[0]
    reasons = [NATIVE.read(ask, Completion(text)).reason for text in ("T", " ", "F", "G", "a")]
    assert reasons == ["not_an_option", "empty", "ok", "not_an_option", "empty"]


def test_all_three_right_is_taken_order_by_order(tmp_path: Path) -> None:
    # Gold is 2, 3 and 6 in each row. Always A meets option 1, 6, 3, 2, 5, 4 in the six orders: Q1
    # is right in the fourth, Q2 in the third, Q3 in the second, and never all three at once.
    items: list[Item] = [*load(tmp_path)]
    figures = figures_of("motivebench", items, "A", NATIVE)
    sixth = pytest.approx(1 / 6)
    assert figures == {
        "all_three": 0.0, "Q1": sixth, "Q2": sixth, "Q3": sixth, "accuracy": sixth,
        **{f"{part} {kind}": sixth
           for part in ("Amazon", "Blog", "Persona") for kind in ("Q1", "Q2", "Q3")},
        **{f"{part} all_three": 0.0 for part in ("Amazon", "Blog", "Persona")},
        "consistency": 0.0,
    }  # fmt: skip
    assert next(iter(figures)) == "all_three"


def test_right_in_half_of_the_orders_counts_half(tmp_path: Path) -> None:
    # Row 0 of Amazon alone: Q1 and Q2 always right, Q3 right in the orders 1, 2 and 3.
    items: list[Item] = [*load(tmp_path)[:3]]
    runs = [(1.0,) * 6, (1.0,) * 6, (1.0, 1.0, 1.0, 0.0, 0.0, 0.0)]
    scored = [Scored(item, run, (None,) * 6) for item, run in zip(items, runs, strict=True)]
    values = {figure.name: figure.interval.value for figure in metrics(scored)}
    assert (values["all_three"], values["Amazon all_three"], values["Q3"]) == (0.5, 0.5, 0.5)
    assert "Blog Q1" not in values


def test_a_random_answer_is_right_once_in_six(tmp_path: Path) -> None:
    items: list[Item] = [*load(tmp_path, Persona=[row_of(i) for i in range(40)])]
    figures = figures_of("motivebench", items, "random", NATIVE)
    assert figures["accuracy"] == pytest.approx(1 / 6, abs=0.05)
    assert figures["all_three"] < 0.05


def test_under_our_protocol_the_orders_are_seeded(tmp_path: Path) -> None:
    items: list[Item] = [*load(tmp_path)]
    one = figures_of("motivebench", items, "A", orders=1)
    assert "consistency" not in one
    assert figures_of("motivebench", items, "A", orders=6) != figures_of(
        "motivebench", items, "A", orders=6, seed=1
    )


def by_the_description(text: str, right: str) -> float:
    """Second implementation of the authors' rule: what stands in front is skipped, kind by kind."""
    signs = list(text)
    while signs and signs[-1] in "asitn\n":  # the end first: "a" alone leaves nothing
        signs.pop()
    for skipped in ("asitn\n", None, ".", "'", '"', "*"):
        while signs and (signs[0].isspace() if skipped is None else signs[0] in skipped):
            signs.pop(0)
    return float(bool(signs) and signs[0].upper() == right)


def outputs(rng: random.Random) -> str:
    """A varied model output: clean, chatty, several letters, lower case, Chinese, empty, cut."""
    letter, other = rng.choice("ABCDEF"), rng.choice("ABCDEFG")
    return rng.choice([
        letter, letter, f"{letter}.", f" {letter}", f"\n{letter}\n", f"({letter})", f"'{letter}'",
        f"{letter}. to rest", f"{letter} or {other}", f"{other}\n{letter}", letter.lower(),
        f"The answer is {letter}.", f"Answer: {letter}", f"答案是{letter}", f"{letter}。", "",
        "   ", "None", "Because", "All of them", "Food", f"<think>{letter}", f"**{letter}**",
        f"<think>x</think>{letter}", f"[{letter}]", f"{other}{letter}", "Definitely", "Ｂ",
        f"Considering it all\n{letter}", "\u3000" + letter,
    ])  # fmt: skip


def test_native_scoring_agrees_with_a_second_implementation(tmp_path: Path) -> None:
    rng = random.Random(0)
    asks = NATIVE.ask(load(tmp_path), EvalConfig(), "sip")
    seen: set[tuple[str, float]] = set()
    for _ in range(1500):
        ask, text = rng.choice(asks), framed(rng, outputs(rng))
        # The right letter as the description has it: the place of the option in the fixed order.
        gold = {"Q1": 2, "Q2": 3, "Q3": 6}[ask.item.dimension]
        right = "ABCDEF"[ORDERS[ask.order].index(gold)]
        value = NATIVE.read(ask, Completion(text)).value
        assert value == by_the_description(text, right), text
        seen.add((text, value))
    assert len({text for text, _ in seen}) >= 200


def test_the_mean_over_the_orders_agrees_with_a_second_implementation(tmp_path: Path) -> None:
    answers = ["BCF", "ABC", "DDD", "FAB", "BBB"]
    rows = [row_of(i, letters) for i, letters in enumerate(answers)]
    items: list[Item] = [*load(tmp_path, Amazon=rows, Blog=[], Persona=[])]
    asks = NATIVE.ask(items, EvalConfig(), "sip")
    for rule in "ABCDEF":
        together = 0.0
        for order in ORDERS:
            said = "ABCDEF"[order["ABCDEF".index(rule)] - 1]
            together += sum(letters == 3 * said for letters in answers) / len(answers)
        figures = metrics(play(items, asks, NATIVE, rule))
        assert figures[0].interval.value == pytest.approx(together / 6)


# The public files ---------------------------------------------------------------------------------


def test_the_public_set_is_whole_and_its_shortcuts_are_as_measured() -> None:
    items = public("motivebench")
    assert len(items) == benchmark("motivebench").total
    assert_contract("motivebench", items)
    first = [ask for ask in NATIVE.ask(items, EvalConfig(), "sip") if ask.order == 0]
    measured = {
        rule: {f.name: f.interval.value for f in metrics(play(items, first, NATIVE, rule))}
        for rule in ("B", "longest", "shortest")
    }
    table = {
        "B": (0.34, 0.36, 0.37), "longest": (0.32, 0.34, 0.37), "shortest": (0.08, 0.13, 0.10),
    }  # fmt: skip
    for rule, values in table.items():
        for kind, value in zip(("Q1", "Q2", "Q3"), values, strict=True):
            assert measured[rule][kind] == pytest.approx(value, abs=0.03), (rule, kind)
