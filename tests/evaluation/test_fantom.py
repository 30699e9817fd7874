"""FANToM: two releases, two contexts, sets right as a whole, and its authors' parser."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import load_benchmark
from social_r1.evaluation.benchmarks.fantom import count_rows, metrics, native_metrics
from social_r1.evaluation.benchmarks.fantom_native import native
from social_r1.evaluation.protocols import SOCIAL_R1
from social_r1.evaluation.texts import nearest
from social_r1.evaluation.types import Completion, EvalConfig, Item, OpenItem, Scored
from social_r1.items import SocialItem

from .contract import DATA, assert_contract, figures_of, framed, public, read_value

NATIVE = native("fantom")
PART = "Ann: The tent has three poles.\nBo: I pack two.\nCy: Hello again!"
WHOLE = f"Dee: I am off.\n{PART}"


def one_set(
    name: str, aware: list[str], unaware: list[str], beliefs: list[tuple[str, str, str]]
) -> dict[str, Any]:
    """A set of ours in the authors' schema; Dee speaks in the whole conversation alone.

    ``beliefs`` holds (scenario, order, who).
    """
    scenario = "inaccessible" if unaware else "accessible"
    row: dict[str, Any] = {
        "set_id": name, "short_context": PART + "\n", "full_context": WHOLE,
        "factQA": {
            "question": "How many poles does the tent have?", "question_type": "fact",
            "correct_answer": "The tent has three poles.",
        },
        "beliefQAs": [
            {
                "question": f"How many poles does {who} believe the tent has?", "tom_type": order,
                "question_type": f"tom:belief:{kind}", "missed_info_accessibility": kind,
                **dict(zip(
                    ("correct_answer", "wrong_answer")[:: 1 if kind == "inaccessible" else -1],
                    (f"{who} is unaware of the number of poles.", f"{who} believes it has three."),
                    strict=True,
                )),
            }
            for kind, order, who in beliefs
        ],
    }  # fmt: skip
    shared = {"missed_info_accessibility": scenario}
    for key, kind, what in (
        ("answerabilityQA", "answerability", "the precise correct answer to this question"),
        ("infoAccessibilityQA", "info_accessibility", "this information"),
    ):
        row[f"{key}_list"] = {
            "question": f"List all the characters who know {what}.", "correct_answer": aware,
            "question_type": f"tom:{kind}:list", "wrong_answer": unaware, **shared,
        }  # fmt: skip
        row[f"{key}s_binary"] = [
            {
                "question": f"Does {who} know {what}?", "question_type": f"tom:{kind}:binary",
                "correct_answer": gold, **shared,
            }
            for who, gold in [
                *((who, "yes") for who in aware), *((who, "no") for who in unaware),
                ("Dee", "no:long"),
            ]
        ]  # fmt: skip
    return row


MISSED = one_set(
    "1-0-0", ["Ann", "Bo"], ["Cy"],
    [("inaccessible", "first-order", "Cy"), ("accessible", "second-order:acyclic", "Bo")],
)  # fmt: skip
HEARD = one_set("1-0-1", ["Ann", "Bo", "Cy"], [], [("accessible", "first-order", "Cy")])
NESTED = one_set("2-0-0", ["Linda", "Bo"], ["Lin"], [("inaccessible", "first-order", "Lin")])


def official(path: Path, *rows: dict[str, Any]) -> Path:
    (path / "fantom").mkdir(exist_ok=True)
    (path / "fantom" / "fantom_v1.json").write_text(json.dumps(rows))
    return path


def reassembled(path: Path, *rows: dict[str, Any]) -> Path:
    """As the copy at hand: no fact answers, derived gold, whole conversations apart."""
    folder = path / "fantom"
    folder.mkdir(exist_ok=True)
    copies = json.loads(json.dumps(rows))
    for row in copies:
        row["conv_id"] = row["set_id"].split("-")[0]
        del row["full_context"]
        row["factQA"]["correct_answer"] = None
        for key in ("answerabilityQA", "infoAccessibilityQA"):
            for qa in [row[f"{key}_list"], *row[f"{key}s_binary"]]:
                qa["gold_source"] = "derived-unverified"
    (folder / "fantom_sets.jsonl").write_text("".join(json.dumps(row) + "\n" for row in copies))
    full = {row["conv_id"]: WHOLE for row in copies} | {"2": None}
    (folder / "full_contexts.jsonl").write_text(
        "".join(json.dumps({"conv_id": k, "full_context": v}) + "\n" for k, v in full.items())
    )
    return path


@pytest.fixture
def items(tmp_path: Path) -> list[Item]:
    return load_benchmark("fantom", official(tmp_path, MISSED, HEARD))


def test_every_form_of_a_set_is_an_item(items: list[Item], tmp_path: Path) -> None:
    assert_contract("fantom", items)
    assert Counter(item.dimension for item in items if item.group == "fantom/1-0-0") == {
        "fact": 1, "belief:choice": 2, "belief:free": 2, "answerability:list": 1,
        "info_access:list": 1, "answerability:binary": 3, "info_access:binary": 3,
    }  # fmt: skip
    assert items[0].story == PART
    assert_contract("fantom_full", load_benchmark("fantom_full", tmp_path))
    # 2 facts, 3 beliefs twice, 2 x 2 lists, 2 x (4 + 4) yes/no
    assert count_rows(tmp_path / "fantom")["rows"] == 2 + 6 + 4 + 16


def test_a_saved_frame_reads_by_rows_or_by_columns(tmp_path: Path, items: list[Item]) -> None:
    columns = {key: {"0": MISSED[key], "7": HEARD[key]} for key in MISSED}
    (tmp_path / "fantom" / "fantom_v1.json").write_text(json.dumps(columns))
    assert load_benchmark("fantom", tmp_path) == items


def test_the_reassembled_copy_lacks_facts_and_says_so(tmp_path: Path, items: list[Item]) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    found = load_benchmark("fantom", reassembled(copy, MISSED, HEARD))
    assert [i.id for i in found] == [i.id for i in items if i.dimension != "fact"]
    listed = {i.dimension: i for i in found if i.group == "fantom/1-0-0"}
    assert listed["info_access:list"].meta["fault"] == "the information lacks its answer"
    assert listed["info_access:list"].meta["gold_source"] == "derived-unverified"
    assert listed["belief:free"].meta["gold_source"] == "official"
    assert "None" not in listed["info_access:list"].story
    assert count_rows(copy / "fantom")["unscored"] == 2
    assert_contract("fantom", found)
    assert_contract("fantom_full", load_benchmark("fantom_full", copy))


def test_neither_release_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "fantom").mkdir()
    with pytest.raises(InputError, match=r"lacks fantom_v1\.json .*repair"):
        load_benchmark("fantom", tmp_path)
    with pytest.raises(InputError, match="lay it out as DIR/fantom/"):
        load_benchmark("fantom", None)
    (tmp_path / "fantom" / "fantom_v1.json").write_text("{}")
    with pytest.raises(InputError, match="holds no FANToM sets"):
        load_benchmark("fantom", tmp_path)
    broken = {**MISSED, "beliefQAs": [{"question": "?"}]}
    with pytest.raises(InputError, match="set 2: not a FANToM set"):
        load_benchmark("fantom", official(tmp_path, HEARD, broken))


def test_no_long_is_a_no_in_the_whole_conversation_and_left_out_of_the_part(
    tmp_path: Path, items: list[Item]
) -> None:
    assert not [item for item in items if item.meta.get("person") == "Dee"]
    whole = load_benchmark("fantom_full", tmp_path)
    dee = [i for i in whole if isinstance(i, SocialItem) and i.meta.get("person") == "Dee"]
    assert [item.options[item.answer] for item in dee] == ["No"] * 4
    assert {item.story.splitlines()[0] for item in dee} == {"Dee: I am off."}
    # What Dee missed makes the yes/no questions of a set that all others heard inaccessible.
    assert {item.meta["accessibility"] for item in dee} == {"inaccessible"}
    lists = [i for i in whole if isinstance(i, OpenItem) and i.form == "names"]
    assert all("Dee" in item.rejected for item in lists)
    missed = next(i for i in NATIVE.prepare(lists) if i.group == "fantom_full/1-0-0")
    assert isinstance(missed, OpenItem)
    assert missed.rejected == ("Cy",)


def test_sets_without_a_whole_conversation_are_left_out_of_the_full_set(tmp_path: Path) -> None:
    reassembled(tmp_path, MISSED, NESTED)
    assert {i.group for i in load_benchmark("fantom", tmp_path)} == {"fantom/1-0-0", "fantom/2-0-0"}
    assert {i.group for i in load_benchmark("fantom_full", tmp_path)} == {"fantom_full/1-0-0"}


def scored_as(items: list[Item], right: dict[str, float]) -> list[Scored]:
    """All right but for these ids (ends of ids)."""
    made: list[Scored] = []
    for item in items:
        value = next((v for end, v in right.items() if item.id.endswith(end)), 1.0)
        if isinstance(item, OpenItem):
            pick: Any = item.accepted if item.form == "names" else item.accepted[0]
            other: Any = () if item.form == "names" else (*item.rejected, "x")[0]
            made.append(Scored(item, (value,), (pick if value else other,)))
        else:
            made.append(Scored(item, (value,), (item.answer if value else 1 - item.answer,)))
    return made


def test_all_needs_the_whole_set_and_all_star_the_free_beliefs_too(items: list[Item]) -> None:
    def of(rule: Any, wrong: str) -> dict[str, float]:
        return {f.name: f.interval.value for f in rule(scored_as(items, {wrong: 0.0}))}

    found = of(metrics, "1-0-0/belief/0/free")
    assert (found["all"], found["all_star"], found["belief_distance"]) == (1.0, 0.0, 0.0)
    found = of(metrics, "1-0-0/answerability/list")
    assert (found["all"], found["answerability_all"], found["info_access_all"]) == (0.0, 0.0, 1.0)
    # One control belief of a set about something missed: the authors take it for a set.
    assert of(metrics, "1-0-0/belief/1/choice")["accessible/all"] == 1.0
    assert of(native_metrics, "1-0-0/belief/1/choice")["accessible/all"] == 0.5
    # Right are yes, yes, no; answered yes, no, no: F1 of yes 2/3 (weight 2/3), of no 2/3 (1/3).
    found = of(metrics, "1-0-0/answerability/binary/1")
    assert found["answerability_binary_f1"] == pytest.approx(2 / 3)
    assert next(iter(found)) == "all"


def test_who_says_unaware_wins_inaccessible_and_loses_accessible(items: list[Item]) -> None:
    def unaware(item: Item) -> Scored:
        if isinstance(item, SocialItem):
            said = next(
                i for i, text in enumerate(item.options) if "unaware" in text or text == "No"
            )
            return Scored(item, (float(said == item.answer),), (said,))
        if item.form == "names":
            return Scored(item, (0.0,), ((),))
        return Scored(item, (0.0,), ("Cy is unaware of that.",))

    figures = {f.name: f.interval.value for f in metrics([unaware(item) for item in items])}
    assert (figures["belief_choice"], figures["belief_distance"]) == (1.0, 1.0)
    assert (figures["accessible/belief_choice"], figures["accessible/belief_distance"]) == (0, 0)
    assert figures["accessible/all"] == 0.0


def test_a_name_inside_a_name_fools_the_authors_rule_alone(tmp_path: Path) -> None:
    items = load_benchmark("fantom", official(tmp_path, NESTED))
    listed = next(item for item in items if item.dimension == "answerability:list")
    assert listed.meta["fault"] == "a name stands inside another name"
    assert read_value(NATIVE, listed, "Linda, Bo") == 0.0
    assert read_value(SOCIAL_R1, listed, "<think>t</think><Answer>Linda, Bo</Answer>") == 1.0
    assert read_value(SOCIAL_R1, listed, "<think>t</think><Answer>Lin, Bo</Answer>") == 0.0


def test_everyone_names_all_people_in_our_reading(items: list[Item]) -> None:
    listed = [item for item in items if item.dimension == "answerability:list"]
    said = "<think>t</think><Answer>{}</Answer>"
    assert [read_value(SOCIAL_R1, one, said.format("Everyone")) for one in listed] == [0.0, 1.0]
    assert read_value(SOCIAL_R1, listed[0], said.format("everyone except Cy")) == 1.0
    assert [read_value(NATIVE, one, "Everyone") for one in listed] == [0.0, 0.0]


def test_native_prompts_are_the_authors(items: list[Item]) -> None:
    asks = {ask.item.dimension: ask for ask in reversed(NATIVE.ask(items, EvalConfig(), "sip"))}
    text = {name: ask.messages[0]["content"] for name, ask in asks.items()}
    fact = "How many poles does the tent have?"
    assert text["fact"] == f"{PART}\n\nQuestion: {fact}\nAnswer:"
    assert text["answerability:list"] == (
        f"{PART}\n\nTarget: {fact}\nQuestion: List all the characters who know the precise correct "
        "answer to this question.\nAnswer:"
    )
    assert text["info_access:binary"] == (
        f"{PART}\n\nInformation: {fact} The tent has three poles.\nQuestion: Does Ann know this "
        "information? Answer yes or no.\nAnswer:"
    )
    choice = asks["belief:choice"].item
    assert isinstance(choice, SocialItem)
    a, b = choice.options
    assert text["belief:choice"] == (
        f"{PART}\n\nQuestion: How many poles does Cy believe the tent has?\n(a) {a}\n(b) {b}\n\n"
        "Choose an answer from above:"
    )
    assert all(len(ask.messages) == 1 for ask in asks.values())


def by_the_description(item: Item, text: str) -> float:
    """Second implementation of the authors' rule, from its description alone."""
    for mark in ("Answer:", "Choose an answer from above:"):
        if mark in text:
            text = text[text.rindex(mark) + len(mark) :]
            break
    text = text.strip()
    low = text.lower()
    if item.dimension == "belief:choice":
        assert isinstance(item, SocialItem)
        x = "ab"[item.answer]
        return float(bool(re.match(rf"\(?{x}\)|{x}[.:,]", low)) or low == x or f"({x})" in low)
    if isinstance(item, SocialItem):
        low = low.strip("'").strip('"')
        if re.match("yes|true", low) or re.search(r" yes[, .]| knows ", low):
            return float(item.options[item.answer] == "Yes")
        no = re.match("no|false", low) or re.search(r" no[, .]| does(?:n't| not) know ", low)
        return float(bool(no) and item.options[item.answer] == "No")
    if item.form == "names":
        missing = [name for name in item.accepted if low.find(name.lower()) < 0]
        extra = [name for name in item.rejected if low.find(name.lower()) >= 0]
        return float(not missing and not extra)
    said, right = low.split(), item.accepted[0].lower().split()
    shared = sum(min(said.count(word), right.count(word)) for word in set(right))
    return 0.0 if not shared else 2 * shared / (len(said) + len(right))


def outputs(rng: random.Random) -> str:
    """A varied output: clean, chatty, several letters, lower case, Chinese, empty, cut."""
    letter, names = rng.choice("abAB"), rng.sample(["Ann", "Bo", "Cy", "ann", "Boris"], 3)
    yes = rng.choice(["yes", "no", "Yes", "No", "YES"])
    return rng.choice([
        f"({letter})", f"{letter})", f"{letter}.", f"{letter}", f"({letter}) and not (b)", "(a)(b)",
        f"Answer: ({letter})", f"Choose an answer from above: {letter}:", f"I say {letter}", "",
        f"{yes}", f"{yes}.", f"'{yes}'", f"Well, {yes}, he does", f"I think {yes}", "Not sure",
        "Ann knows it", "Ann does not know that", "Ann doesn't know that", "True", "false", "None",
        f"Answer: {yes} Answer: no", "答案：(a)", "是", ", ".join(names), ", ".join(names[:2]),
        "Everyone", "nobody", " and ".join(names[:2]), "Three poles.", "The tent has three poles.",
        "the tent has", f"<think>maybe {yes} or ({letter})", f"{letter.upper()}:", "   ",
        "Ann, Bo and not Cy", "has has has three", f"**{yes}**", f"“{yes}”", f"so {yes} then",
    ])  # fmt: skip


def test_native_reading_agrees_with_a_second_implementation(items: list[Item]) -> None:
    rng = random.Random(0)
    asks = [a for a in NATIVE.ask(items, EvalConfig(), "sip") if a.item.dimension != "belief:free"]
    seen: set[tuple[str, str, float]] = set()
    for _ in range(1500):
        ask, text = rng.choice(asks), framed(rng, outputs(rng))
        value = NATIVE.read(ask, Completion(text)).value
        assert value == pytest.approx(by_the_description(ask.item, text)), (ask.key, text)
        seen.add((ask.item.dimension, text, value))
    assert len({text for _, text, _ in seen}) >= 200


def test_a_free_belief_is_right_if_it_is_nearer_to_the_right_text(items: list[Item]) -> None:
    free = next(item for item in items if item.dimension == "belief:free")
    assert read_value(NATIVE, free, "Cy is unaware of it, she came later.") == 1.0
    assert read_value(NATIVE, free, "Cy believes the tent has three.") == 0.0
    assert read_value(NATIVE, free, "") == 0.0


def test_the_public_copy_is_whole_and_its_shortcuts_are_as_measured() -> None:
    items = public("fantom")
    rows = count_rows(DATA / "fantom")
    share = rows["sets"] / 870
    assert 0.75 < share <= 1
    whole = {
        "belief:inaccessible": 993, "belief:accessible": 547, "answerability:list": 870,
        "info_access:list": 870, "fact": 870, "answerability:binary": 3571,
        "info_access:binary": 3571, "rows": 12832,
    }  # fmt: skip
    for name, count in whole.items():
        assert rows[name] == pytest.approx(count * share, rel=0.03 if share < 1 else 0), name
    fooled = {item.group for item in items if "inside" in item.meta.get("fault", "")}
    assert len(fooled) == 2
    assert figures_of("fantom", items, "gold", NATIVE)["answerability_list"] < 1
    assert figures_of("fantom", [i for i in items if i.group in fooled], "gold", NATIVE)["all"] == 0
    plain = [item for item in items if item.group not in fooled]
    assert set(figures_of("fantom", plain, "gold", NATIVE).values()) == {1.0}
    assert_contract("fantom", plain[:1500], orders=1)
    assert set(figures_of("fantom", items, "gold").values()) == {1.0}
    for rule, expected in (("longest", (0.387, 0.735)), ("shortest", (0.617, 0.269))):
        found = figures_of("fantom", items, rule)
        assert (found["belief_choice"], found["accessible/belief_choice"]) == pytest.approx(
            expected, abs=0.02
        )
    chance = figures_of("fantom", items, "random")
    assert chance["belief_choice"] == pytest.approx(0.5, abs=0.04)
    assert chance["all"] < 0.02
    full = public("fantom_full")
    assert set(figures_of("fantom_full", full, "gold").values()) == {1.0}


def test_the_lexical_measure_tells_the_answers_to_sister_questions_apart() -> None:
    """Right and wrong texts of a set's other beliefs stand for free answers in other words."""
    sets: dict[tuple[str, str], list[OpenItem]] = {}
    for item in public("fantom"):
        if isinstance(item, OpenItem) and item.dimension == "belief:free":
            key = (item.group, item.meta["accessibility"])
            sets.setdefault(key, []).append(item)
    told = [
        nearest(text, item.accepted[0], item.rejected) is right
        for ones in sets.values()
        for item in ones
        for other in ones
        if other is not item
        for text, right in ((other.accepted[0], True), (other.rejected[0], False))
    ]
    assert len(told) > 800
    assert sum(told) / len(told) > 0.93
