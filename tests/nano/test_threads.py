"""Work that runs at the same time gives what it would have given one after another."""

from __future__ import annotations

import time
from functools import partial

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from social_r1.nano.threads import even_runs, together


@pytest.fixture(autouse=True)
def two_threads():
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_results_come_in_the_order_of_the_work() -> None:
    def late(seconds: float) -> float:
        time.sleep(seconds)
        return seconds

    assert together([partial(late, s) for s in (0.02, 0.0, 0.01)]) == [0.02, 0.0, 0.01]


def test_each_piece_has_one_thread_and_torch_gets_its_threads_back() -> None:
    assert together([torch.get_num_threads] * 3) == [1, 1, 1]
    assert torch.get_num_threads() == 2


def test_one_piece_alone_has_all_threads() -> None:
    assert together([torch.get_num_threads]) == [2]
    assert together([]) == []


def test_no_more_run_at_a_time_than_asked_for() -> None:
    # One after another, as on an accelerator: nothing is shared out and each has all threads.
    assert together([torch.get_num_threads] * 3, most=1) == [2, 2, 2]


def test_what_a_piece_raises_is_raised_and_threads_come_back() -> None:
    with pytest.raises(ZeroDivisionError):
        together([lambda: 1, lambda: 1 // 0])
    assert torch.get_num_threads() == 2


@given(
    sizes=st.lists(st.integers(1, 50), max_size=30),
    parts=st.integers(1, 5),
    most=st.one_of(st.none(), st.integers(1, 6)),
)
def test_runs_cover_everything_once_in_order_and_are_never_empty(sizes, parts, most) -> None:
    runs = even_runs(sizes, parts, most)
    assert [i for run in runs for i in run] == list(range(len(sizes)))
    assert all(len(run) > 0 for run in runs)
    if most is not None:
        assert all(len(run) <= most for run in runs)
    else:
        assert len(runs) <= parts


def test_equal_members_are_shared_out_equally() -> None:
    assert [len(run) for run in even_runs([3] * 12, parts=4)] == [3, 3, 3, 3]
