"""The traps of ToMBench in rows of our own, both languages, and its authors' shuffles and votes."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, choices, load_benchmark
from social_r1.evaluation.benchmarks.tombench import ABILITY, ANSWER, MAIN_TASKS, TASKS, metrics
from social_r1.evaluation.grading import judge, runs_of
from social_r1.evaluation.protocols import SOCIAL_R1, Protocol
from social_r1.evaluation.types import Answer, Ask, Completion, EvalConfig, Item, Scored
from social_r1.items import SocialItem

from .contract import assert_contract, figures_of, framed, public

NAN = float("nan")
TASK = "False Belief Task"

COUNTS = {
    "Unexpected Outcome Test": 300, "Scalar Implicature Test": 200, "Persuasion Story Task": 100,
    "False Belief Task": 600, "Ambiguous Story Task": 200, "Hinting Task Test": 103,
    "Strange Story Task": 407, "Faux-pas Recognition Test": 560,
    "Completion of Failed Actions": 20, "Discrepant Desires": 20, "Discrepant Emotions": 40,
    "Discrepant Intentions": 40, "Emotion Regulation": 20, "Hidden Emotions": 80,
    "Knowledge-Attention Links": 20, "Knowledge-Pretend Play Links": 30, "Moral Emotions": 40,
    "Multiple Desires": 20, "Percepts-Knowledge Links": 40, "Prediction of Actions": 20,
}  # fmt: skip
"""Questions of each file in the authors' release."""


def row(options: tuple[Any, ...], answer: str, **changes: Any) -> dict[str, Any]:
    """One row with both languages; missing options are the bare token NaN."""
    filled = (*options, *[NAN] * (4 - len(options)))
    fields = {
        ABILITY: "Belief: Location false beliefs", "序号\nINDEX": 1,
        "STORY": "Nadia hid a scarf in the hamper.", "QUESTION": "Where will Tariq look?",
        "故事": "娜迪亚把围巾藏在篮子里。", "问题": "塔里克会去哪里找？", ANSWER: answer,
        **{f"OPTION-{letter}": text for letter, text in zip("ABCD", filled, strict=True)},
        **{f"选项{letter}": text if text is NAN else f"{letter}.第{letter}处"
           for letter, text in zip("ABCD", filled, strict=True)},
    }  # fmt: skip
    return fields | changes


def load(
    tmp_path: Path, task: str, *rows: dict[str, Any], name: str = "tombench"
) -> list[SocialItem]:
    """Items of a folder in which one task holds these rows and every other one a plain row."""
    folder = tmp_path / "tombench" / "data"
    folder.mkdir(parents=True, exist_ok=True)
    for other in TASKS:
        plain = row(("x", "y"), "A", STORY=f"Of {other}.", 故事=f"说的是{other}。")
        told = rows if other == task else (plain,)
        text = "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in told)
        (folder / f"{other}.jsonl").write_text(text, encoding="utf-8")
    return [i for i in choices(load_benchmark(name, tmp_path)) if i.meta["task"] == task]


def native(name: str = "tombench") -> Protocol:
    found = benchmark(name).native
    assert found is not None
    return found


def test_both_languages_of_a_row_are_read(tmp_path: Path) -> None:
    one = row(("the hamper", "the tin", "the bag", "the sack"), "C")
    [english] = load(tmp_path, TASK, one)
    [chinese] = load(tmp_path, TASK, one, name="tombench_zh")
    assert english.options == ("the hamper", "the tin", "the bag", "the sack")
    assert chinese.options == ("第A处", "第B处", "第C处", "第D处")
    assert english.answer == chinese.answer == 2
    assert (english.meta["language"], chinese.meta["language"]) == ("en", "zh")
    assert chinese.meta["english"] == english.id
    assert (chinese.source, chinese.story) == ("tombench_zh", "娜迪亚把围巾藏在篮子里。")
    for name in ("tombench", "tombench_zh"):
        load(tmp_path, TASK, one)
        assert_contract(name, load_benchmark(name, tmp_path))


def test_missing_options_are_left_out(tmp_path: Path) -> None:
    [item] = load(tmp_path, TASK, row(("the hamper", "the tin"), "B"))
    assert item.options == ("the hamper", "the tin")
    assert item.answer == 1
    assert (item.dimension, item.meta["ability"], item.meta["order"]) == (
        "Belief", "Location false beliefs", 1,
    )  # fmt: skip


def test_a_column_that_only_one_file_has_changes_nothing(tmp_path: Path) -> None:
    plain = load(tmp_path, "Multiple Desires", row(("a", "b"), "A"))
    assert load(tmp_path, "Multiple Desires", row(("a", "b"), "A", 类型=NAN)) == plain


def test_an_answer_with_a_point_behind_it_is_read(tmp_path: Path) -> None:
    [item] = load(tmp_path, TASK, row(("yes", "no"), "A. "))
    assert item.answer == 0


def test_letters_are_taken_off_only_where_they_name_their_own_slot(tmp_path: Path) -> None:
    options = ("A handbag", "B. A belt", "C:a cap", "A. A hood")
    [item] = load(tmp_path, TASK, row(options, "B"))
    assert item.options == ("A handbag", "A belt", "a cap", "A. A hood")


def test_an_option_that_stands_twice_is_offered_once_and_the_fault_is_marked(
    tmp_path: Path,
) -> None:
    [item] = load(tmp_path, TASK, row(("angry", "glad", "angry", "sad"), "D"))
    assert item.options == ("angry", "glad", "sad")
    assert item.options[item.answer] == "sad"
    assert item.meta["fault"] == "one option stands twice; here once"
    [shown] = native().prepare([item])
    assert isinstance(shown, SocialItem)
    assert shown.options == ("angry", "glad", "angry", "sad")
    assert shown.letter == "D"


def test_a_row_whose_languages_do_not_fit_together_is_kept_with_its_fault(tmp_path: Path) -> None:
    odd = row(("a", "b", "c", "d"), "B", 选项C=NAN, 选项D=NAN)
    [item, sound] = load(tmp_path, TASK, odd, row(("a", "b"), "A"))
    assert item.options == ("a", "b", "c", "d")
    assert item.meta["fault"] == "question and options belong to another story"
    assert "fault" not in sound.meta
    # The authors look at the third Chinese option alone before they choose a form.
    [shown] = native().prepare([item])
    assert isinstance(shown, SocialItem)
    assert (shown.options, shown.answer) == (("a", "b"), 1)
    [chinese, _] = load(tmp_path, TASK, odd, row(("a", "b"), "A"), name="tombench_zh")
    assert chinese.options == ("第A处", "第B处")
    assert "fault" not in chinese.meta


@pytest.mark.parametrize(
    ("raw", "dimension", "ability"),
    [
        ("Non-literal communication: White lies", "Non-literal", "White lies"),
        ("Non-Literal Communication: Humor", "Non-literal", "Humor"),
        ("Knowledge: Information-knowledge links ", "Knowledge", "Information-knowledge links"),
        ("Belief: Content false beliefs Belief: Second-order beliefs", "Belief",
         "Second-order beliefs"),
        ("Desire: Desires influence on emotions (beliefs)", "Desire",
         "Desires influence on actions and emotions"),
    ],
)  # fmt: skip
def test_spellings_of_abilities_are_made_one(
    tmp_path: Path, raw: str, dimension: str, ability: str
) -> None:
    [item] = load(tmp_path, TASK, row(("a", "b"), "A", **{ABILITY: raw}))
    assert (item.dimension, item.meta["ability"]) == (dimension, ability)


def test_ids_come_from_the_words_and_do_not_shift(tmp_path: Path) -> None:
    # INDEX restarts in every story, and line numbers differ between copies.
    first, second = row(("a", "b"), "A"), row(("a", "b"), "A", STORY="Another one.")
    both = load(tmp_path, TASK, first, second)
    assert load(tmp_path, TASK, second) == both[1:]
    assert both[0].group != both[1].group


def test_only_the_known_files_are_read(tmp_path: Path) -> None:
    items = load(tmp_path, TASK, row(("a", "b"), "A"))
    (tmp_path / "tombench" / "data" / "x.DS_Store").write_bytes(b"\x00\xff")
    (tmp_path / "tombench" / "ToMBench_release.xlsx").write_bytes(b"\x00\xff")
    assert load(tmp_path, TASK, row(("a", "b"), "A")) == items


@pytest.mark.parametrize(
    "changes", [{ANSWER: "E"}, {ANSWER: "D"}, {ABILITY: "Belief"}, {"STORY": NAN}, {"故事": NAN}]
)
def test_a_broken_row_is_named_with_its_line(tmp_path: Path, changes: dict[str, Any]) -> None:
    name = "tombench_zh" if "故事" in changes else "tombench"
    with pytest.raises(InputError, match=r"False Belief Task\.jsonl:1: .*repair"):
        load(tmp_path, TASK, row(("a", "b"), "A") | changes, name=name)


# Figures ------------------------------------------------------------------------------------------


def scored(task: str, ability: str, dimension: str, *values: float) -> list[Scored]:
    return [
        Scored(
            SocialItem(
                id=f"{task}{ability}{i}", source="tombench", dimension=dimension, group=task,
                story="Nadia left.", question="Why?", options=("a", "b"), answer=0,
                meta={"task": task, "ability": ability},
            ),
            (value,), (0,),
        )
        for i, value in enumerate(values)
    ]  # fmt: skip


def test_the_main_figure_is_the_plain_mean_over_the_eight_tasks() -> None:
    found = metrics([
        *scored("Hinting Task Test", "Intentions explanations", "Intention", 1.0),
        *scored("False Belief Task", "Content false beliefs", "Belief", 1.0, 0.0, 0.0, 0.0),
        *scored("Moral Emotions", "Moral emotions", "Emotion", 0.0),
    ])  # fmt: skip
    # tasks (1 + 1/4) / 2, Moral Emotions being none of the eight; items 2 / 6; groups
    # (1 + 1/4 + 0) / 3; the one story with several questions is not right throughout.
    assert {figure.name: figure.interval.value for figure in found} == {
        "tasks_mean": 0.625, "accuracy": pytest.approx(1 / 3),
        "abilities_mean": pytest.approx(1.25 / 3), "Intention": 1.0, "Belief": 0.25, "Emotion": 0.0,
        "task/Hinting Task Test": 1.0, "task/False Belief Task": 0.25, "task/Moral Emotions": 0.0,
        "ability/Intentions explanations": 1.0, "ability/Content false beliefs": 0.25,
        "ability/Moral emotions": 0.0, "joint": 0.0,
    }  # fmt: skip
    assert found[0].name == "tasks_mean"


def test_several_orders_give_a_consistency(tmp_path: Path) -> None:
    items = load(tmp_path, TASK, row(("a", "b", "c", "d"), "A"), row(("x", "z"), "B"))
    # Letter A is another option in another order; the right answer is the same everywhere.
    assert figures_of("tombench", items, "A", orders=2)["consistency"] == 0.0
    assert figures_of("tombench", items, "gold", orders=2)["consistency"] == 1.0
    assert "consistency" not in figures_of("tombench", items, "gold", native())


# The authors' protocol ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "heads"),
    [
        ("tombench", ("[Story]", "[Question]", "[Candidate Answers]")),
        ("tombench_zh", ("[故事]", "[问题]", "[答案选项]")),
    ],
)
def test_five_seeded_shuffles_of_the_authors_form(
    tmp_path: Path, name: str, heads: tuple[str, ...]
) -> None:
    items = load(tmp_path, TASK, row(("a", "b", "c", "d"), "C"), name=name)
    asks = native(name).ask(items, EvalConfig(orders=2, seed=7), "sip")
    assert [ask.order for ask in asks] == [0, 1, 2, 3, 4]
    assert len({ask.places for ask in asks}) > 1
    system, user = asks[0].messages
    assert system["role"] == "system"
    assert "[[A]]" in system["content"]
    shown = asks[0].item
    assert isinstance(shown, SocialItem)
    listed = [f"{x}. {text}" for x, text in zip("ABCD", shown.options, strict=True)]
    assert user["content"] == (
        f"{heads[0]}\n{shown.story}\n\n{heads[1]}\n{shown.question}\n\n{heads[2]}\n"
        + "\n".join(listed)
    )
    # Seed 42 is theirs: neither our seed nor the other items move the orders.
    more = native(name).ask(
        [*load(tmp_path, "Hinting Task Test", row(("p", "q"), "A"), name=name), *items],
        EvalConfig(), "sip",
    )  # fmt: skip
    assert more[5:] == asks


def test_native_options_keep_the_letters_that_the_authors_do_not_strip(tmp_path: Path) -> None:
    options = ("A. one", "B.two", "Type C. three", "D: four")
    [item] = load(tmp_path, TASK, row(options, "C"))
    assert item.options == ("one", "two", "Type C. three", "four")
    [shown] = native().prepare([item])
    assert isinstance(shown, SocialItem)
    assert shown.options == ("one", "B.two", "Type three", "D: four")
    assert shown.answer == 2
    assert native().prepare([shown]) == [shown]


@pytest.mark.parametrize(
    ("text", "letter", "reason"),
    [
        ("[[C]]", "C", "ok"),
        ("first [[D]], then [[B]]", "B", "ok"),  # the alphabet decides, not the place
        ("[A] or [[D]]", "D", "ok"),
        ("It is [C].", "C", "single_brackets"),
        ("Bela saw it, so D", "D", "last_letter"),
        ("Bela Cole", "C", "last_letter"),
        ("选C。因为A不对", "A", "last_letter"),
        ("b", "A", "defaulted"),
        ("", "A", "defaulted"),
    ],
)
def test_some_letter_always_comes_out_and_how_is_told(
    tmp_path: Path, text: str, letter: str, reason: str
) -> None:
    items = load(tmp_path, TASK, row(("a", "b", "c", "d"), "A"))
    ask = native().ask(items, EvalConfig(), "sip")[0]
    answer = judge(ask, Completion(text), sample=None)
    assert (answer.letter, answer.outcome) == (letter, reason)
    assert answer.well_formed == (reason == "ok")


def vote(protocol: Protocol, item: Item, texts: list[str]) -> float:
    """Score of five texts to the five asks of an item."""
    asks = protocol.ask([item], EvalConfig(), "sip")
    answers = answers_to(asks, texts)
    return runs_of(item, answers, protocol)[0][0]


def answers_to(asks: list[Ask], texts: list[str]) -> list[Answer]:
    return [
        judge(ask, Completion(text), sample=None) for ask, text in zip(asks, texts, strict=True)
    ]


def letter_of(ask: Ask, option: int) -> str:
    """The text that names an option of the item's own, as shown."""
    return f"[[{'ABCD'[ask.places.index(option)]}]]"


def test_a_tied_vote_goes_to_the_option_seen_first(tmp_path: Path) -> None:
    [item] = load(tmp_path, TASK, row(("a", "b", "c", "d"), "B"))
    asks = native().ask([item], EvalConfig(), "sip")
    for options, right in (([1, 0, 0, 1, 2], 1.0), ([0, 1, 1, 0, 2], 0.0), ([0, 1, 1, 1, 0], 1.0)):
        texts = [letter_of(ask, option) for ask, option in zip(asks, options, strict=True)]
        assert vote(native(), item, texts) == right


def test_a_letter_that_is_no_option_is_a_vote_for_nothing(tmp_path: Path) -> None:
    [item] = load(tmp_path, TASK, row(("a", "b"), "B"))
    asks = native().ask([item], EvalConfig(), "sip")
    right = [letter_of(ask, 1) for ask in asks]
    assert vote(native(), item, ["[[C]]", "[[D]]", *right[2:]]) == 1.0  # 3 to 2
    assert vote(native(), item, ["[[C]]", "[[D]]", "[[C]]", *right[3:]]) == 0.0  # 2 to 3


def test_equal_options_are_one_vote(tmp_path: Path) -> None:
    [item] = native().prepare(load(tmp_path, TASK, row(("angry", "glad", "angry", "sad"), "D")))
    asks = native().ask([item], EvalConfig(), "sip")
    # Two for "sad", three for "angry" (0 and 2); then two, two and one for "glad", "sad" first.
    for options, right in (([3, 3, 0, 2, 0], 0.0), ([3, 0, 2, 1, 3], 1.0)):
        texts = [letter_of(ask, option) for ask, option in zip(asks, options, strict=True)]
        assert vote(native(), item, texts) == right


def by_the_description(row_options: list[str], right: str, shown: list[str], text: str) -> str:
    """Letter of the file that a text stands for, from the description of the rule alone."""
    said = ""
    for opened, closed in (("[[", "]]"), ("[", "]")):
        inside = [c for c in "ABCD" if opened + c + closed in text]
        if inside and not said:
            said = min(inside)
    said = said or ([c for c in text if c in "ABCD"] or ["A"])[-1]
    place = ord(said) - ord("A")
    if place >= len(shown):
        return ""
    return "ABCD"[row_options.index(shown[place])]


def voted(letters: list[str]) -> str:
    """The most frequent; among equals the one that stands first."""
    best = max(letters.count(letter) for letter in letters)
    return next(letter for letter in letters if letters.count(letter) == best)


def output(rng: random.Random) -> str:
    """A varied model output: clean, chatty, several letters, lower case, Chinese, empty, cut."""
    x, y = rng.choice("ABCD"), rng.choice("ABCD")
    return rng.choice([
        f"[[{x}]]", f"[{x}]", x, f"{x}.", f"({x})", f"[[ {x} ]]", f"[[{x.lower()}]]", x.lower(),
        f"The answer is [[{x}]].", f"The answer is {x}, not {y}.", f"[[{x}]] or [[{y}]]",
        f"[{y}] no: [[{x}]]", f"[{x}] [{y}]", f"答案是{x}", f"答案：[[{x}]]", f"选{x}，不选{y}。",
        "", "   ", "none of them", "我不知道", "Because Ann Cole did", "DNA", "[[E]]",
        f"<think>maybe {y}", f"<think>[[{y}]]</think>[[{x}]]", f"<think>[{y}]</think>{x}",
        f"**{x}**", f"[[{x}]", f"{x}]]", f"Answer: {x}\nBecause Bela saw it.", f"[[{x}]][[{y}]]",
    ])  # fmt: skip


@pytest.mark.parametrize("name", ["tombench", "tombench_zh"])
def test_native_reading_and_vote_agree_with_a_second_implementation(
    tmp_path: Path, name: str
) -> None:
    rows = [
        row(("a", "b", "c", "d"), "C"), row(("p", "q"), "B"),
        row(("angry", "glad", "angry", "sad"), "D", 选项A="同", 选项C="同"),
        row(("A. k", "B.l", "m", "D. n"), "A"),
    ]  # fmt: skip
    protocol = native(name)
    items = protocol.prepare(load(tmp_path, TASK, *rows, name=name))
    rng, seen = random.Random(0), Counter[tuple[str, float]]()
    for _ in range(200):
        item = rng.choice(items)
        assert isinstance(item, SocialItem)
        asks = protocol.ask([item], EvalConfig(), "sip")
        texts = [framed(rng, output(rng)) for _ in asks]
        answers = answers_to(asks, texts)
        letters: list[str] = []
        for ask, text, answer in zip(asks, texts, answers, strict=True):
            assert isinstance(ask.item, SocialItem)
            letter = by_the_description(
                list(item.options), item.letter, list(ask.item.options), text
            )
            letters.append(letter)
            assert answer.value == (letter == item.letter), (text, ask.item.options)
            seen[text, answer.value] += 1
        [run], [pick] = runs_of(item, answers, protocol)
        assert run == (voted(letters) == item.letter), (texts, letters)
        assert pick == ("ABCD".index(voted(letters)) if voted(letters) else None)
    assert len({text for text, _ in seen}) >= 200


# The authors' files -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["tombench", "tombench_zh"])
def test_the_public_set_is_whole(name: str) -> None:
    items, found = choices(public(name)), benchmark(name)
    assert len(items) in (2315, found.total)
    assert_contract(name, items)
    assert {item.dimension for item in items} == {
        "Belief", "Desire", "Emotion", "Intention", "Knowledge", "Non-literal",
    }  # fmt: skip
    assert len({item.meta["ability"] for item in items}) == 31
    counted = Counter(item.meta["task"] for item in items)
    assert sum(COUNTS.values()) == found.total
    assert set(counted) == set(COUNTS) == set(TASKS)
    assert all(0.55 * COUNTS[task] <= n <= COUNTS[task] for task, n in counted.items())
    if len(items) == found.total:
        assert counted == COUNTS
    two = sum(len(item.options) == 2 for item in items) / len(items)
    assert two == pytest.approx(483 / 2860, abs=0.02)
    assert not any(
        option.startswith((f"{letter}.", f"{letter}:"))
        for item in items
        for letter, option in zip(item.letters, item.options, strict=True)
    )
    faults = Counter(item.meta["fault"] for item in items if "fault" in item.meta)
    assert sum(faults.values()) == (3 if name == "tombench" else 0)


def test_every_chinese_question_names_its_english_one() -> None:
    english = {item.id: item for item in public("tombench")}
    chinese = public("tombench_zh")
    assert len(english) == len(chinese) == len({item.meta["english"] for item in chinese})
    assert all(
        english[item.meta["english"]].meta["ability"] == item.meta["ability"] for item in chinese
    )


def test_shortcuts_on_the_public_set_are_as_measured() -> None:
    items = choices(public("tombench"))
    stands_at = Counter(item.letter for item in items)
    assert stands_at["B"] / len(items) == pytest.approx(0.338, abs=0.01)
    for rule, value in (("longest", 0.306), ("shortest", 0.302)):
        for protocol in (SOCIAL_R1, native()):
            found = figures_of("tombench", items, rule, protocol)
            assert found["accuracy"] == pytest.approx(value, abs=0.015)
    draws = [
        figures_of("tombench", items, "random", SOCIAL_R1, key=str(i))["accuracy"] for i in range(5)
    ]
    assert sum(draws) / 5 == pytest.approx(0.292, abs=0.012)
    assert len(MAIN_TASKS) == 8
    # Shuffling takes the best letter's lead away.
    assert figures_of("tombench", items, "B", SOCIAL_R1)["accuracy"] == pytest.approx(
        0.29, abs=0.03
    )
