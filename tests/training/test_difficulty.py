"""The data curriculum, by hand: weights of pass rates, copies of an epoch, a resumed log."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

import pytest

from social_r1.preference.checkpoints import keep_rows, read_rows
from social_r1.training.dataset import order
from social_r1.training.difficulty import DataCurriculum, Passes, weight, weighted_epoch


def test_an_item_that_is_sometimes_right_weighs_most() -> None:
    # 0.1 + 0.9 * 4 p (1 - p): p = 1/4 gives 0.1 + 0.9 * 0.75
    assert weight(0.25, 0.1) == pytest.approx(0.775)
    assert weight(0.5, 0.1) == weight(None, 0.1) == 1.0
    assert weight(0.0, 0.1) == weight(1.0, 0.1) == 0.1


def test_copies_are_the_expected_number_rounded_down_or_up() -> None:
    # weights 1, 1, .1, .1 over four places: 4 / 2.2 = 1.82 copies of the first two, 0.18 of others
    for seed in range(20):
        count = Counter(weighted_epoch([1.0, 1.0, 0.1, 0.1], Random(seed)))
        assert sum(count.values()) == 4
        assert {count[0], count[1]} <= {1, 2}
        assert {count[2], count[3]} <= {0, 1}
    assert sorted(weighted_epoch([1.0] * 5, Random(0))) == [0, 1, 2, 3, 4]


def curriculum(path: Path) -> DataCurriculum:
    return DataCurriculum(path, list("abcd"), batch=2, seed=3, floor=0.1)


def test_the_first_epoch_is_the_plain_order(tmp_path: Path) -> None:
    data = curriculum(tmp_path / "log")
    plain = order(4, 4, seed=3)
    assert data.chosen(0) == [(plain[0], 0), (plain[1], 0)]
    assert data.chosen(1) == [(plain[2], 0), (plain[3], 0)]


def test_the_last_epoch_decides_what_comes_and_older_ones_where_it_is_silent(
    tmp_path: Path,
) -> None:
    data = curriculum(tmp_path / "log")
    data.note(1, 0, [Passes(0, 0, 4, 4), Passes(1, 0, 0, 4)])
    data.note(2, 1, [Passes(2, 0, 2, 4), Passes(3, 0, 1, 4)])
    assert data.rates(before=2) == {0: 1.0, 1: 0.0, 2: 0.5, 3: 0.25}
    data.note(3, 2, [Passes(2, 1, 4, 4), Passes(2, 1, 2, 4)])
    # item 2 came twice in epoch 1: 6 of 8; the others keep what epoch 0 said
    assert data.rates(before=3) == {0: 1.0, 1: 0.0, 2: 0.75, 3: 0.25}
    assert data.rates(before=2)[2] == 0.5


def test_a_resumed_curriculum_chooses_as_an_unbroken_one(tmp_path: Path) -> None:
    def answer(data: DataCurriculum, batch: int) -> None:
        chosen = data.chosen(batch)
        data.note(batch + 1, batch, [Passes(i, e, (i + batch) % 5, 4) for i, e in chosen])

    whole = curriculum(tmp_path / "whole")
    for batch in range(9):
        answer(whole, batch)
    broken = curriculum(tmp_path / "broken")
    for batch in range(7):
        answer(broken, batch)
    with (tmp_path / "broken").open("a") as stream:
        stream.write('{"step": 8, "ba')
    keep_rows(tmp_path / "broken", 5)  # the checkpoint of step 5
    again = curriculum(tmp_path / "broken")
    for batch in range(5, 9):
        answer(again, batch)
    assert read_rows(tmp_path / "broken") == read_rows(tmp_path / "whole")
    assert [again.chosen(b) for b in range(9)] == [whole.chosen(b) for b in range(9)]
