"""What every benchmark must keep, for the tests of all of them."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest

from social_r1.evaluation.benchmarks import Benchmark, benchmark, load_benchmark
from social_r1.evaluation.grading import judge
from social_r1.evaluation.protocols import SOCIAL_R1, Protocol
from social_r1.evaluation.scripts import choose
from social_r1.evaluation.shortcuts import play
from social_r1.evaluation.types import Completion, EvalConfig, Item
from social_r1.items import SocialItem

ROOT = Path(__file__).resolve().parents[2]
DATA = Path(os.environ.get("SOCIAL_R1_DATA") or ROOT.parent / "shared" / "benchmarks")
"""Public data, where a developer has them."""


def public(name: str) -> list[Item]:
    """The set's items from the authors' files, or a skipped test where they are not at hand."""
    folder = DATA / benchmark(name).place
    if not benchmark(name).generated and not folder.is_dir():
        pytest.skip(f"no {folder}: public data are not part of the repository")
    return load_benchmark(name, DATA)


def protocols(found: Benchmark) -> list[Protocol]:
    """Ours, and the authors' where the set has it."""
    return [SOCIAL_R1, *([found.native] if found.native else [])]


def assert_contract(name: str, items: Sequence[Item], *, orders: int = 2) -> None:
    """Unique ids; under every protocol the right answer scores 1 and each wrong one 0, as written
    and read; a gold script has 1 on every metric."""
    found = benchmark(name)
    assert len({item.id for item in items}) == len(items)
    for protocol in protocols(found):
        prepared = protocol.prepare(items)
        asks = protocol.ask(prepared, EvalConfig(orders=orders), "sip")
        assert len({ask.key for ask in asks}) == len(asks)
        assert {ask.how for ask in asks} == {protocol.name}
        for ask in asks:
            for rule, value in (("gold", 1.0), ("wrong", 0.0)):
                text = protocol.write(ask, choose(ask.item, rule))
                answer = judge(ask, Completion(text), sample=None)
                assert answer.value == value, (ask.key, protocol.name, rule, text)
            if isinstance(ask.item, SocialItem):
                read = [
                    judge(ask, Completion(protocol.write(ask, place)), sample=None).value
                    for place in range(len(ask.item.options))
                ]
                assert sum(read) == 1, (ask.key, protocol.name)
        assert set(figures_of(name, items, "gold", protocol).values()) == {1.0}, protocol.name


def figures_of(
    name: str, items: Sequence[Item], rule: str, protocol: Protocol = SOCIAL_R1, *,
    orders: int = 1, seed: int = 0, key: str = "",
) -> dict[str, float]:  # fmt: skip
    """Metric to value of a scripted model (``gold``, ``random``, ``longest``, ``A``, ...)."""
    found = benchmark(name)
    metrics = found.metrics
    if protocol.name != SOCIAL_R1.name and found.native_metrics is not None:
        metrics = found.native_metrics
    prepared = protocol.prepare(items)
    asks = protocol.ask(prepared, EvalConfig(orders=orders, seed=seed), "sip")
    scored = play(prepared, asks, protocol, rule, key)
    return {figure.name: figure.interval.value for figure in metrics(scored)}


def read_value(protocol: Protocol, item: Item, text: str, *, finished: bool = True) -> float:
    """Score of one text for an item in the protocol's first ask of it."""
    ask = protocol.ask(protocol.prepare([item]), EvalConfig(), "sip")[0]
    return judge(ask, Completion(text, finished), sample=None).value


def framed(rng: random.Random, text: str) -> str:
    """A model's output as it may stand: with a word before it, a sign behind it, or neither.

    A rule and its second implementation have to agree on whatever they are given.
    """
    before = rng.choice(["", "", "So: ", "Well, ", "\n", "嗯，", "Yes! ", "1) ", "> ", "Option "])
    after = rng.choice(["", "", " ", "\n", "!", "。", " it is", "?", "\n\nDone.", " (sure)"])
    return f"{before}{text}{after}"
