"""Accuracies by part, worked out by hand."""

from __future__ import annotations

import pytest

from social_r1.audit.tables import by_name, figures, log_answers
from social_r1.audit.types import Answers
from social_r1.stats import wilson


def test_a_solver_without_an_answer_guesses_and_an_item_without_it_does_not_count(make) -> None:
    items = [
        make(0, meta={"solvers": {"reality": "the tin", "longest": "the tin"}}),
        make(1, meta={"solvers": {"reality": "the jar"}}),
        make(2, meta={"solvers": {"reality": None}}),
        make(3),
    ]
    [reality] = log_answers(items)  # "longest" is computed from the words, not taken over
    assert reality.values == (1.0, 0.0, 0.25, None)
    whole = figures(items, [reality])[0]
    assert (whole.n, whole.value) == (3, pytest.approx(1.25 / 3))
    assert (whole.low, whole.high) == wilson(1.25, 3)[1:3]
    assert whole.chance == 0.25


def test_figures_are_cut_by_dimension_order_and_operator(make) -> None:
    items = [
        make(0, meta={"order": 1, "depth": 1, "operators": ["peek:DIR"]}),
        make(1, meta={"order": 2, "depth": 3, "operators": ["peek:INV", "trust:DIR"]}),
        make(2, dimension="Desire", meta={"order": 2, "depth": 2}),
    ]
    table = figures(items, [Answers("x", "log", (1.0, 0.0, 1.0), (1.0, 1.0, 0.0))])
    values = {(f.by, f.part): f.value for f in table}
    assert values["dimension", "Belief"] == 0.5
    assert values["order", "2"] == 0.5
    assert values["operator", "peek"] == 0.5
    assert values["operator", "peek:INV"] == 0.0
    assert values["deep", "Belief"] == 0.0
    assert values["deep", "Desire"] == 1.0
    assert values["cell", "Belief, order 1"] == 1.0
    assert by_name(table, "dimension")["x"]["Belief"].first == 1.0


def test_a_cut_with_one_part_is_left_out_but_for_the_dimension(make) -> None:
    table = figures([make(0, meta={"order": 1})], [Answers("x", "text", (1.0,))])
    assert [f.by for f in table] == ["all", "dimension"]
