"""Every figure of the card is counted from its items, and it claims nothing that was not done."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from social_r1.hardbench.publish import dataset_card, tables
from social_r1.items import SocialItem
from social_r1.records import read_items
from social_r1.stats import wilson


def item(number: int, *, dimension: str = "Belief", answer: int = 0, **meta: Any) -> SocialItem:
    usual = {"order": 1, "depth": 2, "whole": True, "operators": [], "signature": f"s{number}"}
    return SocialItem(
        id=f"i{number}",
        dimension=dimension,
        group=f"g{number // 4}",
        story="Ann hid a key.",
        question="Where?",
        options=("box", "bag", "jar", "tin"),
        answer=answer,
        difficulty=meta.pop("level", 1),
        meta=usual | meta,
    )


def card(splits: dict[str, list[SocialItem]], **more: Any) -> str:
    usual = {"title": "core-800", "command": "social-r1 hard release core-800", "seed": 3}
    return dataset_card(splits, **usual | more)


def section(text: str, title: str) -> str:
    return text.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_the_head_names_every_split_that_has_items(whole: Path) -> None:
    head = yaml.safe_load((whole / "README.md").read_text().split("---\n")[1])
    assert head["license"] == "mit"
    assert head["language"] == ["en"]
    assert head["size_categories"] == ["n<1K"]
    default, twins = head["configs"]
    assert default["data_files"] == [
        {"split": "train", "path": "data/train.parquet"},
        {"split": "test", "path": "data/test.parquet"},
    ]
    assert twins["config_name"] == "twins"
    features = {f["name"]: f.get("dtype") for f in head["dataset_info"][0]["features"]}
    assert set(features) == set(SocialItem.model_fields)
    assert features["meta"] == "string"


def test_dimensions_are_counted_by_split_in_the_usual_order() -> None:
    test = [item(0), item(1, dimension="Emotion"), item(2, dimension="Emotion")]
    shown = section(card({"train": [item(3)], "test": test}), "Dimensions")
    assert shown.strip().splitlines() == [
        "| dimension | train | test |",
        "|---|---|---|",
        "| Belief | 1 | 1 |",
        "| Emotion | 0 | 2 |",
        "| all | 1 | 3 |",
    ]


def test_order_and_depth_stand_against_level() -> None:
    items = [item(0, level=2), item(1, level=2), item(2, order=2, depth=10, level=5)]
    assert tables.levels(items).splitlines() == [
        "| order | depth | L1 | L2 | L3 | L4 | L5 |",
        "|---|---|---|---|---|---|---|",
        "| 1 | 2 | 0 | 2 | 0 | 0 | 0 |",
        "| 2 | 10 | 0 | 0 | 0 | 0 | 1 |",
        "| all |  | 0 | 2 | 0 | 0 | 1 |",
    ]


def test_operators_are_counted_by_items_and_held_against_reality() -> None:
    """Of three items with a peek and a real state, reality is right in one."""
    items = [
        item(0, operators=["peek:DIR", "peek:INV"], solvers={"reality": "box"}),
        item(1, operators=["peek:DIR"], solvers={"reality": "bag"}),
        item(2, operators=["nap:INV", "peek:INV"], solvers={"reality": "bag"}),
        item(3, operators=["peek:INV"], solvers={"reality": None}),
    ]
    assert tables.operators(items) == [
        ("peek", "an unseen watcher", 2, 3, tables.interval(wilson(1, 3)), 3),
        ("nap", "a lapse that everybody sees", 0, 1, tables.interval(wilson(0, 1)), 1),
    ]


def test_solvers_and_ablations_carry_wilson_intervals_and_their_own_n() -> None:
    items = [
        item(0, solvers={"reality": "box", "literal": None}, ablations={"no_watchers": True}),
        item(1, solvers={"reality": "bag"}, ablations={"no_watchers": False}),
    ]
    half, quarter = tables.interval(wilson(1, 2)), tables.interval(wilson(0.25, 1))
    text = card({"test": items})
    assert f"| literal | {quarter}, n = 1 |" in section(text, "Named shortcuts")
    assert f"| reality | {half} |" in section(text, "Named shortcuts")
    shown = section(text, "Ablations")
    assert f"| no_watchers | {half} |" in shown
    assert "share of items that do without that mechanism" in shown


def test_what_splits_share_is_counted() -> None:
    script = {"agents": ["Ann", "Bo"]}
    train = [item(0, script=script, thing="key"), item(1, script=script, thing="cup")]
    test = [item(1, script={"agents": ["Bo", "Cy"]}, thing="pen")]
    shown = section(card({"train": train, "test": test}), "What splits share")
    assert "| train, test | 1 | 1 | 0 |" in shown


def test_blocks_and_what_is_taken_of_them_are_told() -> None:
    test = [item(n, whole=False) for n in (0, 4, 8)]
    shown = section(card({"train": [item(n) for n in range(12, 20)], "test": test}), "Construction")
    assert "| train | 8 | 2 | 4 | 4 | all |" in shown
    assert "| test | 3 | 3 | 4 | 4 | one |" in shown


def test_tables_without_figures_are_left_out() -> None:
    text = card({"test": [item(0)]})
    for title in ("Operators", "Named shortcuts", "Ablations", "Vocabulary and diversity"):
        assert f"## {title}" not in text
    assert "twins" not in text


def test_figures_of_an_audit_are_shown_as_they_are_given() -> None:
    shown = section(
        card({"test": [item(0)]}, figures={"types": 2900, "distinct-2": 0.5123}),
        "Vocabulary and diversity",
    )
    assert "| types | 2900 |" in shown
    assert "| distinct-2 | 0.512 |" in shown


def test_a_sample_says_that_it_is_one(whole: Path) -> None:
    text = (whole / "README.md").read_text()
    assert "**This is a sample at 0.02 of its size, not the release itself.**" in text
    assert "social-r1 hard release core-800 --out DIR --seed 3 --scale 0.02\n" in text
    assert "sample at" not in card({"test": [item(0)]})


@pytest.mark.parametrize(
    "words",
    [
        "not ToMBench-Hard",
        "English only",
        "No study with people was run",
        "No model was run",
        "no real dialogue",
        "conventional cells",
        "Licence: MIT",
        "a search for overlaps with them was not part",
    ],
)
def test_limits_and_what_was_not_measured_are_said(words: str, whole: Path) -> None:
    assert words in " ".join((whole / "README.md").read_text().split())


def test_the_card_claims_neither_people_nor_agreement(whole: Path) -> None:
    text = (whole / "README.md").read_text()
    for claim in ("κ", "kappa", "validated", "human accuracy of", "annotated", "state of the art"):
        assert claim not in text


def test_every_table_has_as_many_cells_in_every_row(whole: Path) -> None:
    widths: list[int] = []
    for line in (whole / "README.md").read_text().splitlines():
        if not line.startswith("|"):
            assert len(set(widths)) < 2
            widths = []
        else:
            widths.append(len(re.findall(r"(?<!\\)\|", line)))


def test_the_counts_are_those_of_the_files(whole: Path) -> None:
    text = (whole / "README.md").read_text()
    train, test = (read_items(whole / "data" / f"{n}.jsonl") for n in ("train", "test"))
    for name in {i.dimension for i in (*train, *test)}:
        counts = [sum(i.dimension == name for i in items) for items in (train, test)]
        assert f"| {name} | {counts[0]} | {counts[1]} |" in section(text, "Dimensions")
    assert f"{len(read_items(whole / 'twins.jsonl'))} twins differ" in text
