"""Run independent pieces of work at the same time, each with one of torch's threads.

The products of a small model are too small to be shared out: on two cores a second torch thread
makes a training step of nano a tenth faster, a second piece of work at the same time makes two
steps in little more than the time of one (``docs/log.md``, "Threads").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from typing import TypeVar

import torch

T = TypeVar("T")


def together(work: Sequence[Callable[[], T]], most: int | None = None) -> list[T]:
    """Results of functions without arguments, in their order.

    As many run at a time as torch has threads, but no more than ``most``. Gradient mode and
    autocast are a thread's own, so the functions set what they need. What one of them raises is
    raised here.

    >>> together([lambda: 1, lambda: 2])
    [1, 2]
    """
    threads = torch.get_num_threads()
    workers = min(threads if most is None else most, threads, len(work))
    if workers <= 1:
        return [function() for function in work]
    with _one_thread_each(), ThreadPoolExecutor(workers) as pool:
        return list(pool.map(lambda function: function(), work))


def even_runs(sizes: Sequence[int], parts: int, most: int | None = None) -> list[range]:
    """Cut a sequence into runs of about the same total size.

    Args:
        sizes: Size of each member.
        parts: Number of runs wished for; there are more if ``most`` asks for it.
        most: Members of a run, at most.

    >>> even_runs([5, 1, 1, 3], parts=2)
    [range(0, 1), range(1, 4)]
    >>> even_runs([1, 1, 1, 1, 9, 9], parts=2, most=4)
    [range(0, 4), range(4, 6)]
    """
    if not sizes:
        return []
    total, spent, starts = sum(sizes), 0, [0]
    for i, size in enumerate(sizes):
        members = i - starts[-1]
        enough = len(starts) < parts and spent + size / 2 > total * len(starts) / parts
        if members and (enough or members == most):
            starts.append(i)
        spent += size
    return [range(a, b) for a, b in pairwise([*starts, len(sizes)])]


@contextmanager
def _one_thread_each() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
