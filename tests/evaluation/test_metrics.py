"""Figures of a set, worked out by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from social_r1.errors import InputError
from social_r1.evaluation import figures
from social_r1.evaluation.grading import judge, to_row, to_scored
from social_r1.evaluation.metrics import Context, by_length, first, rung_of, summarise
from social_r1.evaluation.present import present
from social_r1.evaluation.types import Ask, Completion, Figure, ItemRow, Scored
from social_r1.items import SocialItem
from social_r1.trajectory import render_target

from .conftest import make_item


def rows_of(items: list[SocialItem], right: list[bool]) -> list[ItemRow]:
    """Rows in which item i is answered rightly or wrongly, greedily, in one order."""
    rows = []
    for item, ask, good in zip(items, present(items), right, strict=True):
        letter = ask.item.letter if good else "ABCD".replace(ask.item.letter, "")[0]
        rows.append(
            to_row(item, [judge(ask, Completion(render_target("Seen.", letter)), sample=None)])
        )
    return rows


def scored_of(items: list[SocialItem], right: list[bool]) -> list[Scored]:
    return [to_scored(*pair) for pair in zip(items, rows_of(items, right), strict=True)]


def test_joint_counts_blocks_that_are_right_throughout(items: list[SocialItem]) -> None:
    # Blocks of four: all right; one wrong; none right. One of three.
    found = first(figures.joint(scored_of(items, [True] * 4 + [True] * 3 + [False] * 5)))
    assert found is not None
    assert (found.value, found.n) == (pytest.approx(1 / 3), 3)


def test_single_questions_have_no_joint_score() -> None:
    items = [make_item(n, group=f"g{n}") for n in range(3)]
    assert figures.joint(scored_of(items, [True] * 3)) == []


def test_the_ladder_ends_at_the_first_wrong_rung() -> None:
    items = [make_item(n, group="story", meta={"rung": n}) for n in range(5)]
    items += [make_item(n + 5, group="other", meta={"rung": n}) for n in range(5)]
    # right right wrong right right: 2 count; wrong right right right right: 0 count; 2 of 10.
    right = [True, True, False, True, True] + [False] + [True] * 4
    found = first(figures.ladder(scored_of(items, right), rung_of))
    assert found is not None
    assert (found.value, found.n) == (0.2, 10)


def test_sets_without_rungs_have_no_ladder(items: list[SocialItem]) -> None:
    assert figures.ladder(scored_of(items, [True] * 12), rung_of) == []


def test_summary_of_twelve_items_with_nine_right(items: list[SocialItem]) -> None:
    rows = rows_of(items, [True] * 9 + [False] * 3)
    found = summarise(Context("test"), items, present(items), rows)
    assert found.greedy is not None
    assert (found.greedy.value, found.n) == (0.75, 12)
    assert found.sampled is None
    assert found.voted is None
    assert found.chance == 0.25
    # The right option is index n % 4; the longest is index 3 and the shortest 2: 3 of 12 each.
    assert (found.longest, found.shortest) == (0.25, 0.25)
    # Belief: items 0 2 4 6 8 right, 10 wrong; Desire: 1 3 5 7 right, 9 11 wrong.
    assert found.dimensions["Belief"].value == pytest.approx(5 / 6)
    assert found.dimensions["Desire"].value == pytest.approx(4 / 6)
    assert (found.failures, found.unread, found.well_formed) == ({}, 0.0, 1.0)


def test_beside_every_metric_stands_what_each_shortcut_gets() -> None:
    # Two blocks of two with the right option first: whoever says A has all, in the orders shown.
    items = [make_item(n, answer=0, group=f"g{n // 2}") for n in range(4)]
    straight = [Ask(item, 0, (0, 1, 2, 3), []) for item in items]

    def metrics(scored: Sequence[Scored]) -> list[Figure]:
        return [*figures.joint(scored), *figures.accuracy(scored)]

    context = Context("test", metrics=metrics, prices=(2.0, 10.0))
    found = summarise(context, items, straight, rows_of(items, [True, True, True, False]))
    assert found.metrics["joint"].value == 0.5
    assert found.metrics["accuracy"].value == 0.75
    assert list(found.metrics) == ["joint", "accuracy"]
    assert found.shortcuts["letter A"] == {"joint": 1.0, "accuracy": 1.0}
    assert found.shortcuts["letter B"] == {"joint": 0.0, "accuracy": 0.0}
    # "the shelf outside" is the longest and never right; nobody told of tokens, so no cost.
    assert found.shortcuts["longest"] == {"joint": 0.0, "accuracy": 0.0}
    assert (found.input_tokens, found.cost) == (None, None)


def test_cost_is_tokens_times_the_prices_of_a_million(items: list[SocialItem]) -> None:
    asks = present(items[:2])
    rows = [
        to_row(item, [judge(ask, Completion("", True, 50, 1000), sample=None)])
        for item, ask in zip(items, asks, strict=False)
    ]
    found = summarise(Context("test", prices=(2.0, 10.0)), items[:2], asks, rows)
    # 2,000 read at 2 and 100 written at 10 a million: .004 + .001.
    assert (found.input_tokens, found.output_tokens) == (2000, 100)
    assert found.cost == pytest.approx(0.005)


def test_failures_are_counted_by_reason(items: list[SocialItem]) -> None:
    asks = present(items[:4])
    texts = ["", "", "<think>x</think>", render_target("x", asks[3].item.letter)]
    rows = [
        to_row(item, [judge(ask, Completion(text), sample=None)])
        for item, ask, text in zip(items, asks, texts, strict=False)
    ]
    found = summarise(Context("test"), items[:4], asks, rows)
    assert found.failures == {"empty": 2, "no_answer": 1}
    assert (found.failure_rate, found.unread, found.well_formed) == (0.75, 0.75, 0.25)
    assert found.greedy is not None
    assert found.greedy.value == 0.25


def test_best_letter_is_counted_in_the_orders_shown() -> None:
    items = [make_item(n, answer=0) for n in range(40)]
    asks = present(items)
    found = summarise(Context("test"), items, asks, rows_of(items, [True] * 40))
    shown = [ask.item.letter for ask in asks]
    assert found.letter == max(shown.count(letter) for letter in "ABCD") / 40 < 1


def test_options_of_equal_length_share_the_guess() -> None:
    item = make_item(0, options=("aa", "bb", "c"), answer=0)
    assert by_length(item, max) == 0.5
    assert by_length(item, min) == 0.0


def test_consistency_needs_one_option_in_every_order() -> None:
    items = [make_item(0), make_item(1)]
    asks = present(items, orders=2)
    follow = [Completion(render_target("x", ask.item.letter)) for ask in asks]
    stuck = [*follow[:2], Completion(render_target("x", "A")), Completion("")]
    for texts, expected in ((follow, 1.0), (stuck, 0.5)):
        answers = [judge(a, t, sample=None) for a, t in zip(asks, texts, strict=True)]
        rows = [to_row(items[0], answers[:2]), to_row(items[1], answers[2:])]
        scored = [to_scored(*pair) for pair in zip(items, rows, strict=True)]
        assert figures.consistency(scored)[0].interval.value == expected


def test_a_set_without_items_is_refused() -> None:
    with pytest.raises(InputError, match="no items"):
        summarise(Context("test"), [], [], [])


def test_a_joint_score_is_the_mean_over_runs_of_groups_right_throughout() -> None:
    # Two items in two runs: both right in the first, one in the second. Half, not "never both".
    items = [make_item(n, group="g") for n in range(2)]
    scored = [Scored(items[0], (1.0, 1.0), (0, 0)), Scored(items[1], (1.0, 0.0), (1, 0))]
    assert figures.joint(scored)[0].interval.value == 0.5
    assert figures.joint(scored, size=3) == []
