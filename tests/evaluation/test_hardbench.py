"""Our own items: read from files, builds and releases; blocks count only when they are whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from social_r1.errors import InputError
from social_r1.evaluation.benchmarks import hardbench
from social_r1.evaluation.protocols import SOCIAL_R1
from social_r1.evaluation.shortcuts import play
from social_r1.evaluation.types import EvalConfig, Scored
from social_r1.hardbench import BuildConfig, build
from social_r1.items import SocialItem
from social_r1.records import write_jsonl

from .conftest import make_item


def block(group: str, size: int = 4, **meta: Any) -> list[SocialItem]:
    """Items of one block of ours: option i is right in variant i."""
    return [
        make_item(i, id=f"{group}-{i}", group=group, meta={"design": "perm", **meta})
        for i in range(size)
    ]


def scored(items: list[SocialItem], right: Callable[[SocialItem], bool]) -> list[Scored]:
    return [Scored(item, (float(right(item)),), (0,)) for item in items]


def figures(found: list[Scored]) -> dict[str, float]:
    return {figure.name: figure.interval.value for figure in hardbench.metrics(found)}


def played(items: list[SocialItem], rule: str) -> dict[str, float]:
    asks = SOCIAL_R1.ask(items, EvalConfig(), "sip")
    return figures(play(items, asks, SOCIAL_R1, rule))


def test_item_files_builds_and_releases_are_read(tmp_path: Path) -> None:
    items = block("one")
    write_jsonl(tmp_path / "release" / "data" / "test.jsonl", items)
    write_jsonl(tmp_path / "release" / "twins.jsonl", block("two"))
    assert hardbench.load(tmp_path / "release") == items
    assert hardbench.BENCHMARK.load(tmp_path / "release") == items
    assert len(hardbench.load(tmp_path / "release" / "twins.jsonl")) == 4
    write_jsonl(tmp_path / "build" / "items.jsonl", items[:2])
    assert hardbench.load(tmp_path / "build") == items[:2]
    write_jsonl(tmp_path / "else" / "deep" / "ood.jsonl", items)
    with pytest.raises(InputError, match=r"holds no items\.jsonl.*deep/ood\.jsonl"):
        hardbench.load(tmp_path / "else")


def test_a_block_counts_only_with_all_four_right() -> None:
    items = [*block("a"), *block("b"), *block("cut", size=3, design="relay")]
    wrong = {"b-2", "cut-0"}
    found = figures(scored(items, lambda item: item.id not in wrong))
    # Blocks: a is right, b is not, cut is none. Items: 9 of 11. Even numbers are Belief: a-0, a-2,
    # b-0, b-2, cut-0, cut-2, of which two are wrong.
    assert found == {
        "block_accuracy": 0.5, "accuracy": pytest.approx(9 / 11),
        "Belief": pytest.approx(4 / 6), "Desire": 1.0,
        "difficulty/1": pytest.approx(9 / 11),
        "design/perm": 7 / 8, "design/relay": pytest.approx(2 / 3),
    }  # fmt: skip
    assert next(iter(found)) == "block_accuracy"


def test_parts_are_those_that_the_items_tell() -> None:
    items = [
        *block("a", depth=2, order=1, operators=["nap:INV", "peek:DIR"]),
        *block("b", depth=10, order=2, operators=["peek:DIR"]),
    ]
    found = figures(scored(items, lambda item: item.group == "a"))
    assert {name: value for name, value in found.items() if "/" in name} == {
        "difficulty/1": 0.5, "depth/10": 0.0, "depth/2": 1.0, "order/1": 1.0, "order/2": 0.0,
        "design/perm": 0.5, "operator/nap:INV": 1.0, "operator/peek:DIR": 0.5,
    }  # fmt: skip


def test_twins_of_an_item_are_no_block() -> None:
    twins = block("a", design="twin:INV", operators=["lapse:INV"])
    found = figures(scored(twins, lambda item: item.id != "a-0"))
    assert found == {
        "accuracy": 0.75, "Belief": 0.5, "Desire": 1.0, "difficulty/1": 0.75,
        "design/twin:INV": 0.75, "operator/lapse:INV": 0.75,
    }  # fmt: skip


def test_items_of_other_makers_have_their_groups_for_blocks(items: list[SocialItem]) -> None:
    pairs = [item.model_copy(update={"group": f"g{i // 2}"}) for i, item in enumerate(items)]
    found = figures(scored(pairs, lambda item: item.id != "item-0"))
    assert found["block_accuracy"] == pytest.approx(5 / 6)
    assert not any(name.startswith(("design/", "operator/")) for name in found)


def test_shortcuts_never_get_a_block_of_a_build() -> None:
    sets = build(BuildConfig(train=0, hard=40, easy=8, ood=0, seed=3))
    items = [*sets["hard"], *sets["easy"]]
    assert set(played(items, "gold").values()) == {1.0}
    assert set(played(items, "wrong").values()) == {0.0}
    # Whoever says the same to all four questions of a block is right once.
    constant = figures(scored(list(sets["hard"]), lambda item: item.answer == 0))
    assert (constant["block_accuracy"], constant["accuracy"]) == (0.0, 0.25)
    for rule in ("longest", "shortest"):
        assert played(list(sets["hard"]), rule)["block_accuracy"] == 0.0
    guessed = played(items, "random")
    assert guessed["block_accuracy"] == 0.0
    assert guessed["accuracy"] == pytest.approx(0.25, abs=0.2)
    assert "block_accuracy" not in played(list(sets["easy"]), "gold")  # single questions
