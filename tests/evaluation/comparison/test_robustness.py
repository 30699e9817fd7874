"""Twins and option orders, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from social_r1.evaluation.comparison.robustness import option_orders, robustness
from social_r1.evaluation.types import ItemRow

from .folders_of_ours import answer, row, write_folder


def twin(item: str, of: str, kind: str, value: float, **changes: object) -> ItemRow:
    return row(item, value, meta={"design": f"twin:{kind}", "of": of}, **changes)


ORIGINALS = [row(f"h{i}", float(i < 3)) for i in range(4)]
"""Three of four right; right is option 0."""
TWINS = [
    twin("d0", "h0", "DIR", 1.0, picks=(2,)),  # followed the flip
    twin("d1", "h1", "DIR", 0.0, picks=(0,)),  # kept the old answer
    twin("d2", "h2", "DIR", 0.0, picks=(3,)),  # lost it, but moved
    twin("d3", "h3", "DIR", 0.0, picks=(None,)),  # unreadable
    twin("n0", "h0", "INV", 1.0),
    twin("n1", "h1", "INV", 0.0),
    twin("gone", "h9", "INV", 1.0),
]


def test_twins_are_held_against_their_items(tmp_path: Path) -> None:
    found = robustness(write_folder(tmp_path / "m", {"hard": ORIGINALS, "twins": TWINS}))
    flips, idle = found.perturbations
    assert (flips.name, flips.pairs, flips.original, flips.perturbed) == ("twin:DIR", 4, 0.75, 0.25)
    assert flips.difference.value == -0.5
    assert flips.kept is not None
    assert flips.kept[::3] == (pytest.approx(1 / 3), 3)  # of three right items one twin is right
    assert flips.stuck is not None
    assert flips.stuck[::3] == (0.25, 4)  # d1 alone; an unreadable answer is no old one
    assert (idle.name, idle.pairs, idle.original, idle.perturbed) == ("twin:INV", 2, 1.0, 0.5)
    assert idle.stuck is None
    assert found.lonely == 1


def test_two_unreadable_answers_are_no_answer_kept(tmp_path: Path) -> None:
    silent = row("h0", 0.0, picks=(None,))
    pair = {"hard": [silent], "twins": [twin("d0", "h0", "DIR", 0.0, picks=(None,))]}
    (flips,) = robustness(write_folder(tmp_path / "m", pair)).perturbations
    assert flips.stuck is not None
    assert flips.stuck.value == 0
    assert flips.kept is None


def test_operators_count_for_themselves_where_rows_name_them(tmp_path: Path) -> None:
    told = TWINS[0].model_copy(
        update={"meta": TWINS[0].meta | {"operators": ["peek:DIR"]}},
    )
    found = robustness(write_folder(tmp_path / "m", {"hard": ORIGINALS, "twins": [told]}))
    assert [one.name for one in found.perturbations] == ["peek:DIR", "twin:DIR"]
    assert all(one.stuck is not None for one in found.perturbations)


def test_protocols_are_not_mixed(tmp_path: Path) -> None:
    native = {"twins.native": {"protocol": "native"}}
    folder = write_folder(
        tmp_path / "m", {"hard": ORIGINALS, "twins.native": TWINS}, summaries=native
    )
    found = robustness(folder)
    assert found.perturbations == ()
    assert found.lonely == len(TWINS)


def test_orders_of_the_options_by_hand() -> None:
    rows = [row("a", 1.0, 1.0, 1.0), row("b", 1.0, 1.0, 0.0), row("c", 0.0, 0.0, 0.0)]
    found = option_orders("set", "social-r1", rows)
    assert found is not None
    assert found.orders == 3
    assert found.same[::3] == (pytest.approx(2 / 3), 3)  # a and c
    assert (found.lowest, found.highest) == (pytest.approx(1 / 3), pytest.approx(2 / 3))
    assert found.flips == pytest.approx((0 + 2 / 3 + 0) / 3)  # b: two of its three pairs differ


def test_unreadable_answers_agree_with_nothing() -> None:
    silent = row("a", 0.0, 0.0, answers=(), picks=(None, None))
    found = option_orders("set", "social-r1", [silent])
    assert found is not None
    assert (found.same.value, found.flips) == (0, 1)


def test_a_vote_is_taken_apart_into_its_orders() -> None:
    voted = row(
        "a", 1.0, answers=tuple(answer(i, int(i > 2), right=i <= 2) for i in range(5)), picks=(0,)
    )
    found = option_orders("set", "native", [voted])
    assert found is not None
    assert found.orders == 5
    assert found.flips == pytest.approx(6 / 10)  # three against two: 3 * 2 of 10 pairs


def test_samples_are_no_orders() -> None:
    sampled = row("a", 1.0, 0.0, answers=tuple(
        answer(0, i, right=i == 0, sample=i) for i in range(2)
    ))  # fmt: skip
    assert option_orders("set", "social-r1", [sampled]) is None
