"""SimpleToM: three questions a story, a right text that never varies, and its authors' parser."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, load_benchmark
from social_r1.evaluation.benchmarks.simpletom import NATIVE
from social_r1.evaluation.types import Completion, EvalConfig

from .contract import assert_contract, figures_of, framed, public


def rows_of(entity: str, first: str = "Yes") -> dict[str, dict[str, object]]:
    """Three rows of one story of ours; ``first`` is the text in slot A of the mental state."""
    story = "The tin of paint has dried out. Bela carries the tin to the till."
    states = ["Yes", "No"] if first == "Yes" else ["No", "Yes"]
    texts = {
        "mental-state-qa": ("aware", "Is Bela likely to be aware of it?", states, "No"),
        "behavior-qa": ("action", "What will Bela do?", ["pay for it", "complain"], "pay for it"),
        "judgment-qa": (
            "judge", "Bela pays. This is: ", ["Reasonable", "Not reasonable"], "Reasonable",
        ),
    }  # fmt: skip
    return {
        folder: {
            "id": f"{entity}_{suffix}", "story": story, "question": question,
            "scenario_name": "shop", "choices": {"text": options, "label": ["A", "B"]},
            "answerKey": "AB"[options.index(right)],
        }
        for folder, (suffix, question, options, right) in texts.items()
    }  # fmt: skip


def write_simpletom(root: Path) -> None:
    """``simpletom/`` with two stories of ours."""
    stories = [rows_of("paint_tin_sev1"), rows_of("paint_tin_sev2", first="No")]
    for name in stories[0]:
        path = root / "simpletom" / name / "test.jsonl"
        path.parent.mkdir(parents=True)
        path.write_text("".join(json.dumps(story[name]) + "\n" for story in stories))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_simpletom(tmp_path)
    return tmp_path


def test_three_questions_of_a_story_share_its_group(folder: Path) -> None:
    items = load_benchmark("simpletom", folder)
    # The space that ends a judgment's question in the file is no part of it.
    assert {i.question for i in items if i.dimension == "judgment"} == {"Bela pays. This is:"}
    assert_contract("simpletom", items)
    assert [item.dimension for item in items] == 2 * ["mental_state"] + 2 * ["behavior"] + 2 * [
        "judgment"
    ]
    assert {item.group for item in items} == {
        "simpletom/paint_tin_sev1", "simpletom/paint_tin_sev2",
    }  # fmt: skip
    assert [item.meta["severity"] for item in items[:2]] == [1, 2]
    assert items[4].question == "Bela pays. This is:"


def test_always_a_is_right_where_gold_stands_first(folder: Path) -> None:
    # In the file's order A is right for: mental state of story 2; behaviour and judgment of both.
    figures = figures_of("simpletom", load_benchmark("simpletom", folder), "A", NATIVE)
    assert figures == {
        "all_three": 0.5, "mental_state": 0.5, "behavior": 1.0, "judgment": 1.0,
        "accuracy": pytest.approx(5 / 6),
    }  # fmt: skip


def test_a_broken_row_is_named(folder: Path) -> None:
    path = folder / "simpletom" / "behavior-qa" / "test.jsonl"
    path.write_text(path.read_text().replace('"answerKey"', '"key"', 1))
    with pytest.raises(InputError, match=r"test\.jsonl:1: not a SimpleToM row"):
        load_benchmark("simpletom", folder)


def by_the_description(text: str, right: str) -> float:
    """Second implementation of the authors' rule: two whole ``(A)`` are no conflict."""
    for word in ("answer", "Answer", "ANSWER"):
        text = text.replace(word, "")
    whole = [c for c in ("A", "B", "C", "D") if f"({c})" in text]
    if whole:
        return float(whole[0] == right)
    found: set[str] = set()
    for wrap in (lambda c: f"({c}", lambda c: c):
        found = {c for c in ("A", "B", "C", "D") if wrap(c) in text}
        if found:
            break
    return 1.0 if found == {right} else 0.0


@pytest.mark.parametrize(
    ("text", "letter"),
    [
        ("(A) or (B)", "A"), ("(B), not (A)", "A"), ("(B) rather than (D)", "B"), ("(C) (A)", "A"),
        ("(A or (B", None), ("A or B", None), ("(B) or A", "B"), ("(B", "B"),
    ],
)  # fmt: skip
def test_of_two_whole_letters_the_first_of_the_alphabet_is_read(
    folder: Path, text: str, letter: str | None
) -> None:
    ask = NATIVE.ask(load_benchmark("simpletom", folder), EvalConfig(), "sip")[0]
    reading = NATIVE.read(ask, Completion(text))
    assert reading.pick == (None if letter is None else "AB".index(letter))
    assert (reading.reason == "several_letters") == (letter is None)


def outputs(rng: random.Random) -> str:
    """A varied model output: clean, chatty, several letters, lower case, Chinese, empty, cut."""
    letter, other = rng.choice("AB"), rng.choice("ABCD")
    return rng.choice([
        f"({letter})", f"{letter}", f"{letter}.", f"Answer: ({letter})", f"the answer is {letter}",
        f"({letter}) pay for it, not ({other})", f"I think ({letter} is right", letter.lower(),
        f"({letter.lower()})", f"答案是（{letter}）", f"答案：{letter}", "", "   ", "none of them",
        f"<think>maybe ({other})", f"<think>maybe</think>({letter})", f"Actually ({letter})",
        f"ANSWER {letter}", f"both {letter} and {other}", "Definitely not sure",
        f"**{letter}**", f"Therefore, the answer is: {letter}", "(", f"({letter}){other}",
    ])  # fmt: skip


def test_native_reading_agrees_with_a_second_implementation(folder: Path) -> None:
    items = load_benchmark("simpletom", folder)
    rng = random.Random(0)
    asks = NATIVE.ask(items, EvalConfig(), "sip")
    seen = set()
    for _ in range(1500):
        ask, text = rng.choice(asks), framed(rng, outputs(rng))
        value = NATIVE.read(ask, Completion(text)).value
        assert value == by_the_description(text, ask.item.letter), text
        seen.add((text, value))
    assert len({text for text, _ in seen}) >= 200


def test_the_public_set_is_whole_and_its_shortcuts_are_as_measured() -> None:
    items = public("simpletom")
    found = benchmark("simpletom")
    assert len(items) in (2769, found.total)
    assert_contract("simpletom", items)
    assert len({item.group for item in items}) == len(items) / 3
    right = {kind: set() for kind in ("mental_state", "behavior", "judgment")}
    for item in items:
        right[item.dimension].add(item.options[item.answer])
    assert right["mental_state"] == {"No"}
    assert right["judgment"] == {"Reasonable"}
    shortest = figures_of("simpletom", items, "shortest", NATIVE)
    assert (shortest["mental_state"], shortest["judgment"]) == (1.0, 1.0)
    assert shortest["behavior"] == pytest.approx(0.905, abs=0.01)
    longest = figures_of("simpletom", items, "longest", NATIVE)
    assert (longest["mental_state"], longest["judgment"]) == (0.0, 0.0)
    assert longest["behavior"] == pytest.approx(0.095, abs=0.01)
    letter = figures_of("simpletom", items, "A", NATIVE)
    assert all(abs(letter[kind] - 0.5) < 0.02 for kind in right)
    assert figures_of("simpletom", items, "random", NATIVE)["accuracy"] == pytest.approx(
        0.5, abs=0.03
    )
