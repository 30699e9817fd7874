"""BigToM: six aligned files, pairs of beliefs, and a key that is found anywhere."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, choices, load_benchmark
from social_r1.evaluation.benchmarks.bigtom import FILES, NATIVE, QUESTIONS, metrics
from social_r1.evaluation.types import Completion, EvalConfig, Scored

from .contract import assert_contract, figures_of, framed, public


def line_of(name: str, asked: str, belief: str) -> str:
    """One line of ours; the texts of both beliefs are the same, their order is not."""
    wet, dry = f"{name} thinks the tent is wet.", f"{name} thinks the tent is dry."
    end = "sees the rain" if belief == "true" else "sleeps through the rain"
    right, wrong = (wet, dry) if belief == "true" else (dry, wet)
    story = f'{name} pitched a "dry" tent. {name} {end} before the {asked.replace("_", " ")}.'
    return f"{story};Is the tent wet for {name}?;{right};{wrong}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, ["Nadia", "Tariq", "Bela"])
    return tmp_path


def write(folder: Path, names: list[str]) -> None:
    (folder / "bigtom").mkdir(exist_ok=True)
    for (asked, belief), file in FILES.items():
        lines = "".join(line_of(name, asked, belief) for name in names)
        (folder / "bigtom" / file).write_text(lines)


def test_row_i_of_all_six_files_is_one_group(folder: Path) -> None:
    items = choices(load_benchmark("bigtom", folder))
    assert_contract("bigtom", items)
    assert len(items) == 18
    first = [item for item in items if item.group == items[0].group]
    assert [item.dimension for item in first] == [
        "forward_belief_true", "forward_belief_false", "forward_action_true",
        "forward_action_false", "backward_belief_true", "backward_belief_false",
    ]  # fmt: skip
    assert all(item.story.startswith('Nadia pitched a "dry" tent.') for item in first)


def test_names_do_not_depend_on_which_rows_a_copy_holds(folder: Path) -> None:
    before = {item.id for item in load_benchmark("bigtom", folder)}
    write(folder, ["Ivo", "Tariq", "Zeno", "Nadia"])
    after = {item.id for item in load_benchmark("bigtom", folder)}
    assert len(before & after) == 12  # six questions of each of Nadia and Tariq


def test_both_beliefs_count_as_a_pair(folder: Path) -> None:
    items = load_benchmark("bigtom", folder)
    # Right on every true belief, and of the false ones on Nadia's (the first row) alone.
    nadia = items[0].group
    scored = [
        Scored(item, (float(item.meta["belief"] == "true" or item.group == nadia),), (0,))
        for item in items
    ]
    found = {figure.name: figure.interval for figure in metrics(scored)}
    assert list(found)[:4] == [
        "both_beliefs", "forward_belief_both", "forward_action_both", "backward_belief_both",
    ]  # fmt: skip
    assert (found["both_beliefs"].value, found["both_beliefs"].n) == (pytest.approx(3 / 9), 9)
    assert (found["forward_action_both"].value, found["forward_action_both"].n) == (
        pytest.approx(1 / 3), 3,
    )  # fmt: skip
    assert found["backward_belief_true"].value == 1.0
    assert found["accuracy"].value == pytest.approx(12 / 18)


def test_files_of_different_lengths_and_cut_lines_are_named(folder: Path) -> None:
    path = folder / "bigtom" / FILES["forward_action", "false"]
    whole = path.read_text()
    path.write_text(whole.split("\n", 1)[1])
    with pytest.raises(InputError, match=r"lengths are .*forward_action_false.*repair"):
        load_benchmark("bigtom", folder)
    path.write_text(whole.replace(";Is the", ",Is the", 1))
    with pytest.raises(InputError, match=r"stories\.csv:1: 3 fields"):
        load_benchmark("bigtom", folder)


def test_a_byte_order_mark_is_no_word_of_the_story_and_other_bytes_are_named(folder: Path) -> None:
    items = load_benchmark("bigtom", folder)
    for name in FILES.values():
        path = folder / "bigtom" / name
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_benchmark("bigtom", folder) == items
    path.write_bytes(b"Nadia\xff")
    with pytest.raises(InputError, match=r"stories\.csv: not UTF-8 at byte 5 .*repair"):
        load_benchmark("bigtom", folder)


def test_native_shows_two_lettered_sentences_in_a_seeded_order(folder: Path) -> None:
    items = load_benchmark("bigtom", folder)
    asks = NATIVE.ask(items, EvalConfig(), "sip")
    assert {ask.places for ask in asks} == {(0, 1), (1, 0)}
    again = NATIVE.ask(items[:3], EvalConfig(), "sip")
    assert [ask.places for ask in again] == [ask.places for ask in asks[:3]]
    lines = asks[0].messages[1]["content"].split("\n")
    assert lines[-3] == "Choose one of the following:"
    assert (lines[-2][:2], lines[-1][:2]) == ("a)", "b)")


def test_an_answer_with_both_keys_is_right_as_the_authors_count(folder: Path) -> None:
    for ask in NATIVE.ask(load_benchmark("bigtom", folder), EvalConfig(), "sip"):
        assert NATIVE.read(ask, Completion("Not a) but b)")).value == 1.0
        unread = NATIVE.read(ask, Completion("The tent is wet."))
        assert (unread.pick, unread.value, unread.reason) == (None, 0.0, "no_letter")


def by_the_description(text: str, right: str) -> float:
    """Second implementation: is the right letter, with its bracket, in the lower-cased output?"""
    text = text.split("</think>")[-1]
    return float(text.lower().count(f"{right})") > 0)


def test_native_reading_agrees_with_a_second_implementation(folder: Path) -> None:
    asks = NATIVE.ask(load_benchmark("bigtom", folder), EvalConfig(), "sip")
    rng = random.Random(0)
    seen = set()
    for number in range(1500):
        ask, letter, other = rng.choice(asks), rng.choice("ab"), rng.choice("ab")
        text = rng.choice([
            f"Answer:{letter}) it is so", f"{letter})", f"({letter})", f"{letter.upper()})", letter,
            f"{letter}.", f"Answer: {letter}", f"I think {letter}) and not {other})", "", " \n",
            f"答案是{letter}）", f"答案：{letter})", f"<think>perhaps {other})", "A nice idea)",
            f"<think>{other})</think>{letter})", f"**{letter})** {number}", "Nadia knows",
            f"{letter} ) {number}", f"option {number % 9}{letter})", f"Bob) {number % 9}",
        ])  # fmt: skip
        text = framed(rng, text)
        right = "ab"[ask.places.index(0)]
        value = NATIVE.read(ask, Completion(text)).value
        assert value == by_the_description(text, right), text
        seen.add((text, right, value))
    assert len({text for text, *_ in seen}) >= 200


def test_the_public_set_is_whole_and_texts_alone_decide_no_pair() -> None:
    items = public("bigtom")
    assert len(items) in (996, benchmark("bigtom").total)
    assert_contract("bigtom", items, orders=1)
    assert len({item.group for item in items}) == len(items) / 6
    for rule in ("longest", "shortest"):
        found = figures_of("bigtom", items, rule)
        # The same two sentences stand under both beliefs, so their length says nothing of a pair
        # (a quarter of the few pairs of equal length falls to chance).
        assert found["both_beliefs"] < 0.03
        assert found["accuracy"] == pytest.approx(0.5, abs=0.03)
    # The action that fits the true belief is the longer one in two of three stories.
    longest = figures_of("bigtom", items, "longest", NATIVE)
    assert longest["forward_action_true"] == pytest.approx(0.65, abs=0.06)
    draws = [figures_of("bigtom", items, "random", NATIVE, key=str(i)) for i in range(5)]
    assert sum(draw["both_beliefs"] for draw in draws) / 5 == pytest.approx(0.25, abs=0.03)
    assert {f"{asked}_both" for asked in QUESTIONS} <= set(draws[0])
