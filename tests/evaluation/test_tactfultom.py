"""TactfulToM on conversations of ours with every quirk of its files, and its authors' parser."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, load_benchmark
from social_r1.evaluation.benchmarks.tactfultom import FILES, free_metrics, metrics
from social_r1.evaluation.benchmarks.tactfultom_native import form_of, native
from social_r1.evaluation.protocols import SOCIAL_R1
from social_r1.evaluation.types import Completion, EvalConfig, Item, OpenItem, Scored
from social_r1.items import SocialItem

from .contract import assert_contract, figures_of, framed, public, read_value

NATIVE, FREE = native("tactfultom"), native("tactfultom_free")
TALK = "**Uma**: What a lovely vase!\n\n**Vic**: I made it for you."
FACT = "Who discussed 'the vase is crooked'?"


def conversation(name: str, lie_type: str = "pareto_white_lies") -> dict[str, Any]:
    """Uma (liar) tells Vic that his vase is lovely; Wim knows better, Xia comes late."""

    def qa(key: str, kind: str, question: str, right: Any, wrong: Any, **more: Any) -> Any:
        return {
            "q_id": f"{name}-{key}", "question": question, "question_type": kind,
            "correct_answer": right, **({} if wrong is None else {"wrong_answer": wrong}), **more,
        }  # fmt: skip

    who, does = "List all the characters who know {}.", "Does {} know {}?"
    answer, news = "the precise correct answer to this question", "this information"
    info = {"information": "the vase is crooked"}
    fact = {"fact_question_real_reason": FACT}
    lie = {"comprehension_q": "Was what Uma told Vic true?"}
    believes = "What does Vic believe about it?"
    return {
        "set_id": name, "lie_type": lie_type, "full_context": TALK + "\n",
        "short_context": "**Vic**: I made it for you.",
        "characters": {"liar": "Uma", "target": "Vic", "accomplice": ["Wim"], "observer": "Xia"},
        "comprehensionQA": [qa("c", "comprehension", "Was that true?", "No", "Yes")],
        "justificationQA": [qa("j", "justification:liar", "Why did Uma say so?",
                               "Because Uma wants Vic to be happy.",
                               ["Because it is lovely.", "Because Vic asked.", "By mistake."])],
        "fact_reasonQA": [qa("fr", "fact:real_reason", FACT, "Uma and Wim talked about that.",
                             [["Vic and Wim talked about that.", "Xia talked about that."]])],
        "fact_truthQA": [],
        "beliefQAs": [
            qa("b0", "tom:belief:inaccessible:reason", believes, "Vic is unaware of it.",
               ["Vic believes that Uma said it.", "Vic believes that Uma said it.", " "],
               tom_type="first-order:B"),
            qa("b1", "tom:belief:accessible:truth", believes, "Wim believes that Vic is unaware.",
               "Wim believes that Vic knows.", tom_type="second-order:CB"),
            qa("b2", "tom:belief:accessible:reason", "What does Uma believe about Wim's belief?",
               "Uma believes that Wim trusts Vic.",
               ["Uma believes that Vic trusts Wim.", "Uma is unaware of it."],
               tom_type="second-order:AC"),
        ],
        "infoAccessibilityQA_list": [
            qa("il", "tom:info_accessibility:list:real_reason", who.format(news), ["Uma", "Wim"],
               ["Vic", "Xia"], **info)],
        "infoAccessibilityQAs_binary": [
            qa("ib", "tom:info_accessibility:binary:real_reason", does.format("Vic", news), "no",
               None, **info)],
        "answerabilityQA_list": [
            qa("al", "tom:answerability:list:real_reason", who.format(answer), ["Uma", "Wim"],
               ["Vic", "Xia"], **fact)],
        "answerabilityQAs_binary": [
            qa("ab", "tom:answerability:binary:real_reason", does.format("Uma", answer), "YES",
               None, **fact)],
        "liedetectabilityQAs_list": [
            qa("dl", "tom:liedetectability:list", who.format(answer), ["Uma", "Wim"], ["Vic"],
               **lie)],
        "liedetectabilityQAs_binary": [
            qa("db", "tom:liedetectability:binary", does.format("Vic", answer), "No.", None,
               **lie)],
        "lieabilityQAs": [
            qa("la", "tom:lieability:liar:real_reason", "Please choose from the options below:",
               "Uma says it because Vic is unaware.",
               ["Uma says it because Vic knows.", "Uma is unaware of it.", "Vic says it."])],
    }  # fmt: skip


def folder(path: Path, *rows: dict[str, Any]) -> Path:
    for number, file in enumerate(FILES):
        target = path / "tactfultom" / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(json.dumps([row for row in rows if row["set_id"][0] == str(number)]))
    return path


@pytest.fixture
def data(tmp_path: Path) -> Path:
    altruistic = conversation("3-0-0-1", "altruistic_white_lies")
    return folder(tmp_path, conversation("0-0-0-0"), altruistic)


@pytest.fixture
def items(data: Path) -> list[Item]:
    return load_benchmark("tactfultom", data)


def named(items: list[Item], end: str) -> Item:
    return next(item for item in items if item.id.endswith(f"0-0-0-0-{end}"))


def choice(items: list[Item], end: str) -> SocialItem:
    found = named(items, end)
    assert isinstance(found, SocialItem)
    return found


def test_every_list_of_a_conversation_is_read(items: list[Item]) -> None:
    assert_contract("tactfultom", items)
    first = [item for item in items if item.group == "tactfultom/0-0-0-0"]
    assert Counter(item.dimension for item in first) == {
        "comprehension": 1, "justification": 1, "fact_reason": 1, "belief": 3, "lie_ability": 1,
        "info_access_list": 1, "info_access_binary": 1, "answerability_list": 1,
        "answerability_binary": 1, "lie_detectability_list": 1, "lie_detectability_binary": 1,
    }  # fmt: skip
    assert [item.meta["file"] for item in (items[0], items[-1])] == [0, 3]


def test_free_answers_are_a_set_of_their_own(data: Path) -> None:
    free = load_benchmark("tactfultom_free", data)
    assert_contract("tactfultom_free", free)
    assert Counter(item.dimension for item in free) == {
        "comprehension": 2, "justification": 2, "fact_reason": 2, "belief": 6, "lie_ability": 2,
    }  # fmt: skip
    assert "options" in named(free, "la").meta["fault"]


def test_wrong_answers_are_a_list_a_nested_list_or_one_text(items: list[Item]) -> None:
    assert len(choice(items, "j").options) == 4
    assert len(choice(items, "fr").options) == 3
    assert choice(items, "b1").options[1] == "Wim believes that Vic knows."
    twice = choice(items, "b0")
    assert len(twice.options) == 3
    assert twice.meta["fault"] == "two options are equal"


def test_yes_and_no_come_in_any_case(items: list[Item]) -> None:
    for end, right in (("c", "No"), ("ib", "No"), ("ab", "Yes"), ("db", "No")):
        found = choice(items, end)
        assert found.options[found.answer] == right, end


def test_beliefs_know_their_order_and_scenario(items: list[Item]) -> None:
    metas = [named(items, end).meta for end in ("b0", "b1", "b2")]
    assert [meta["order"] for meta in metas] == [1, 2, 2]
    assert [meta["accessibility"] for meta in metas] == ["inaccessible", "accessible", "accessible"]


def test_whoever_the_authors_forget_is_wrong_in_a_list_too(items: list[Item]) -> None:
    found = named(items, "dl")
    assert isinstance(found, OpenItem)
    assert (found.accepted, found.rejected) == (("Uma", "Wim"), ("Vic", "Xia"))
    said = "<think>t</think><Answer>{}</Answer>"
    assert read_value(SOCIAL_R1, found, said.format("Wim and Uma")) == 1.0
    assert read_value(SOCIAL_R1, found, said.format("Uma, Wim, Xia")) == 0.0
    assert read_value(NATIVE, found, "Uma, Wim, Xia") == 0.0


def test_the_first_figure_is_the_mean_of_the_categories(items: list[Item]) -> None:
    # Wrong: one of two comprehension questions; the other ten categories stay at 1.
    wrong = "tactfultom/0-0-0-0-c"
    scored = [Scored(item, (float(item.id != wrong),), (None,)) for item in items]
    figures = {f.name: f.interval.value for f in metrics(scored)}
    assert next(iter(figures)) == "macro"
    assert figures["macro"] == pytest.approx((10 + 0.5) / 11)
    assert figures["comprehension"] == 0.5
    assert figures["who_knows"] == 1.0
    assert figures["lie/pareto_white_lies"] == pytest.approx(12 / 13)
    wrong = "tactfultom/0-0-0-0-b1"
    scored = [Scored(item, (float(item.id != wrong),), (None,)) for item in items]
    figures = {f.name: f.interval.value for f in metrics(scored)}
    assert (figures["belief/order 1"], figures["belief/order 2"]) == (1.0, 0.75)
    assert (figures["belief/inaccessible"], figures["belief/accessible"]) == (1.0, 0.75)
    wrong = "tactfultom/0-0-0-0-ib"
    scored = [Scored(item, (float(item.id != wrong),), (None,)) for item in items]
    assert {f.name: f.interval.value for f in metrics(scored)}["who_knows"] == 0.5


def test_always_no_is_right_on_comprehension(items: list[Item]) -> None:
    figures = figures_of("tactfultom", items, "B", NATIVE)  # yes/no is not shuffled there
    assert (figures["comprehension"], figures["answerability_binary"]) == (1.0, 0.0)


def test_gold_stands_first_in_the_file_and_anywhere_as_shown(items: list[Item]) -> None:
    assert {i.answer for i in items if isinstance(i, SocialItem) and len(i.options) > 2} == {0}
    shown = {
        NATIVE.ask(items, EvalConfig(seed=seed), "sip")[1].item.letter  # type: ignore[union-attr]
        for seed in range(20)
    }
    assert len(shown) == 4
    again = [NATIVE.ask(items, EvalConfig(), "sip") for _ in range(2)]
    assert again[0] == again[1]


def test_free_answers_are_measured_by_token_f1(data: Path) -> None:
    free = named(load_benchmark("tactfultom_free", data), "b2")
    # SQuAD: {uma, believes, wim, trusts} against {uma, believes, that, wim, trusts, vic}: 8/10.
    said = "Uma believes Wim trusts."
    figures = {f.name: f.interval.value for f in free_metrics([Scored(free, (0.0,), (said,))])}
    assert figures == {
        "token_f1": pytest.approx(0.8), "belief": pytest.approx(0.8), "nearest": 1.0,
        "nearest/belief": 1.0,
    }  # fmt: skip
    # The authors' bags are sets with marks and case; the swapped names have F1 1 and are wrong.
    ask = FREE.ask([free], EvalConfig(), "sip")[0]
    swapped = FREE.read(ask, Completion("<think>so</think>Uma believes that Vic trusts Wim."))
    assert (swapped.value, swapped.details["token_f1"]) == (0.0, 1.0)


def f1_of_sets(text: str, right: str) -> float:
    """Second implementation: F1 of the words and marks that occur, case and all."""

    def pieces(one: str) -> set[str]:
        spaced = "".join(c if c.isalnum() or c == "_" else f" {c} " for c in one)
        return set(spaced.split())

    said, gold = pieces(text.split("</think>")[-1]), pieces(right)
    shared = len(said & gold)
    return 2 * shared / (len(said) + len(gold)) if shared else 0.0


def test_native_token_f1_agrees_with_a_second_implementation(data: Path) -> None:
    items = [i for i in load_benchmark("tactfultom_free", data) if isinstance(i, OpenItem)]
    asks, rng, seen = FREE.ask(items, EvalConfig(), "sip"), random.Random(0), set[str]()
    words = ["Uma", "Vic", "Wim", "Xia", "believes", "that", "is", "unaware", "knows", "vase", "of",
             "it", "trusts", ".", ",", "the", "不", "知道", "A"]  # fmt: skip
    for _ in range(600):
        ask = rng.choice(asks)
        assert isinstance(ask.item, OpenItem)
        said = rng.choice([" ".join(rng.choices(words, k=rng.randint(0, 7))), ask.item.accepted[0]])
        thought = rng.choice(["", "", "<think>Uma</think>", "<think>Vic is"])
        text = framed(rng, rng.choice([thought + said, said.upper(), f'"{said}"']))
        details = FREE.read(ask, Completion(text)).details
        assert details["token_f1"] == pytest.approx(f1_of_sets(text, ask.item.accepted[0])), text
        seen.add(text)
    assert len(seen) >= 200


def test_native_prompts_are_the_authors(items: list[Item]) -> None:
    asks = {ask.item.id.rpartition("-")[2]: ask for ask in NATIVE.ask(items, EvalConfig(), "sip")}
    assert {len(ask.messages) for ask in asks.values()} == {2}
    assert asks["ib"].messages[1]["content"] == (
        f"# Context:\n{TALK}\n\n# Information:\nthe vase is crooked\n\n"
        "# Question:\nDoes Vic know this information?\n\n"
    )
    assert f"\n\n# Target Question:\n{FACT}\n\n# Question:\n" in asks["al"].messages[1]["content"]
    shown = asks["j"].item
    assert isinstance(shown, SocialItem)
    lines = "".join(f"{i}. {text}\n" for i, text in enumerate(shown.options, 1))
    assert asks["j"].messages[1]["content"] == (
        f"# Context:\n{TALK}\n\n# Question:\nWhy did Uma say so?\n\n# Options:\n{lines}\n"
    )
    assert "option number" in asks["j"].messages[0]["content"]
    assert "'Yes' or 'No'" in asks["c"].messages[0]["content"]
    assert "commas" in asks["al"].messages[0]["content"]


def by_the_description(item: Item, text: str) -> float:
    """Second implementation of the authors' rule, from its description alone."""
    text = text[text.rfind("</think>") + len("</think>") :] if "</think>" in text else text
    text = text.strip()
    if isinstance(item, OpenItem):
        return float({name.strip() for name in text.split(",")} == set(item.accepted))
    if form_of(item) == "binary":
        words = "".join(c for c in text.lower() if c.isalnum() or c.isspace() or c == "_").split()
        said = "Yes" if "yes" in words else "No" if "no" in words else ""
        return float(item.options[item.answer] == said)
    if re.match("option", text, re.IGNORECASE):
        text = text[6:]
    elif "answer" in text.lower() and ":" in text[text.lower().find("answer") :]:
        text = text.rpartition(":")[2].strip() or text
    text = text.strip(" #*:")
    return float(text[:1] == str(item.answer + 1))


def outputs(rng: random.Random) -> str:
    """A varied output: clean, chatty, several numbers, lower case, Chinese, empty, cut."""
    n, m = rng.randint(1, 5), rng.randint(1, 4)
    names = rng.sample(["Uma", "Wim", "Vic", "uma", "Xia"], 2)
    yes = rng.choice(["Yes", "No", "yes", "NO"])
    return rng.choice([
        f"{n}", f"{n}.", f"**{n}**", f"# {n}", f"Option {n}", f"option {n}: because", f"{n}{m}",
        f"Answer: {n}", f"The answer is: {n}.", f"The answer is {n}", f"I choose {n}", "", "   ",
        f"My answer: **{n}**", f"{n} or {m}", f"答案：{n}", f"<think>{m}</think>{n}", f"<think>{m}",
        f"<think>a</think>\nFinal answer: {n}", f"{yes}", f"{yes}.", f"{yes}, not {m}",
        f"**{yes}**", f"Well... {yes}!", "Nobody", "Know", "是", f"<think>no</think>{yes}",
        ", ".join(names), ",".join(names), " and ".join(names), ", ".join(names) + ".",
        "Uma, Wim", "Wim, Uma", "Wim,Uma", "Uma, Wim, Xia", "Uma, Wim, Uma", "- Uma\n- Wim",
        r"\boxed{1}", "Yes and no",
    ])  # fmt: skip


def test_native_reading_agrees_with_a_second_implementation(items: list[Item]) -> None:
    rng = random.Random(0)
    asks = NATIVE.ask(items, EvalConfig(), "sip")
    seen: set[tuple[str, str, float]] = set()
    for _ in range(1500):
        ask, text = rng.choice(asks), framed(rng, outputs(rng))
        value = NATIVE.read(ask, Completion(text)).value
        assert value == by_the_description(ask.item, text), (ask.key, text)
        seen.add((form_of(ask.item), text, value))
    assert len({text for _, text, _ in seen}) >= 200


def test_a_broken_conversation_is_named(tmp_path: Path) -> None:
    row = conversation("2-0-0-0")
    del row["characters"]
    with pytest.raises(InputError, match=r"set_2\.json: 2-0-0-0: not a TactfulToM conversation"):
        load_benchmark("tactfultom", folder(tmp_path, row))
    folder(tmp_path)
    (tmp_path / "tactfultom" / FILES[4]).write_text("{}")
    with pytest.raises(InputError, match="holds no list of conversations"):
        load_benchmark("tactfultom", tmp_path)
    (tmp_path / "tactfultom" / FILES[1]).unlink()
    with pytest.raises(InputError, match=r"lacks final_set/Tactful_conv_set_1\.json"):
        load_benchmark("tactfultom", tmp_path)


def test_the_public_set_is_whole_and_its_shortcuts_are_as_measured() -> None:
    items = public("tactfultom")
    count = Counter(item.dimension for item in items)
    share = len({item.group for item in items}) / 100
    if share == 1:
        assert count == {
            "comprehension": 100, "justification": 100, "fact_reason": 100, "fact_truth": 68,
            "belief": 2016, "info_access_list": 154, "info_access_binary": 446,
            "answerability_list": 168, "answerability_binary": 504, "lie_ability": 198,
            "lie_detectability_list": 100, "lie_detectability_binary": 300,
        }  # fmt: skip
        assert len(public("tactfultom_free")) == benchmark("tactfultom_free").total
    assert_contract("tactfultom", items, orders=1)
    longest, shortest = (figures_of("tactfultom", items, rule) for rule in ("longest", "shortest"))
    assert longest["justification"] == pytest.approx(0.56, abs=0.05)
    assert shortest["justification"] == pytest.approx(0.08, abs=0.05)
    assert (longest["lie_ability"], shortest["lie_ability"]) == (0.0, 0.0)
    assert figures_of("tactfultom", items, "random")["belief"] == pytest.approx(0.25, abs=0.05)
