"""Figures of others: there, named by source, and within bounds."""

from __future__ import annotations

from social_r1.evaluation.comparison.overall import METRICS
from social_r1.evaluation.comparison.reported import OVERALL, published


def test_the_papers_table_is_there() -> None:
    found = {(one.model, one.set): one for one in published(METRICS)}
    assert found["SocialR1-8B", OVERALL].value == 0.7270
    assert found["O3", OVERALL].value == 0.7447
    assert found["SocialR1-8B", "tactfultom"].value == 0.5079
    assert found["Qwen3-4B", "tombench_hard"].value == 0.3403


def test_every_figure_says_where_it_was_published_and_is_a_share() -> None:
    for one in published(METRICS):
        assert one.where, one
        assert 0 < one.value < 1, one


def test_a_figure_in_two_lists_is_named_once() -> None:
    names = [(one.model, one.set, one.metric) for one in published(METRICS)]
    assert len(names) == len(set(names))


def test_only_the_sets_asked_for_are_named() -> None:
    assert {one.set for one in published(["simpletom"])} == {"simpletom", OVERALL}
    assert published(["mine"], with_overall=False) == []
