"""OpenToM: labels as options, macro F1 per kind, and the authors' rules with their faults."""

from __future__ import annotations

import json
import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, choices, load_benchmark
from social_r1.evaluation.benchmarks.opentom import FILES, metrics, native_metrics
from social_r1.evaluation.benchmarks.opentom_native import NATIVE
from social_r1.evaluation.types import Completion, EvalConfig, Pick, Scored
from social_r1.items import SocialItem

from .contract import assert_contract, figures_of, framed, public


def story_of(after: str = "a shed", before: str = "toy_chest") -> dict[str, Any]:
    """A narrative of ours."""
    return {
        "plot_info": {
            "mover": "Nadia", "eoi": "kite", "original_place": before, "move_to_place": after,
            "observer": "Bo",
        },
        "observed": False,
        "narrative": "Nadia likes tidy rooms. She took the kite away while Bo was asleep.",
    }  # fmt: skip


def questions_of(story: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Its 23 questions by file."""
    before, after = (story["plot_info"][key] for key in ("original_place", "move_to_place"))

    def ask(kind: str, *pairs: tuple[str, Any]) -> list[dict[str, Any]]:
        return [{"question": text, "answer": label, "type": kind} for text, label in pairs]

    def hops(kind: str, inner: str) -> list[dict[str, Any]]:
        return ask(
            kind,
            (f"From Nadia's perspective, how does {inner}{before}'s fullness change?", "less full"),
            (f"From Bo's perspective, how does {inner}{before}'s fullness change?", "equally full"),
            (f"From Nadia's perspective, how does {inner}{after}'s fullness change?", "more full"),
            (f"From Bo's perspective, how does {inner}{after}'s fullness change?", "equally full"),
            (f"From Nadia's perspective, how would {inner}kite's accessibility change?",
             "more accessible"),
            (f"From Bo's perspective, how would {inner}kite's accessibility change?",
             "more accessible|less accessible"),
        )  # fmt: skip

    end = "by the end of the story?"
    return {
        "attitude": ask("attitude", ("As Bo, what is your attitude towards Nadia's action?",
                                     "negative")),
        "location_cg_fo": ask(
            "location-fo", (f"From Nadia's perspective, is the kite in its place {end}", "No"),
            (f"From Bo's perspective, is the kite in its initial location {end}", "Yes"),
        ),
        "location_cg_so": ask(
            "location-so", (f"From Nadia's perspective, does Bo think so {end}", "Yes"),
            (f"From Bo's perspective, does Nadia think so {end}", "Yes"),
        ),
        "location_fg_fo_new": ask(
            "location-fo", (f"From narrator's perspective, where is kite located {end}", after),
            ("From narrator's perspective, where is kite located in the beginning?", before),
            (f"From Nadia's perspective, where is the kite located {end}", after),
            (f"From Bo's perspective, where is the kite located {end}", before),
        ),
        "location_fg_so_new": ask(
            "location-so", (f"From Nadia's perspective, where does Bo think it is {end}", before),
            (f"From Bo's perspective, where does Nadia think it is {end}", before),
        ),
        "multihop_fo": hops("multihop-fo", ""),
        "multihop_so": hops("multihop-so", "Bo think "),
    }  # fmt: skip


def write(folder: Path, stories: dict[str, dict[str, Any]], **changed: Any) -> Path:
    """``opentom/`` with these stories; ``changed`` gives a file other rows for the first one."""
    (folder / "opentom").mkdir(exist_ok=True)
    (folder / "opentom" / "meta_data.json").write_text(json.dumps(stories))
    for name in FILES.values():
        rows = {key: questions_of(story)[name] for key, story in stories.items()}
        if name in changed:
            rows[next(iter(rows))] = changed[name]
        (folder / "opentom" / f"{name}.json").write_text(json.dumps(rows))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path, {"71": story_of(), "72": story_of("Coat rack", "box")})


def pick_of(item: SocialItem, said: str) -> Pick | None:
    ask = NATIVE.ask([item], EvalConfig(), "sip")[0]
    return NATIVE.read(ask, Completion(said)).pick


def test_a_story_has_23_questions_of_nine_kinds(folder: Path) -> None:
    items = choices(load_benchmark("opentom", folder))
    assert_contract("opentom", items)
    mine = [item for item in items if item.group == "opentom/71"]
    assert Counter(item.dimension for item in mine) == {
        "attitude": 1, "location_coarse_fo": 2, "location_coarse_so": 2, "location_fine_fo": 4,
        "location_fine_so": 2, "fullness_fo": 4, "fullness_so": 4, "accessibility_fo": 2,
        "accessibility_so": 2,
    }  # fmt: skip
    assert mine[0].id == "opentom/71/attitude/0"
    fine = [item for item in mine if item.dimension == "location_fine_fo"]
    assert {item.options for item in fine} == {("toy chest", "a shed")}
    assert [item.answer for item in fine] == [1, 0, 1, 0]


def test_a_doubtful_label_is_equally_accessible(folder: Path, tmp_path: Path) -> None:
    items = choices(load_benchmark("opentom", folder))
    access = [item for item in items if item.dimension == "accessibility_fo"]
    assert access[1].options[access[1].answer] == "equally accessible"
    rows = questions_of(story_of())["multihop_fo"]
    rows[4]["answer"] = ["corrupted", "less accessible"]
    again = choices(load_benchmark("opentom", write(tmp_path, {"71": story_of()},
                                                    multihop_fo=rows)))  # fmt: skip
    found = next(item for item in again if item.id == "opentom/71/multihop_fo/4")
    assert found.options[found.answer] == "less accessible"


def test_articles_do_not_matter_to_the_gold_and_a_third_place_is_kept_and_marked(
    tmp_path: Path,
) -> None:
    rows = questions_of(story_of())["location_fg_fo_new"]
    rows[0]["answer"], rows[2]["answer"] = "shed", "the roof"
    items = choices(load_benchmark("opentom", write(tmp_path, {"71": story_of()},
                                                    location_fg_fo_new=rows)))  # fmt: skip
    fine = [item for item in items if item.dimension == "location_fine_fo"]
    assert (fine[0].answer, "fault" in fine[0].meta) == (1, False)
    assert fine[2].options == ("toy chest", "a shed", "the roof")
    assert fine[2].options[fine[2].answer] == "the roof"
    assert fine[2].meta["fault"] == "its answer is neither of the two places"
    assert_contract("opentom", items)
    assert len(NATIVE.prepare(items)) == len(items) - 1  # no answer can be right under the rule


def test_byte_order_marks_are_no_part_of_the_json(folder: Path) -> None:
    items = load_benchmark("opentom", folder)
    for path in (folder / "opentom").iterdir():
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_benchmark("opentom", folder) == items


def test_a_broken_question_is_named(tmp_path: Path) -> None:
    rows = [{"question": "As Bo, what is your attitude?", "answer": "mixed", "type": "attitude"}]
    with pytest.raises(InputError, match=r"attitude\.json: story 71, question 0: .*repair"):
        load_benchmark("opentom", write(tmp_path, {"71": story_of()}, attitude=rows))


def test_macro_f1_by_hand(folder: Path) -> None:
    items = [
        item for item in choices(load_benchmark("opentom", folder))
        if item.dimension == "location_coarse_fo"
    ]  # fmt: skip
    # Right: No Yes No Yes; said: No, No, unread, Yes. Options are (Yes, No).
    picks = (1, 1, None, 0)
    scored = [
        Scored(item, (float(pick == item.answer),), (pick,))
        for item, pick in zip(items, picks, strict=True)
    ]
    ours = {figure.name: figure.interval.value for figure in metrics(scored)}
    # Yes: 2*1/(2+1) = 2/3; No: 2*1/(2+2) = 1/2; the unread one costs the recall of No.
    assert ours["f1_location_coarse_fo"] == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert ours["macro_f1"] == ours["f1_location_coarse_fo"]
    assert ours["accuracy"] == 0.5
    theirs = {figure.name: figure.interval.value for figure in native_metrics(scored)}
    # Without the unread one: Yes 2/3; No: 2*1/(1+2) = 2/3.
    assert theirs["f1_location_coarse_fo"] == pytest.approx(2 / 3)
    assert theirs["readable"] == 0.75


def test_a_tied_fine_location_is_a_label_that_is_never_right(folder: Path) -> None:
    items = [
        item for item in choices(load_benchmark("opentom", folder))
        if item.dimension == "location_fine_so"
    ]  # fmt: skip
    # All four are before the move; three are said so, one is a tie: 2*3/(4+3) and 0.
    picks = (0, 0, 0, None)
    scored = [
        Scored(item, (float(pick == 0),), (pick,)) for item, pick in zip(items, picks, strict=True)
    ]
    theirs = {figure.name: figure.interval.value for figure in native_metrics(scored)}
    assert theirs["f1_location_fine_so"] == pytest.approx((6 / 7 + 0) / 2)
    ours = {figure.name: figure.interval.value for figure in metrics(scored)}
    assert ours["f1_location_fine_so"] == pytest.approx(6 / 7)


def test_the_faults_of_the_authors_rules_are_followed(tmp_path: Path) -> None:
    stories = {"71": story_of("aisle", "box"), "72": story_of("a hat box", "box")}
    items = choices(load_benchmark("opentom", write(tmp_path, stories)))
    assert_contract("opentom", items)  # the script finds a wording that the rule reads rightly
    kinds = {(item.group[-2:], item.dimension): item for item in items}
    aisle, part = kinds["71", "location_fine_fo"], kinds["72", "location_fine_fo"]
    assert pick_of(aisle, "aisle") is None  # its article "a" was cut off
    assert pick_of(aisle, "box") == 0
    assert pick_of(part, "a hat box") is None  # has all words of both places
    assert pick_of(part, "hat") == 1
    coarse = kinds["71", "location_coarse_fo"]
    assert pick_of(coarse, "I know it is there") == 1  # "no" stands in "know"
    assert pick_of(coarse, "Yes, Bo cannot know") is None
    full = kinds["71", "fullness_fo"]
    assert pick_of(full, "More full, not less full") == 2  # "less full" is looked for first
    assert pick_of(full, "The same.") is None
    assert pick_of(kinds["71", "attitude"], "Answer: B.") == 1
    assert pick_of(kinds["71", "attitude"], "positive or negative") is None


def by_the_description(item: SocialItem, text: str) -> str | None:
    """Second implementation of the five rules; the label that an output gives."""
    text = text.split("</think>")[-1].strip().lower()
    theme = item.meta["theme"]
    if theme == "attitude":
        last = text.split("\n\n")[-1]
        last = last[last.rfind(":") + 1 :]
        last = last[: last.find(".")].strip() if "." in last else last.strip()
        short = {"a": "positive", "b": "neutral", "c": "negative"}
        labels = [label for label in short.values() if label in last]
        return short.get(last) or (labels[0] if len(labels) == 1 else None)
    if theme == "location_coarse":
        marks = {label for label in ("Yes", "No") if label.lower() in text}
        return marks.pop() if len(marks) == 1 else None
    if theme == "location_fine":
        return _nearer(item, text)
    text = "".join(letter for letter in text if letter != ".")
    wordings = {
        "fullness": {"less full": "less full", "emptier": "less full", "more empty": "less full",
                     "more full": "more full", "fuller": "more full",
                     "equally full": "equally full"},
        "accessibility": {f"{how} accessible": f"{how} accessible"
                          for how in ("more", "less", "equally")},
    }[theme]  # fmt: skip
    return next((label for wording, label in wordings.items() if wording in text), None)


def _nearer(item: SocialItem, text: str) -> str | None:
    said = text.replace("_", " ").replace("'s", "").replace(".", "").split()
    shares = []
    for place in item.meta["released_places"]:
        for article in ("a", "an", "the"):
            if place[: len(article)] == article:
                place = place[len(article) :].strip()
                break
        named = place.lower().replace("_", " ").replace("'s", "").split()
        shares.append(len([word for word in dict.fromkeys(said) if word in named]) / len(named))
    if shares[0] == shares[1]:
        return None
    return item.options[0 if shares[0] > shares[1] else 1]


def outputs(rng: random.Random, item: SocialItem) -> str:
    """A varied model output for a question."""
    one, two = rng.choice(item.options), rng.choice(item.options)
    word = rng.choice(one.split())
    return rng.choice([
        one, one.upper(), f"{one}.", f"The {one}.", f"Answer: {one}", f"{one}, not {two}", word,
        f"I know it is {one}", f"<think>{two}</think>{one}", f"<think>{two}", "", "  ", "A", "b.",
        f"{one}\n\n{two}", f"**{one}**", f"答案是 {one}。", "emptier", "Fuller", "more empty",
        f"Because {two}: {one}. So", "cannot say", "the same", f"{one.replace(' ', '_')}",
        f"{word} {rng.choice(two.split())}", "(c)", f"somewhere in Bo's {word}", "not there",
    ])  # fmt: skip


def test_native_reading_agrees_with_a_second_implementation(tmp_path: Path) -> None:
    stories = {
        "71": story_of(), "72": story_of("aisle", "box"), "73": story_of("Bo's own shed", "shed"),
        "74": story_of("the hat box", "hat_stand"),
    }  # fmt: skip
    items = choices(load_benchmark("opentom", write(tmp_path, stories)))
    asks = NATIVE.ask(NATIVE.prepare(items), EvalConfig(), "sip")
    rng = random.Random(0)
    seen = set()
    for _ in range(4000):
        ask = rng.choice(asks)
        assert isinstance(ask.item, SocialItem)
        text = framed(rng, outputs(rng, ask.item))
        found = NATIVE.read(ask, Completion(text))
        label = by_the_description(ask.item, text)
        assert (None if found.pick is None else ask.item.options[int(str(found.pick))]) == label
        assert found.value == float(label == ask.item.options[ask.item.answer]), text
        seen.add((ask.item.meta["theme"], text))
    assert len({text for _, text in seen}) >= 200


def test_the_public_set_is_whole_and_its_labels_are_as_counted() -> None:
    items = choices(public("opentom"))
    stories = {item.group for item in items}
    assert len(items) in (10810, benchmark("opentom").total)
    assert len(items) == 23 * len(stories)
    fine = [item for item in items if item.meta["theme"] == "location_fine"]
    assert_contract("opentom", fine[::3], orders=1)
    assert_contract("opentom", items[::11], orders=1)
    assert len(NATIVE.prepare(items)) == len(items)
    found = figures_of("opentom", items, "A", NATIVE)
    # Always the first label: positive, Yes, the place before, more full, more accessible.
    coarse = [item for item in items if item.dimension == "location_coarse_fo"]
    yes = sum(item.options[item.answer] == "Yes" for item in coarse) / len(coarse)
    assert found["location_coarse_fo"] == pytest.approx(yes)
    # One label alone has F1 2p/(1+p), shared among all labels that occur.
    assert found["f1_location_coarse_fo"] == pytest.approx(yes / (1 + yes))
    assert found["macro_f1"] < 0.3
    chance = figures_of("opentom", items, "random", NATIVE)
    assert chance["location_fine_fo"] == pytest.approx(0.5, abs=0.04)
    assert chance["fullness_so"] == pytest.approx(1 / 3, abs=0.04)
