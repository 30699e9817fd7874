"""EmoBench, in rows of our own: labels that are texts, two languages, and its authors' JSON."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, choices, load_benchmark, load_choices
from social_r1.evaluation.benchmarks.emobench_native import CAUSES, EMOTIONS
from social_r1.evaluation.grading import judge
from social_r1.evaluation.types import Ask, Completion, EvalConfig, Item, OpenItem
from social_r1.records import write_jsonl

from .contract import assert_contract, figures_of, public, read_value

EA: dict[str, Any] = {
    "qid": "7", "language": "en", "category": "Personal-Others", "question type": "Response",
    "scenario": "Tariq lost his scarf.", "subject": "Nadia",
    "choices": ["Laugh", "Offer a cap ", "Leave", "Wait"], "label": "Offer a cap",
}  # fmt: skip
EU: dict[str, Any] = {
    "qid": "7", "language": "en", "coarse_category": "complex_emotions",
    "finegrained_category": "mixture", "scenario": "Tariq found his scarf.", "subject": "Tariq",
    "emotion_choices": ["Joy", "Joy & Fear", "Fear", "Anger", "Pride", "Shame"],
    "emotion_label": "Joy & Fear",
    "cause_choices": ["It rained", "It was torn", "He was late", "It was brand new"],
    "cause_label": "It was torn",
}  # fmt: skip
ZH_EA = EA | {
    "language": "zh", "scenario": "塔里克丢了围巾。", "subject": "纳迪娅",
    "choices": ["大笑", "送他一顶帽子", "离开", "等着"], "label": "送他一顶帽子",
}  # fmt: skip
ZH_EU = EU | {
    "language": "zh", "scenario": "塔里克找到了围巾。", "subject": "塔里克",
    "emotion_choices": ["高兴", "高兴 & 害怕", "害怕", "生气", "骄傲", "羞愧"],
    "emotion_label": "高兴 & 害怕",
    "cause_choices": ["下雨", "破了", "晚了", "新的", "丢了", "旧的", "湿了"],
    "cause_label": "湿了",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, [EA, ZH_EA], [EU, ZH_EU])
    return tmp_path


def write(folder: Path, ea: list[dict[str, Any]], eu: list[dict[str, Any]]) -> None:
    write_jsonl(folder / "emobench" / "EA.jsonl", ea)
    write_jsonl(folder / "emobench" / "EU.jsonl", eu)


def native_asks(name: str, items: list[Item]) -> list[Ask]:
    native = benchmark(name).native
    assert native is not None
    return native.ask(native.prepare(items), EvalConfig(), "sip")


# Reading the files --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["emobench", "emobench_zh"])
def test_the_contract_is_kept_in_both_languages(folder: Path, name: str) -> None:
    assert_contract(name, load_benchmark(name, folder))


def test_an_understanding_row_becomes_two_questions_of_one_group(folder: Path) -> None:
    application, emotion, cause = load_choices("emobench", folder)
    assert [i.dimension for i in (application, emotion, cause)] == ["EA", "EU emotion", "EU cause"]
    assert emotion.group == cause.group != application.group
    assert emotion.options[emotion.answer] == "Joy & Fear"
    assert cause.options[cause.answer] == "It was torn"
    assert "Why" in cause.question


def test_labels_are_texts_and_are_found_among_the_options(folder: Path) -> None:
    application = load_choices("emobench", folder)[0]
    assert application.options[application.answer] == "Offer a cap"
    assert "say" in application.question
    assert application.id == "emobench/EA/7/ea"


def test_each_language_has_its_own_ids_made_of_the_qid_and_a_seventh_cause_counts(
    folder: Path,
) -> None:
    chinese = load_choices("emobench_zh", folder)
    assert [item.id for item in chinese] == [
        "emobench_zh/EA/7/ea", "emobench_zh/EU/7/emotion", "emobench_zh/EU/7/cause",
    ]  # fmt: skip
    assert {item.meta["language"] for item in chinese} == {"zh"}
    assert (len(chinese[2].options), chinese[2].answer) == (7, 6)
    assert "纳迪娅" in chinese[0].question


def test_equal_options_are_one_and_are_marked(tmp_path: Path) -> None:
    write(tmp_path, [EA | {"choices": ["Laugh", "Leave", "Leave ", "Offer a cap"]}], [EU])
    found = load_choices("emobench", tmp_path)[0]
    assert found.options == ("Laugh", "Leave", "Offer a cap")
    assert found.meta["fault"] == "two options are equal"


@pytest.mark.parametrize(
    ("ea", "eu", "place"),
    [
        ({"label": "Sing"}, {}, r"EA\.jsonl:1"),
        ({"question type": "Song"}, {}, r"EA\.jsonl:1"),
        ({}, {"cause_label": None}, r"EU\.jsonl:1"),
    ],
)
def test_a_broken_row_is_named_with_its_line(
    tmp_path: Path, ea: dict[str, Any], eu: dict[str, Any], place: str
) -> None:
    write(tmp_path, [EA | ea], [EU | eu])
    with pytest.raises(InputError, match=place + ".*repair"):
        load_benchmark("emobench", tmp_path)


# The authors' protocol ----------------------------------------------------------------------------


def test_one_prompt_asks_emotion_and_cause_with_the_options_as_they_stand(folder: Path) -> None:
    application, row = native_asks("emobench", load_benchmark("emobench", folder))
    assert isinstance(row.item, OpenItem)
    assert (row.item.id, row.item.dimension, row.places) == ("emobench/EU/7", "EU", ())
    assert len(row.item.rejected) == 6 * 4 - 1
    system, user = (message["content"] for message in row.messages)
    assert user == (
        "## Scenario\nTariq found his scarf.\n\n## Question 1\nWhat emotion(s) would Tariq "
        "ultimately feel in this situation?\n\n## Choices for Question 1\nA) Joy\nB) Joy & Fear\n"
        "C) Fear\nD) Anger\nE) Pride\nF) Shame\n\n## Question 2\nWhy would Tariq feel these "
        "emotions in this situation?\n\n## Choices for Question 2\nA) It rained\nB) It was torn\n"
        "C) He was late\nD) It was brand new\n"
    )
    assert system.startswith("# Instructions\n\nIn this task")
    assert '```json\n    {\n    "answer_q1": "<Respond to the Question 1 ' in system
    assert "most effective Response for Nadia?" in application.messages[1]["content"]
    assert '"answer": "<Respond' in application.messages[0]["content"]


def test_the_chinese_prompt_is_chinese_but_for_the_kind(folder: Path) -> None:
    application, row = native_asks("emobench_zh", load_benchmark("emobench_zh", folder))
    assert "纳迪娅最有效的Response是什么？" in application.messages[1]["content"]
    assert "G) 湿了" in row.messages[1]["content"]
    assert row.messages[0]["content"].startswith("# 说明\n")


def test_an_understanding_row_counts_only_if_both_are_right(folder: Path) -> None:
    ask = native_asks("emobench", load_benchmark("emobench", folder))[1]
    answer = judge(ask, Completion('{"answer_q1": "B", "answer_q2": "D"}'), sample=None)
    assert (answer.value, answer.said) == (0.0, "B) Joy & Fear\nD) It was brand new")
    assert answer.details == {"EU emotion": 1.0, "EU cause": 0.0}
    answer = judge(ask, Completion('{"answer_q1": "B", "answer_q2": "B"}'), sample=None)
    assert (answer.value, answer.outcome) == (1.0, "ok")
    answer = judge(ask, Completion('{"answer_q1": "B"}'), sample=None)
    assert (answer.value, answer.said, answer.outcome) == (0.0, None, "not_an_option")
    assert answer.details == {"EU emotion": 1.0, "EU cause": 0.0}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"answer": "B"}', 1),
        ('So:\n```json\n{"answer": "B"}\n```\nBecause.', 1),
        ('```json {"answer": "B"}``` ```json {"answer": "A"}```', 1),
        ('```json {"answer": "A"}``` ```json {"answer": "B"}```', 0),
        ('So: {"answer": "B"}', 0),  # amid text, without a fence
        ('```\n{"answer": "B"}\n```', 0),
        ('```json\n{"answer": "B"}', 0),  # cut
        ('{"answer": "B) Offer a cap"}', 0),
        ('{"answer": "b"}', 0),
        ('["B"]', 0),  # ends the authors' run
        ("B", 0),
        ("", 0),
    ],
)
def test_the_defects_of_the_authors_rule_are_followed(folder: Path, text: str, value: int) -> None:
    native = benchmark("emobench").native
    assert native is not None
    assert read_value(native, load_benchmark("emobench", folder)[0], text) == value


def test_a_half_without_its_other_half_is_not_asked(folder: Path) -> None:
    native = benchmark("emobench").native
    assert native is not None
    application, emotion, cause = load_benchmark("emobench", folder)
    assert [item.id for item in native.prepare([application, emotion])] == ["emobench/EA/7/ea"]
    assert [i.id for i in native.prepare([cause, emotion])] == ["emobench/EU/7"]


def test_scripts_answer_a_merged_row_as_they_answer_its_halves(folder: Path) -> None:
    items, native = load_benchmark("emobench", folder), benchmark("emobench").native
    assert native is not None
    # EA: B; emotion: B, which is the longest as well; cause: B, while the longest is D.
    assert figures_of("emobench", items, "B", native) == {
        "overall": 1, "EU": 1, "EA": 1, "EU emotion": 1, "EU cause": 1, "EU complex_emotions": 1,
        "EA Personal-Others": 1,
    }  # fmt: skip
    assert set(figures_of("emobench", items, "A", native).values()) == {0.0}
    longest = figures_of("emobench", items, "longest", native)
    assert (longest["EU"], longest["EU emotion"], longest["EU cause"]) == (0.0, 1.0, 0.0)
    assert (longest["EA"], longest["overall"]) == (1.0, 0.5)
    # The last of four causes stands for a fifth letter; of seven it need not: G is the right one.
    chinese, ask = load_benchmark("emobench_zh", folder), benchmark("emobench_zh").native
    assert ask is not None
    assert figures_of("emobench_zh", chinese, "G", ask)["EU cause"] == 1.0
    assert figures_of("emobench_zh", chinese, "G", ask)["EU emotion"] == 0.0


def by_the_description(text: str, rights: dict[str, str]) -> float:
    """Second implementation of the authors' rule, from its description alone."""
    start = text.find("```json")
    if start >= 0:
        end = text.find("```", start + len("```json"))
        if end < 0:
            return 0.0
        text = text[start + len("```json") : end]
    try:
        found = json.loads(text)
    except ValueError:
        return 0.0
    if not isinstance(found, dict):
        return 0.0
    return float(all(found.get(key, "") == right for key, right in rights.items()))


def outputs(rng: random.Random, keys: list[str]) -> str:
    """A varied model output: fenced, bare, chatty, cut, lower case, Chinese, wrong types, empty."""
    kinds = ["{}", "{}", "{}", "{}", "{})", "{}.", " {}", "({})", "{}) Joy & Fear", "选{}"]
    letters = [rng.choice("ABABABCDFGZ") for _ in keys]
    said: dict[str, Any] = {
        key: rng.choice(kinds).format(letter) for key, letter in zip(keys, letters, strict=True)
    }
    if rng.random() < 0.2:
        said[rng.choice(keys)] = rng.choice([None, 2, ["B"], True, "", letters[0].lower()])
    if rng.random() < 0.1:
        said.pop(rng.choice(keys))
    if rng.random() < 0.2:
        said = {"reasoning": "一步一步 ``` think", **said}
    body = json.dumps(said, ensure_ascii=rng.random() < 0.5, indent=rng.choice([None, 4]))
    return rng.choice([
        body, body, f"```json\n{body}\n```", f"```json{body}```", f"Sure!\n```json\n{body}\n```\n.",
        f"```\n{body}\n```", f"<think>B</think>\n```json\n{body}\n```", f"<think>{body}",
        f"Answer: {body}", f"```json\n{body}", f"```json\n{body[:-3]}\n```", f"[{body}]",
        f"```JSON\n{body}\n```", f"答案是\n```json\n{body}\n```", body.replace('"', "'"),
        "", "  ", "null", '"B"', letters[0], f"```json\n{body},\n```", f" {body}\n",
        f'```json\n{{"answer": "B"}}\n``` or ```json\n{body}\n```', "```json```", "NaN",
    ])  # fmt: skip


@pytest.mark.parametrize("name", ["emobench", "emobench_zh"])
def test_native_reading_agrees_with_a_second_implementation(folder: Path, name: str) -> None:
    rng = random.Random(0)
    application, row = native_asks(name, load_benchmark(name, folder))
    causes = {"emobench": "B", "emobench_zh": "G"}
    rights = {
        application.key: {"answer": "B"},
        row.key: {"answer_q1": "B", "answer_q2": causes[name]},
    }
    seen: set[tuple[str, float]] = set()
    for _ in range(1200):
        ask = rng.choice([application, row])
        text = outputs(rng, list(rights[ask.key]))
        value = judge(ask, Completion(text), sample=None).value
        assert value == by_the_description(text, rights[ask.key]), text
        seen.add((text, value))
    assert len({text for text, _ in seen}) >= 200
    assert sum(value for _, value in seen) > 20


# The public files ---------------------------------------------------------------------------------

LONGEST = {
    ("emobench", "EA"): 0.310, ("emobench", "EU emotion"): 0.190, ("emobench", "EU cause"): 0.510,
}  # fmt: skip
SHORTEST = {
    ("emobench", "EA"): 0.175, ("emobench", "EU emotion"): 0.110, ("emobench", "EU cause"): 0.125,
    ("emobench_zh", "EU cause"): 0.120,
}  # fmt: skip
LETTER = {
    ("emobench", "EA"): ("C", 0.370), ("emobench", "EU emotion"): ("A", 0.36),
    ("emobench", "EU cause"): ("B", 0.275), ("emobench_zh", "EU emotion"): ("A", 0.35),
    ("emobench_zh", "EU cause"): ("A", 0.660),
}  # fmt: skip


@pytest.mark.parametrize("name", ["emobench", "emobench_zh"])
def test_the_public_set_is_whole_and_its_shortcuts_are_as_measured(name: str) -> None:
    items, found = public(name), benchmark(name)
    assert len(items) in (150 + 2 * 158, found.total)
    assert_contract(name, items)
    assert not any("fault" in item.meta for item in items)
    assert found.native is not None
    rows = found.native.prepare(items)
    assert len(rows) in (150 + 158, 400)
    # A copy that holds four fifths of the rows may lie a few points away.
    near = 0.03 if len(rows) == 400 else 0.055
    longest = figures_of(name, items, "longest", found.native)
    shortest = figures_of(name, items, "shortest", found.native)
    for (one, part), value in LONGEST.items():
        assert one != name or longest[part] == pytest.approx(value, abs=near), part
    for (one, part), value in SHORTEST.items():
        assert one != name or shortest[part] == pytest.approx(value, abs=near), part
    for (one, part), (letter, value) in LETTER.items():
        measured = figures_of(name, items, letter, found.native)
        assert one != name or measured[part] == pytest.approx(value, abs=near), part
    draws = [figures_of(name, items, "random", found.native, key=str(i)) for i in range(20)]
    mean = {part: sum(draw[part] for draw in draws) / 20 for part in draws[0]}
    assert mean["EA"] == pytest.approx(0.25, abs=0.03)
    assert mean["EU emotion"] == pytest.approx(1 / 6, abs=0.03)
    assert mean["EU cause"] == pytest.approx(0.225, abs=0.03)
    assert mean["EU"] == pytest.approx(0.0375, abs=0.015)


def test_equally_long_chinese_options_are_a_shortcut_only_if_the_first_is_taken() -> None:
    # Nearly all emotions have two characters. To take the first of the longest is to say A, which
    # is right in .35 of the rows; to draw one of them, as ours does, is little better than chance.
    first, drawn = longest_of("EU emotion")
    assert first == pytest.approx(0.350, abs=0.03)
    assert drawn == pytest.approx(0.195, abs=0.04)
    first, drawn = longest_of("EU cause")
    assert first == pytest.approx(0.530, abs=0.03)
    assert drawn == pytest.approx(0.484, abs=0.04)


def longest_of(dimension: str) -> tuple[float, float]:
    """How often the longest Chinese option is right: the first of equals, and one drawn."""
    items = [item for item in choices(public("emobench_zh")) if item.dimension == dimension]
    first, drawn = 0, 0.0
    for item in items:
        lengths = [len(option) for option in item.options]
        longest = [i for i, length in enumerate(lengths) if length == max(lengths)]
        first += longest[0] == item.answer
        drawn += (item.answer in longest) / len(longest)
    return first / len(items), drawn / len(items)


def test_the_public_rows_have_the_known_forms() -> None:
    native, items = benchmark("emobench_zh").native, public("emobench_zh")
    assert native is not None
    rows = [item for item in native.prepare(items) if isinstance(item, OpenItem)]
    assert {len(row.meta[EMOTIONS]) for row in rows} == {6}
    causes = [len(row.meta[CAUSES]) for row in rows]
    assert set(causes) <= {4, 6, 7}
    assert causes.count(7) <= 1
    assert any(" & " in option for row in rows for option in row.meta[EMOTIONS])
    english = {item.id.partition("/")[2] for item in public("emobench")}
    assert english == {item.id.partition("/")[2] for item in items}
