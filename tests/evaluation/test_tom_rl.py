"""ToM-RL's Hi-ToM questions without options: tags in order, then the container itself."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import benchmark, load_benchmark
from social_r1.evaluation.protocols import protocol_of
from social_r1.evaluation.types import Completion, EvalConfig, OpenItem
from social_r1.records import write_jsonl

from .contract import assert_contract, figures_of, public, read_value

NATIVE = protocol_of("tom_rl/native")

ROW: dict[str, Any] = {
    "id": "x-1", "data_source": "hi_tom",
    "story": "Nadia and Bo entered the tea_room. The scarf is in the red_tub. Nadia exited the "
    "tea_room. Bo moved the scarf to the tin_vat.",
    "question": "Where does Nadia really think the scarf is?", "answer": "red_tub",
    "extra_info": {"deception": False, "question_order": 1.0, "story_length": 1.0},
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tom_rl").mkdir()
    rows = [ROW, ROW | {"question": "Where is the scarf really?", "answer": "tin_vat",
                        "extra_info": ROW["extra_info"] | {"question_order": 0.0}}]  # fmt: skip
    write_jsonl(tmp_path / "tom_rl" / "test_hitom_1000.jsonl", rows)
    return tmp_path


def test_questions_without_options_know_the_other_containers(folder: Path) -> None:
    items = load_benchmark("tom_rl", folder)
    assert_contract("tom_rl", items)
    first, second = items
    assert isinstance(first, OpenItem)
    assert (first.accepted, first.rejected) == (("red tub",), ("tin vat",))
    assert first.group == second.group
    assert [item.dimension for item in items] == ["order_1", "order_0"]
    assert "in-distribution" in benchmark("tom_rl").caveat


def test_a_broken_row_is_named(folder: Path) -> None:
    path = folder / "tom_rl" / "test_hitom_1000.jsonl"
    path.write_text(path.read_text().replace('"answer"', '"gold"', 1))
    with pytest.raises(InputError, match=r"jsonl:1: not a ToM-RL row"):
        load_benchmark("tom_rl", folder)


def by_the_description(text: str) -> float:
    """Second implementation: four tags, each once, in order; then the answer word by word."""
    places = [text.find(tag) for tag in ("<think>", "</think>", "<answer>", "</answer>")]
    single = all(
        text.count(tag) == 1 for tag in ("<think>", "</think>", "<answer>", "</answer>")
    )  # fmt: skip
    if not single or places != sorted(places) or text[places[1] + 8 : places[2]].strip():
        return 0.0
    said = text[places[2] + 8 : places[3]].lower().replace("_", " ")
    return float("".join(c for c in said if c.isalnum() or c.isspace()).split() == ["red", "tub"])


def test_native_reading_agrees_with_a_second_implementation(folder: Path) -> None:
    item = load_benchmark("tom_rl", folder)[0]
    rng = random.Random(0)
    seen = set()
    for _ in range(1500):
        thought = rng.choice(["hm", "the red_tub", "", "I see\nit"])
        place = rng.choice(["red_tub", "red tub", "Red Tub.", "the red tub", "tin_vat", "", "A"])
        gap = rng.choice(["", "\n", " so "])
        text = rng.choice([
            f"<think>{thought}</think>{gap}<answer>{place}</answer>",
            f"<think>{thought}</think>{gap}<answer> {place} </answer>\n",
            f"<answer>{place}</answer><think>{thought}</think>", f"<answer>{place}</answer>",
            f"<think>{thought}{gap}<answer>{place}</answer>", place, f"<think>{thought}",
            f"<think>{thought}</think><answer>{place}</answer><answer>{place}</answer>",
            f"<think>{thought}</think><answer>{place}", f"答案是{place}",
            f"<think>{thought}</think>{place}",
        ])  # fmt: skip
        value = read_value(NATIVE, item, text)
        assert value == by_the_description(text), text
        seen.add((text, value))
    assert len({text for text, _ in seen}) >= 200
    assert sum(value for _, value in seen) > 20


def test_native_prompt_is_one_story_and_one_question(folder: Path) -> None:
    asks = NATIVE.ask(load_benchmark("tom_rl", folder), EvalConfig(orders=4), "sip")
    assert len(asks) == 2
    assert "<answer>" in asks[0].messages[0]["content"]
    assert NATIVE.read(asks[0], Completion("")).reason == "empty"


def test_the_public_file_is_whole() -> None:
    items = public("tom_rl")
    assert len(items) in (776, benchmark("tom_rl").total)
    assert_contract("tom_rl", items, orders=1)
    figures = figures_of("tom_rl", items, "gold")
    assert {f"order_{order}" for order in range(5)} <= set(figures)
