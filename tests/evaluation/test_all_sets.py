"""Every set on its authors' files: gold has everything, wrong nothing, guessing its share."""

from __future__ import annotations

import pytest

from social_r1.evaluation.benchmarks import BENCHMARKS, benchmark, choices, metrics_of
from social_r1.evaluation.present import subset
from social_r1.evaluation.protocols import SOCIAL_R1
from social_r1.evaluation.shortcuts import play, shortcuts
from social_r1.evaluation.types import EvalConfig, Figure
from social_r1.stats import wilson

from .contract import public

SUBSET_OF_ITS_NAME = ("fantom.native", "fantom_full.native")
"""The authors find "Erik" inside "Erika", so that even the right list is wrong in two sets."""


def figures(name: str, kind: str, rule: str, limit: int = 3000) -> list[Figure]:
    items = subset(public(name), limit)
    found = benchmark(name)
    protocol = SOCIAL_R1 if kind == "social-r1" else found.native
    if protocol is None:
        pytest.skip(f"{name} has no native protocol")
    prepared = protocol.prepare(items)
    asks = protocol.ask(prepared, EvalConfig(), "sip")
    return metrics_of(name, protocol.name)(play(prepared, asks, protocol, rule))


@pytest.mark.parametrize("kind", ["social-r1", "native"])
@pytest.mark.parametrize("name", BENCHMARKS)
def test_gold_is_right_everywhere(name: str, kind: str) -> None:
    least = 0.98 if f"{name}.{kind}" in SUBSET_OF_ITS_NAME else 1.0
    found = figures(name, kind, "gold")
    assert found
    assert all(figure.interval.value >= least for figure in found)


@pytest.mark.parametrize("name", BENCHMARKS)
def test_wrong_has_nothing_of_the_figure_to_report(name: str) -> None:
    assert figures(name, "social-r1", "wrong")[0].interval.value == 0.0


@pytest.mark.parametrize("kind", ["social-r1", "native"])
@pytest.mark.parametrize("name", BENCHMARKS)
def test_guessing_scores_one_in_the_number_of_options(name: str, kind: str) -> None:
    """Also where the authors shuffle and take a vote: of guesses that is a guess."""
    protocol = SOCIAL_R1 if kind == "social-r1" else benchmark(name).native
    items = choices(protocol.prepare(subset(public(name), 3000))) if protocol else []
    if not items:
        pytest.skip(f"{name} offers no options")
    assert protocol is not None
    asks = protocol.ask(items, EvalConfig(), "sip")
    scored = play(items, asks, protocol, "random", "a draw")
    right = sum(one.score for one in scored)
    chance = sum(1 / len(item.options) for item in items) / len(items)
    # 99.9 % of draws: more than thirty are looked at.
    assert wilson(right, len(items), z=3.3).low <= chance <= wilson(right, len(items), z=3.3).high


@pytest.mark.parametrize("name", BENCHMARKS)
def test_shortcuts_stand_beside_every_figure(name: str) -> None:
    items = subset(public(name), 200)
    metrics = metrics_of(name, "social-r1")
    asks = SOCIAL_R1.ask(items, EvalConfig(), "sip")
    table = shortcuts(items, asks, SOCIAL_R1, metrics)
    named = {figure.name for figure in metrics(play(items, asks, SOCIAL_R1, "gold"))}
    assert {"random", "longest", "shortest"} <= table.keys()
    assert set(table["longest"]) == named
    assert all(0 <= value <= 1 for row in table.values() for value in row.values())


def test_chance_on_a_small_part_of_a_set_is_chance() -> None:
    # Three questions of two options: an eighth has all right. Of 33 stories the mean of 100
    # draws lies within .02 of it in 999 of 1,000 cases, .125 ± 3.3 (.125 .875 / 3300) ** .5.
    items = subset(public("simpletom"), 99)
    asks = SOCIAL_R1.ask(items, EvalConfig(), "sip")
    found = shortcuts(items, asks, SOCIAL_R1, metrics_of("simpletom", "social-r1"))
    assert found["random"]["all_three"] == pytest.approx(0.125, abs=0.02)
    assert found["random"]["accuracy"] == pytest.approx(0.5, abs=0.02)
