"""Hi-ToM: two releases, a ladder of orders, and a prompt with the authors' note."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, choices, load_benchmark
from social_r1.evaluation.benchmarks.hitom import metrics
from social_r1.evaluation.benchmarks.hitom_native import native
from social_r1.evaluation.types import Completion, EvalConfig, Scored
from social_r1.hardbench.readers import joint_presence

from .conftest import HITOM_PLACES, hitom_row
from .contract import assert_contract, figures_of, framed, public

NATIVE = native("hitom")


def old_folder(folder: Path, name: str = "Hi-ToM_data_dec2023.json") -> Path:
    """``hitom/`` with a file whose VP row of order 3 contradicts its CoTP row."""
    rows = [
        hitom_row(order, style, "red_vat" if (style, order) == ("VP", 3) else "tin_trunk")
        for style in ("VP", "CoTP")
        for order in range(5)
    ]
    (folder / "hitom").mkdir(exist_ok=True)
    (folder / "hitom" / name).write_text(json.dumps({"data": rows}))
    return folder


@pytest.mark.parametrize("name", ["Hi-ToM_data_dec2023.json", "Hi-ToM_data.json"])
def test_the_old_release_is_kept_whole_with_its_doubtful_label_marked(
    tmp_path: Path, name: str
) -> None:
    items = choices(load_benchmark("hitom_2023", old_folder(tmp_path, name)))
    assert_contract("hitom_2023", items)
    assert [item.meta["order"] for item in items] == [0, 1, 2, 3, 4]
    assert {item.options[item.answer] for item in items} == {"tin trunk"}
    faults = [item.meta.get("fault") for item in items]
    assert faults == [None, None, None, "the other prompt style's answer is red vat", None]


def test_the_newer_loader_refuses_the_old_release_and_names_the_set_for_it(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"December 2023.*hitom_2023"):
        load_benchmark("hitom", old_folder(tmp_path, "Hi-ToM_data.json"))


def test_the_newer_release_is_not_taken_for_the_old_one(hitom_folder: Path) -> None:
    file = hitom_folder / "Hi-ToM_data.json"
    head = "The following story happens in chronological order. Answer."
    file.write_text(re.sub(r"An instruction in style \w+\.", head, file.read_text()))
    assert len(load_benchmark("hitom", hitom_folder.parent)) == 5
    with pytest.raises(InputError, match=r"newer release.*evaluate hitom"):
        load_benchmark("hitom_2023", hitom_folder.parent)
    file.unlink()
    with pytest.raises(InputError, match=r"Hi-ToM_data_dec2023.json.*DIR/hitom/"):
        load_benchmark("hitom_2023", hitom_folder.parent)


def test_a_byte_order_mark_is_no_part_of_the_json(hitom_folder: Path) -> None:
    items = load_benchmark("hitom", hitom_folder.parent)
    file = hitom_folder / "Hi-ToM_data.json"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert load_benchmark("hitom", hitom_folder.parent) == items


def test_an_order_counts_jointly_only_with_all_lower_ones(hitom_folder: Path) -> None:
    items = load_benchmark("hitom", hitom_folder.parent)
    scored = [
        Scored(item, (value,), (0,))
        for item, value in zip(items, (1.0, 1.0, 0.0, 1.0, 1.0), strict=True)
    ]
    found = {figure.name: figure.interval.value for figure in metrics(scored)}
    # Orders 0 and 1 stand; order 2 is wrong and takes 3 and 4 with it: 2 of 5 instead of 4 of 5.
    assert next(iter(found)) == "joint"
    assert (found["joint"], found["accuracy"]) == (0.4, 0.8)
    assert [found[f"joint_order_{order}"] for order in (1, 2, 3, 4)] == [1.0, 0.0, 0.0, 0.0]
    assert (found["order_2"], found["order_4"]) == (0.0, 1.0)
    assert (found["no_deception"], found["length_1"]) == (0.8, 0.8)
    assert "deception" not in found


def test_native_shows_the_released_story_all_choices_in_one_line_and_the_note(
    hitom_folder: Path,
) -> None:
    asks = NATIVE.ask(load_benchmark("hitom", hitom_folder.parent), EvalConfig(orders=3), "sip")
    assert len(asks) == 5
    text = asks[0].messages[0]["content"]
    assert text.startswith("An instruction in style VP.\n1 Nadia, Tariq")
    assert "entered the tea_room" in text
    assert "\nChoices: A. blue_vat, B. red_vat, C. tin_trunk, " in text
    assert "Note: You should assume the following. (1)" in text


def by_the_description(text: str, right: str) -> float:
    """Second implementation: the first option named, else the first lone capital from A to O."""
    text = text.split("</think>")[-1]
    words = " " + re.sub(r"[^a-z0-9]+", " ", text.lower().replace("_", " ")) + " "
    places = [place.replace("_", " ") for place in HITOM_PLACES]
    at = {place: words.find(f" {place} ") for place in places}
    named = sorted((where, place) for place, where in at.items() if where >= 0)
    if named:
        return float(named[0][1] == right)
    for part in re.split(r"[^A-Za-z0-9_一-鿿]+", text):
        if len(part) == 1 and part in "ABCDEFGHIJKLMNO":
            return float(places["ABCDEFGHIJKLMNO".index(part)] == right)
    return 0.0


def outputs(rng: random.Random) -> str:
    """A varied model output."""
    letter, place = rng.choice("ABCDEFGHIJKLMNO"), rng.choice(HITOM_PLACES)
    other = rng.choice(HITOM_PLACES)
    bare = place.replace("_", " ")
    return rng.choice([
        f"{letter}. {place}", place, bare, letter, f"{letter}.", f"({letter})", letter.lower(),
        f"The scarf is in the {bare}.", f"{place}, not {other}", f"**{letter}**", "", "  ", "no",
        f"答案是 {place}", f"答案：{letter}。", f"<think>maybe {place}",
        f"<think>the {other}</think>\n{letter}. {place}", f"<think>{other}</think>{letter}",
        place.upper(), f"Answer: {letter}", f"{letter}{letter}", "P", "I think so",
        f"{letter} or {rng.choice('ABCDE')}", f"old {bare}er", "Nadia lost it", f"{bare}\n\nWhy?",
    ])  # fmt: skip


def test_native_reading_agrees_with_a_second_implementation(hitom_folder: Path) -> None:
    asks = NATIVE.ask(load_benchmark("hitom", hitom_folder.parent), EvalConfig(), "sip")
    rng = random.Random(0)
    seen = set()
    for _ in range(1500):
        ask, text = rng.choice(asks), framed(rng, outputs(rng))
        value = NATIVE.read(ask, Completion(text)).value
        assert value == by_the_description(text, "tin trunk"), text
        seen.add((text, value))
    assert len({text for text, _ in seen}) >= 200
    assert sum(value for _, value in seen) > 10


def test_the_public_release_is_whole_and_its_positional_rule_is_as_measured() -> None:
    items = choices(public("hitom"))
    assert len(items) in (470, benchmark("hitom").total)
    assert_contract("hitom", items, orders=1)
    assert {len(item.options) for item in items} == {15}
    assert len(items) == 5 * len({item.group for item in items})
    said = [joint_presence(item.story, item.question) for item in items]
    scored = [
        Scored(item, (float(place == item.options[item.answer]),), (None,))
        for item, place in zip(items, said, strict=True)
    ]
    found = {figure.name: figure.interval.value for figure in metrics(scored)}
    assert found["accuracy"] == pytest.approx(0.885, abs=0.02)
    assert found["no_deception"] == pytest.approx(0.963, abs=0.02)
    assert found["deception"] == pytest.approx(0.807, abs=0.05)
    for protocol in ("social-r1", "native"):
        one = NATIVE if protocol == "native" else None
        draws = [
            figures_of("hitom", items, "random", *([one] if one else []), key=str(i))["accuracy"]
            for i in range(8)
        ]
        assert sum(draws) / 8 == pytest.approx(1 / 15, abs=0.015)


def test_the_public_release_of_2023_disagrees_with_itself_as_counted() -> None:
    items = public("hitom_2023")
    assert len(items) in (455, benchmark("hitom_2023").total)
    assert_contract("hitom_2023", items, orders=1)
    marked = [item for item in items if "fault" in item.meta]
    assert {item.meta["order"] for item in marked} == {2, 3, 4}
    deep = [item for item in items if item.meta["order"] >= 2]
    # 138 of 360 in the whole file.
    assert len(marked) / len(deep) == pytest.approx(138 / 360, abs=0.06)
    assert not {item.story for item in items} & {item.story for item in public("hitom")}
